// SIGTERM and SIGINT: the first asks for an end, the second forces it.
#pragma once

#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/base/clock.hpp"
#include "host/base/handle.hpp"
#include "host/base/log.hpp"

namespace sinkway::app {

// Blocks both signals for this thread and all that it starts later, so construct it before any other thread. Its own
// thread takes them: a second one ends the process at once with 128 + its number.
class SignalWatch {
 public:
  explicit SignalWatch(const Logger& log);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // True: an end was asked for. [any-thread]
  [[nodiscard]] bool asked() const;
  // Waits for at most `patience`; the same answer.
  bool wait_for(Milliseconds patience);
  void wait();

 private:
  void watch();

  Logger log_;
  sigset_t signals_{};
  Descriptor signal_descriptor_, end_descriptor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool asked_ = false;
  std::thread thread_;
};

}  // namespace sinkway::app
