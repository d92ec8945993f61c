#include "host/errors/retry.hpp"

#include <algorithm>

namespace sinkway::errors {
namespace {

constexpr Milliseconds kFirst{300};
constexpr int kMostDoublings = 26;  // most of a year; Kafka Connect's own shift runs over after 55 tries
constexpr Milliseconds kLongest = std::chrono::hours(24 * 365);

Instant deadline_of(const RetryLimits& limits, Instant now) {
  return limits.timeout < Milliseconds::zero() ? Instant::max() : now + std::min(limits.timeout, kLongest);
}

}  // namespace

Retry::Retry(const RetryLimits& limits, Instant now, std::uint64_t seed)
    : limits_{limits.timeout, std::clamp(limits.delay_max, Milliseconds::zero(), kLongest)},
      deadline_(deadline_of(limits, now)),
      random_(static_cast<std::minstd_rand::result_type>(seed)) {}

std::optional<Instant> Retry::next(Instant now) {
  if (now >= deadline_) return std::nullopt;
  Milliseconds delay = kFirst * (std::int64_t{1} << std::min(tries_++, kMostDoublings));
  if (delay > limits_.delay_max) {
    const auto most = std::max<Milliseconds::rep>(limits_.delay_max.count() - 1, 0);
    delay = Milliseconds(std::uniform_int_distribution<Milliseconds::rep>(0, most)(random_));
  }
  return deadline_ == Instant::max() ? now + delay : std::min(now + delay, deadline_);
}

}  // namespace sinkway::errors
