// Time zones by name: what a clock showed at a moment, and when it showed that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/rows/posix_zone.hpp"

namespace sinkway::table {

// A zone whose offsets are known for all times. Immutable; any thread.
class TimeZone {
 public:
  // UTC, GMT and Z, offsets such as +02:00, UTC+2 or GMT-03:30, and names of the IANA database (Europe/Berlin) as found
  // under `folder`. Nothing, with what is wrong in `problem`: there is no such zone here.
  [[nodiscard]] static std::optional<TimeZone> named(std::string_view name, std::string& problem,
                                                     const std::string& folder = "/usr/share/zoneinfo");
  // The body of a TZif file (RFC 8536), version 2 or later. Nothing: it is none.
  [[nodiscard]] static std::optional<TimeZone> read(std::string_view file);

  [[nodiscard]] bool is_utc() const { return starts_.empty() && !rule_ && first_ == 0; }

  // Microseconds since 2000-01-01T00:00:00Z to what the calendar and the clock showed then, counted in the same way;
  // infinities stay.
  [[nodiscard]] std::int64_t wall_of(std::int64_t moment) const;
  // And back. A wall time that a change of the clock has skipped is read by the offset from before the change, one that
  // was shown twice by the offset from after it, as PostgreSQL reads them (manual, appendix B.2).
  [[nodiscard]] std::int64_t moment_of(std::int64_t wall) const;

 private:
  // Seconds east of Greenwich at a time in seconds since 1970.
  [[nodiscard]] std::int64_t offset_at(std::int64_t second) const;

  std::int64_t first_ = 0;                // before the first change
  std::vector<std::int64_t> starts_;      // when offsets change, in seconds since 1970, in order
  std::vector<std::int32_t> offsets_;     // from then on
  std::optional<PosixZone> rule_;         // after the last change
};

}  // namespace sinkway::table
