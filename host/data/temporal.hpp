// Dates, times and timestamps as whole numbers: parse, print, convert. Proleptic Gregorian calendar, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sinkway::temporal {

// All functions are pure and exact: no floating point, and nothing instead of a number that would not fit into 64 bits
// (which end in the year 294247; PostgreSQL's own timestamps in 294276, manual 8.5). [any-thread]

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

struct Civil {
  std::int64_t year;  // 0 is 1 BC
  int month;          // 1..12
  int day;            // 1..31
};
[[nodiscard]] std::int64_t days_from_civil(const Civil& date);
[[nodiscard]] Civil civil_from_days(std::int64_t days);

// Days since 1970-01-01 of `yyyy-MM-dd` or `yyyy/MM/dd`. Years have four to six digits; there is no year 0000.
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);

// Microseconds since midnight of `HH:mm`, `HH:mm:ss` or `HH:mm:ss.S...`. 24:00:00 is allowed, and second 60 as
// PostgreSQL has it. More than six digits of a fraction are rounded, as PostgreSQL rounds them.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

// Microseconds since 1970-01-01T00:00:00Z of a date, a `T` or a space, a time, and a zone or none: `Z`, `+hh`,
// `+hh:mm`, `+hhmm` (one space may stand before it). A date alone is its midnight; no zone means UTC.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text);

// ISO 8601, e.g. 2026-01-01, 12:30:00, 12:30:00.25, 2026-01-01T12:30:00.250001Z. The fraction has as many digits as it
// needs. Years before 1 are negative ("-0001-01-01" is 2 BC), those beyond 9999 have a plus sign.
[[nodiscard]] std::string print_date(std::int64_t days);
[[nodiscard]] std::string print_time(std::int64_t micros);
[[nodiscard]] std::string print_timestamp(std::int64_t micros);

// Numbers of another unit. Nothing: it does not fit into 64 bits of microseconds.
enum class Unit { seconds, millis, micros, nanos };
[[nodiscard]] std::optional<std::int64_t> to_micros(std::int64_t number, Unit unit);
// Towards the past, so that 1969-12-31T23:59:59.9999 stays in 1969.
[[nodiscard]] std::int64_t micros_to_millis(std::int64_t micros);

}  // namespace sinkway::temporal
