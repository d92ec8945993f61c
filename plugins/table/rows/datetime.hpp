// Dates and times as text and as PostgreSQL counts them: days and microseconds since 2000-01-01.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

// PostgreSQL manual, table 8.9: what a date and a timestamp can hold.
constexpr std::int64_t kFirstDay = -2'451'545, kLastDay = 2'145'031'948;
constexpr std::int64_t kFirstMicro = -211'813'488'000'000'000, kLastMicro = 9'223'371'331'199'999'999;
// The payloads of 'infinity' and '-infinity'.
constexpr std::int64_t kInfinity = INT64_MAX, kMinusInfinity = INT64_MIN;
constexpr std::int32_t kDateInfinity = INT32_MAX, kDateMinusInfinity = INT32_MIN;

// `yyyy-MM-dd`, `yyyy-MM-dd HH:mm[:ss[.f]]` with a blank or T between, `/` for `-`, a zone (Z, +hh, +hh:mm[:ss],
// +hhmm) at the end, " BC", and the words infinity and -infinity, in any case. Text without a zone is UTC; with one it is
// brought to UTC. More than six digits of a fraction are rounded.
[[nodiscard]] Fault parse_timestamp(std::string_view text, std::int64_t& micros);
// The same, and whether the text has a zone.
[[nodiscard]] Fault parse_timestamp(std::string_view text, std::int64_t& micros, bool& has_zone);
// The same forms; the time of day is left off.
[[nodiscard]] Fault parse_date(std::string_view text, std::int32_t& days);
// `HH:mm[:ss[.f]]`, up to 24:00:00. A zone at the end is passed over, as PostgreSQL does (manual 8.5.1.2).
[[nodiscard]] Fault parse_time(std::string_view text, std::int64_t& micros);

[[nodiscard]] constexpr bool is_beyond_a_day(std::int64_t micros) { return micros < 0 || micros > kMicrosPerDay; }

// From milliseconds or microseconds since 1970; out_of_range beyond what PostgreSQL holds.
[[nodiscard]] Fault timestamp_from_epoch(std::int64_t count, std::int64_t per_second, std::int64_t& micros);
// From days since 1970.
[[nodiscard]] Fault date_from_epoch(std::int64_t since_1970, std::int32_t& days);

// ISO 8601 as PostgreSQL prints and reads it, "BC" at the end of years before 1.
void print_timestamp(std::int64_t micros, bool zone, ByteBuffer& out);
void print_date(std::int32_t days, ByteBuffer& out);
void print_time(std::int64_t micros, ByteBuffer& out);

}  // namespace sinkway::table
