// How the herder's logic reaches time and other threads.
#pragma once

#include <functional>

#include "host/base/clock.hpp"

namespace sinkway::herder {

// Threads in the worker, a plain queue in tests: the logic itself runs on one thread and knows neither.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // On the herder's thread, after what it does now. [any-thread]
  virtual void post(std::function<void()> command) = 0;
  // On the herder's thread, not before `delay` is over. [herder-thread]
  virtual void after(Milliseconds delay, std::function<void()> command) = 0;
  // On a thread that may wait. [herder-thread]
  virtual void call(std::function<void()> work) = 0;
};

}  // namespace sinkway::herder
