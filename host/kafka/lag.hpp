// End offsets against positions: lag in records and in seconds. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "host/base/clock.hpp"

namespace sinkway::kafka {

// Records between a position and the end; 0 when the position is beyond it (the end was heard earlier); -1: not known.
// `end` is the last stable offset for consumers that read committed records only.
[[nodiscard]] inline std::int64_t lag_records(std::int64_t position, std::optional<std::int64_t> end) {
  if (position < 0 || !end) return -1;
  return std::max<std::int64_t>(*end - position, 0);
}

// Age of the oldest record that is not accepted yet, by its Kafka timestamp in milliseconds (-1: none). 0 when nothing
// waits, never negative though clocks differ; -1: not known.
[[nodiscard]] inline double lag_seconds(std::int64_t records, std::int64_t oldest_timestamp, WallTime now) {
  if (records == 0) return 0;
  if (records < 0 || oldest_timestamp < 0) return -1;
  const auto milliseconds = std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()).count() - oldest_timestamp;
  return static_cast<double>(std::max<std::int64_t>(milliseconds, 0)) / 1'000;
}

}  // namespace sinkway::kafka
