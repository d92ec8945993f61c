// Average and maximum of times or sizes over the last half minute, as Kafka's metrics have them.
#pragma once

#include <algorithm>

#include "host/base/clock.hpp"

namespace sinkway::task {

// Two windows of 30 s: the present one and the one before it (Connect's metrics.num.samples and metrics.sample.window.ms).
// [one thread]
class SampledTime {
 public:
  void add(double value, Instant now) {
    roll(now);
    present_.sum += value;
    present_.count += 1;
    present_.most = std::max(present_.most, value);
  }
  [[nodiscard]] double average(Instant now) {
    roll(now);
    const double count = present_.count + before_.count;
    return count > 0 ? (present_.sum + before_.sum) / count : 0;
  }
  [[nodiscard]] double most(Instant now) {
    roll(now);
    return std::max(present_.most, before_.most);
  }

 private:
  static constexpr std::chrono::seconds kWindow{30};
  struct Window {
    double sum = 0;
    double count = 0;
    double most = 0;
  };
  void roll(Instant now) {
    if (now - begin_ < kWindow) return;
    before_ = now - begin_ < 2 * kWindow ? present_ : Window{};
    present_ = {};
    begin_ = now;
  }
  Window present_;
  Window before_;
  Instant begin_{};
};

}  // namespace sinkway::task
