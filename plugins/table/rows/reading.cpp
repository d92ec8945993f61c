#include "plugins/table/rows/reading.hpp"

#include <algorithm>
#include <cmath>

#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/date_pattern.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/decimal_digits.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/semantic_values.hpp"
#include "plugins/table/rows/type_map.hpp"
#include "plugins/table/rows/value_text.hpp"
#include "plugins/table/rows/zone_reading.hpp"

namespace sinkway::table {
namespace {

constexpr std::int64_t kMicrosTo2000 = kDaysTo2000 * kMicrosPerDay;

bool is_integer(const sinkway_value& value) { return value.tag >= SINKWAY_INT8 && value.tag <= SINKWAY_INT64; }

void set(ReadValue& into, std::uint8_t tag, std::int64_t number) {
  into.value = {};
  into.value.tag = tag;
  into.value.as.integer = number;
}

void set_text(ReadValue& into) {
  into.value = {};
  into.value.tag = SINKWAY_STRING;
  into.value.length = static_cast<std::uint32_t>(into.text.size());
  into.value.as.text = into.text.data();
}

// Digits after the point of a number of seconds: 0, 3, 6 or 9.
int decimals_of(Reading reading) {
  switch (reading) {
    case Reading::epoch_s: return 0;
    case Reading::epoch_ms:
    case Reading::local_ms: return 3;
    case Reading::epoch_us:
    case Reading::local_us: return 6;
    default: return 9;
  }
}

// Rounded to microseconds, ties away from the past.
Fault to_micros(std::int64_t count, int decimals, std::int64_t& micros) {
  if (decimals == 9) {
    micros = count / 1'000 + (count % 1'000 >= 500 ? 1 : 0) - (count % 1'000 < -500 ? 1 : 0);
    return Fault::none;
  }
  const std::int64_t factor = decimals == 0 ? 1'000'000 : decimals == 3 ? 1'000 : 1;
  return __builtin_mul_overflow(count, factor, &micros) ? Fault::out_of_range : Fault::none;
}

// A count with a fraction, such as 1700000000.25 seconds: exact to the microsecond, without floating point.
Fault to_micros(DecimalDigits count, int decimals, std::int64_t& micros) {
  count.scale += decimals - 6;
  while (count.scale > 0 && !count.digits.empty()) {
    const bool last = count.scale == 1;
    const bool rounds_up = last && count.digits.back() >= '5';
    count.digits.pop_back();
    --count.scale;
    if (!rounds_up) continue;
    std::int64_t whole = 0;
    if (const Fault fault = to_integer(count, whole); fault != Fault::none) return fault;
    micros = whole + (count.negative ? -1 : 1);
    return Fault::none;
  }
  if (count.digits.empty()) return micros = 0, Fault::none;
  return to_integer(count, micros);
}

// What counts: an integer, a number with a fraction, or text that spells one. false: it is none of these.
bool read_count(const sinkway_value& value, int decimals, std::int64_t& micros, Fault& fault) {
  if (is_integer(value)) {
    fault = to_micros(value.as.integer, decimals, micros);
    return true;
  }
  DecimalDigits number;
  if (value.tag == SINKWAY_DECIMAL) {
    fault = decimal_of({value.as.bytes, value.length}, value.scale, number);
  } else if (value.tag == SINKWAY_FLOAT32 || value.tag == SINKWAY_FLOAT64) {
    ByteBuffer text;
    print_number(value.as.number, text);
    fault = std::isfinite(value.as.number) ? parse_decimal(text.view(), number) : Fault::nonfinite;
  } else if (value.tag == SINKWAY_STRING) {
    fault = parse_decimal(without_blanks(text_of(value)), number);
    if (fault == Fault::bad_format) return false;
  } else {
    return false;
  }
  if (fault == Fault::none) fault = to_micros(std::move(number), decimals, micros);
  return true;
}

// Debezium manual, PostgreSQL connector, temporal types: how it counts infinity.
constexpr std::int64_t kDebeziumInfinity = 9'223'372'036'825'200'000, kDebeziumMinusInfinity = -9'223'372'036'832'400'000;

Fault read_epoch(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  if (type.reading == Reading::local_us && is_integer(value) &&
      (value.as.integer == kDebeziumInfinity || value.as.integer == kDebeziumMinusInfinity)) {
    into.text = value.as.integer > 0 ? "infinity" : "-infinity";
    return set_text(into), Fault::none;
  }
  std::int64_t micros = 0;
  Fault fault = Fault::none;
  if (!read_count(value, decimals_of(type.reading), micros, fault)) return Fault::none;
  if (fault != Fault::none) return fault;
  set(into, SINKWAY_TIMESTAMP_US, micros);
  into.wall = type.reading == Reading::local_ms || type.reading == Reading::local_us ||
              type.reading == Reading::local_ns;
  return Fault::none;
}

Fault read_pattern(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  ByteBuffer number;
  std::string_view text;
  if (value.tag == SINKWAY_STRING) {
    text = text_of(value);
  } else if (is_integer(value)) {  // 20240131
    print_integer(value.as.integer, number);
    text = number.view();
  } else {
    return Fault::none;
  }
  DatePattern::Moment moment;
  if (const Fault fault = type.pattern->parse(text, moment); fault != Fault::none) return fault;
  std::int64_t micros = 0;
  if (__builtin_add_overflow(moment.micros, kMicrosTo2000, &micros)) return Fault::out_of_range;
  set(into, SINKWAY_TIMESTAMP_US, micros);
  into.wall = !moment.has_offset;
  return Fault::none;
}

Fault read_bytes(const sinkway_value& value, Reading reading, ReadValue& into) {
  if (value.tag != SINKWAY_STRING) return Fault::none;
  const Fault fault = reading == Reading::base64 ? parse_base64(text_of(value), into.bytes)
                                                 : parse_hex_text(text_of(value), into.bytes);
  into.value = {};
  into.value.tag = SINKWAY_BYTES;
  into.value.length = static_cast<std::uint32_t>(into.bytes.size());
  into.value.as.text = into.bytes.data();
  return fault;
}

Fault read_unsigned(const sinkway_value& value, ReadValue& into) {
  if (!is_integer(value) || value.as.integer >= 0) return Fault::none;
  const auto bits = static_cast<std::uint64_t>(value.as.integer);
  switch (value.tag) {
    case SINKWAY_INT8: set(into, SINKWAY_INT64, static_cast<std::int64_t>(bits & 0xff)); break;
    case SINKWAY_INT16: set(into, SINKWAY_INT64, static_cast<std::int64_t>(bits & 0xffff)); break;
    case SINKWAY_INT32: set(into, SINKWAY_INT64, static_cast<std::int64_t>(bits & 0xffffffff)); break;
    default: into.text = std::to_string(bits); set_text(into);
  }
  return Fault::none;
}

Fault read_clock(const sinkway_value& value, Reading reading, ReadValue& into) {
  if (!is_integer(value)) return Fault::none;
  if (reading == Reading::time_ms) return set(into, SINKWAY_TIME_MS, value.as.integer), Fault::none;
  std::int64_t micros = value.as.integer;
  if (reading == Reading::time_ns) (void)to_micros(micros, 9, micros);
  set(into, SINKWAY_TIME_US, micros);
  return Fault::none;
}

Fault read_day(const sinkway_value& value, Reading reading, ReadValue& into) {
  if (!is_integer(value)) return Fault::none;
  std::int64_t days = value.as.integer;
  if (reading == Reading::year) {
    if (days < -4'712 || days > 5'874'897) return Fault::out_of_range;
    days = days_of(days, 1, 1) + kDaysTo2000;
  }
  set(into, SINKWAY_DATE, days);
  return Fault::none;
}

Fault read_duration(const sinkway_value& value, Reading reading, ReadValue& into) {
  if (!is_integer(value)) return Fault::none;
  std::int64_t micros = value.as.integer;
  if (reading == Reading::duration_ns) (void)to_micros(micros, 9, micros);
  if (micros == INT64_MIN) return Fault::out_of_range;
  ByteBuffer text;
  if (micros < 0) text.put("-");
  print_time(micros < 0 ? -micros : micros, text);
  into.text = std::string(text.view());
  set_text(into);
  return Fault::none;
}

Fault read_meaning(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  switch (type.reading) {
    case Reading::natural:
    case Reading::in_zone: return Fault::none;
    case Reading::epoch_s:
    case Reading::epoch_ms:
    case Reading::epoch_us:
    case Reading::epoch_ns:
    case Reading::local_ms:
    case Reading::local_us:
    case Reading::local_ns: return read_epoch(value, type, into);
    case Reading::days:
    case Reading::year: return read_day(value, type.reading, into);
    case Reading::time_ms:
    case Reading::time_us:
    case Reading::time_ns: return read_clock(value, type.reading, into);
    case Reading::duration_us:
    case Reading::duration_ns: return read_duration(value, type.reading, into);
    case Reading::pattern: return read_pattern(value, type, into);
    case Reading::base64:
    case Reading::hex: return read_bytes(value, type.reading, into);
    case Reading::unsigned_number: return read_unsigned(value, into);
    case Reading::variable_decimal: return read_variable_decimal(value, into);
    case Reading::bits: return read_bits(value, type, into);
    case Reading::set: return read_set(value, into);
    case Reading::geometry: return read_geometry(value, type, into);
  }
  return Fault::none;
}

}  // namespace

Fault read_value(const sinkway_value& value, const ColumnType& type, ReadValue& into) {
  into.value = value;
  if (const Fault fault = read_meaning(value, type, into); fault != Fault::none) return fault;
  return type.zone == nullptr ? Fault::none : move_to_zone(type, into);
}

}  // namespace sinkway::table
