// Delays between tries: exponential, capped, with jitter; a pure sequence.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "host/base/clock.hpp"

namespace sinkway {

// next() gives the delay before the next try: uniformly random in [step/2, step], where step starts at `first` and doubles up to
// `most`. reset() after a success. Not shared between threads.
class Backoff {
 public:
  Backoff(Milliseconds first, Milliseconds most, std::uint64_t seed) : first_(first), most_(most), step_(first), random_(seed) {}

  [[nodiscard]] Milliseconds next() {
    std::uniform_int_distribution<Milliseconds::rep> within(step_.count() / 2, std::max<Milliseconds::rep>(step_.count(), 1));
    const Milliseconds delay(within(random_));
    step_ = step_ > most_ / 2 ? most_ : step_ * 2;
    return delay;
  }
  void reset() { step_ = first_; }

 private:
  Milliseconds first_;
  Milliseconds most_;
  Milliseconds step_;
  std::minstd_rand random_;
};

}  // namespace sinkway
