// A zone as POSIX writes it: the rule that a time zone file ends with.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sinkway::table {

// CET-1CEST,M3.5.0,M10.5.0/3: standard time, summer time, and when they change (POSIX.1-2017, 8.3; RFC 8536 3.3.1 lets
// hours go from -167 to 167).
class PosixZone {
 public:
  // Nothing: the text is no such rule.
  [[nodiscard]] static std::optional<PosixZone> parse(std::string_view text);

  // Seconds east of Greenwich at a time in seconds since 1970.
  [[nodiscard]] std::int32_t offset_at(std::int64_t second) const;

  // A day of the year and a time of that day.
  struct Change {
    enum class Kind { julian, day, week } kind = Kind::day;
    int month = 0, week = 0, day = 0;
    std::int32_t seconds = 7'200;
  };

 private:
  std::int32_t standard_ = 0;
  std::int32_t summer_ = 0;
  bool has_summer_ = false;
  Change to_summer_, to_standard_;
};

}  // namespace sinkway::table
