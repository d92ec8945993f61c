#include "plugins/table/rows/zone_reading.hpp"

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/time_zone.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::int64_t kMicrosTo2000 = kDaysTo2000 * kMicrosPerDay;

void set_timestamp(ReadValue& into, std::int64_t micros) {
  into.value = {};
  into.value.tag = SINKWAY_TIMESTAMP_US;
  into.value.as.integer = micros;
}

// Text that is a timestamp becomes one, so that it can be moved from zone to zone.
Fault read_text_moment(ReadValue& into) {
  std::int64_t since_2000 = 0, micros = 0;
  bool has_zone = false;
  const Fault fault = parse_timestamp(text_of(into.value), since_2000, has_zone);
  if (fault != Fault::none) return fault;
  if (__builtin_add_overflow(since_2000, kMicrosTo2000, &micros)) return Fault::none;  // infinity, and so far away
  if (since_2000 == kMinusInfinity) return Fault::none;
  set_timestamp(into, micros);
  into.wall = !has_zone;
  return Fault::none;
}

}  // namespace

Fault move_to_zone(const ColumnType& type, ReadValue& into) {
  const bool is_moment = type.encoding == Encoding::timestamptz;
  if (into.value.tag == SINKWAY_STRING && type.encoding != Encoding::timestamp && !is_moment) return Fault::none;
  if (into.value.tag == SINKWAY_STRING)
    if (const Fault fault = read_text_moment(into); fault != Fault::none) return fault;
  std::int64_t per_second = 0;
  switch (into.value.tag) {
    case SINKWAY_INT64:  // a date or a time of day is not made from a number
      if (type.encoding != Encoding::timestamp && !is_moment) return Fault::none;
      per_second = 1'000;
      break;
    case SINKWAY_TIMESTAMP_MS: per_second = 1'000; break;
    case SINKWAY_TIMESTAMP_US: per_second = 1'000'000; break;
    case SINKWAY_DATE:
      if (!is_moment) return Fault::none;
      into.wall = true;
      if (__builtin_mul_overflow(into.value.as.integer, kMicrosPerDay, &into.value.as.integer))
        return Fault::out_of_range;
      per_second = 1'000'000;
      break;
    default: return Fault::none;
  }
  if (into.wall != is_moment) return Fault::none;
  std::int64_t micros = 0;
  if (const Fault fault = timestamp_from_epoch(into.value.as.integer, per_second, micros); fault != Fault::none)
    return fault;
  micros = is_moment ? type.zone->moment_of(micros) : type.zone->wall_of(micros);
  if (__builtin_add_overflow(micros, kMicrosTo2000, &micros)) return Fault::out_of_range;
  set_timestamp(into, micros);
  return Fault::none;
}

}  // namespace sinkway::table
