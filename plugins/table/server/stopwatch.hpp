// Time that a step takes.
#pragma once

#include <chrono>

namespace sinkway::table {

// Runs from its making on; counts seconds.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace sinkway::table
