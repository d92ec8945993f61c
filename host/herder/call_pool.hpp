// A small pool of threads for calls that may wait for a server.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"

namespace sinkway::herder {

// The connector-call threads: validate and task_configs run here, so that a database that does not answer holds up
// nobody but the connector that asked. [any-thread]
class CallPool {
 public:
  explicit CallPool(std::size_t threads);
  // Waits for calls that are running.
  ~CallPool();
  CallPool(const CallPool&) = delete;
  CallPool& operator=(const CallPool&) = delete;

  // Runs it when a thread is free; after stop() it is dropped.
  void run(std::function<void()> work);
  // Drops what waits; true: nothing runs any more, false: a call did not end within the time.
  [[nodiscard]] bool stop(Milliseconds patience);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t running_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sinkway::herder
