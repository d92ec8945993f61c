// Words of type.hints and names of schemas to readings: the part of reading.hpp that is tables.
#include <array>
#include <span>

#include "plugins/table/rows/reading.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {
namespace {

struct Named {
  std::string_view name;
  Reading reading;
};

constexpr std::array kHints = {
    Named{"epoch_s", Reading::epoch_s},   Named{"epoch_ms", Reading::epoch_ms},
    Named{"epoch_us", Reading::epoch_us}, Named{"epoch_ns", Reading::epoch_ns},
    Named{"base64", Reading::base64},     Named{"hex", Reading::hex},
    Named{"unsigned", Reading::unsigned_number},
};

// Debezium manual, "Data type mappings". Those that are missing here need no reading: what they hold is text that the
// column's type reads (Uuid, Json, Enum, Xml, Ltree, Interval, ZonedTime, ZonedTimestamp).
constexpr std::string_view kDebezium = "io.debezium.";
constexpr std::array kSchemas = {
    Named{"time.Date", Reading::days},
    Named{"time.Time", Reading::time_ms},
    Named{"time.MicroTime", Reading::time_us},
    Named{"time.NanoTime", Reading::time_ns},
    Named{"time.Timestamp", Reading::local_ms},
    Named{"time.MicroTimestamp", Reading::local_us},
    Named{"time.NanoTimestamp", Reading::local_ns},
    Named{"time.MicroDuration", Reading::duration_us},
    Named{"time.NanoDuration", Reading::duration_ns},
    Named{"time.Year", Reading::year},
    Named{"data.EnumSet", Reading::set},
    Named{"data.Bits", Reading::bits},
    Named{"data.VariableScaleDecimal", Reading::variable_decimal},
    Named{"data.geometry.Point", Reading::geometry},
    Named{"data.geometry.Geometry", Reading::geometry},
    Named{"data.geometry.Geography", Reading::geometry},
};

std::optional<Reading> found(std::span<const Named> names, std::string_view wanted) {
  for (const Named& one : names)
    if (one.name == wanted) return one.reading;
  return std::nullopt;
}

}  // namespace

std::optional<Reading> reading_of_hint(std::string_view word) { return found(kHints, word); }

std::optional<Reading> reading_of_schema(std::string_view name) {
  return name.starts_with(kDebezium) ? found(kSchemas, name.substr(kDebezium.size())) : std::nullopt;
}

bool applies(Reading reading, const ColumnType& type) {
  const Encoding encoding = type.encoding;
  switch (reading) {
    case Reading::natural: return false;
    case Reading::unsigned_number:
    case Reading::variable_decimal:
    case Reading::geometry: return true;
    case Reading::bits: return encoding != Encoding::bytea;
    case Reading::base64:
    case Reading::hex: return encoding == Encoding::bytea || encoding == Encoding::uuid;
    case Reading::set: return type.is_array;
    case Reading::duration_us:
    case Reading::duration_ns: return type.type == oid::kInterval;
    case Reading::year: return encoding == Encoding::date;
    case Reading::in_zone: return is_temporal(encoding);
    default: return !is_number(encoding) && encoding != Encoding::boolean;  // dates and times; a count stays a number
  }
}

}  // namespace sinkway::table
