// How long an operation on one record is tried again: errors.retry.timeout and errors.retry.delay.max.ms (KIP-298).
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "host/base/clock.hpp"

namespace sinkway::errors {

struct RetryLimits {
  Milliseconds timeout{0};         // for all tries of one operation together; 0: none, -1: for ever
  Milliseconds delay_max{60'000};  // of a single delay
};

// The delays of one operation. Pure: the caller waits. Only errors that time can heal belong here.
class Retry {
 public:
  // The operation has failed for the first time, at `now`.
  Retry(const RetryLimits& limits, Instant now, std::uint64_t seed);

  // When to try again; nothing: the time is over. Delays are 300 ms, doubled each time; one that would be longer than
  // the most is a random one below it instead; none ends after the deadline.
  [[nodiscard]] std::optional<Instant> next(Instant now);

 private:
  RetryLimits limits_;
  Instant deadline_;
  int tries_ = 0;
  std::minstd_rand random_;
};

}  // namespace sinkway::errors
