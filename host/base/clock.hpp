// Time as a parameter: whoever needs to know what time it is takes a Clock.
#pragma once

#include <chrono>

namespace sinkway {

using Milliseconds = std::chrono::milliseconds;
using Instant = std::chrono::steady_clock::time_point;    // never goes back; for delays and deadlines
using WallTime = std::chrono::system_clock::time_point;   // what people call the time; may jump

// [any-thread]
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace sinkway
