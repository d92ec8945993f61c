// A clock that goes on when a test says so.
#pragma once

#include <atomic>

#include "host/base/clock.hpp"

namespace sinkway::test {

// [any-thread]
class VirtualClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant(std::chrono::hours(1) + gone()); }
  [[nodiscard]] WallTime wall() const override { return WallTime(std::chrono::hours(500'000) + gone()); }
  void advance(std::chrono::nanoseconds time) { gone_ += time.count(); }
  void go_to(Instant at) {
    if (at > now()) advance(at - now());
  }

 private:
  [[nodiscard]] std::chrono::nanoseconds gone() const { return std::chrono::nanoseconds(gone_.load()); }
  std::atomic<std::int64_t> gone_{0};
};

}  // namespace sinkway::test
