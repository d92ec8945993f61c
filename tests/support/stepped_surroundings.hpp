// The herder's surroundings without threads: everything waits in queues until a test runs it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "host/herder/surroundings.hpp"

namespace sinkway::test {

class SteppedSurroundings final : public herder::Surroundings {
 public:
  void post(std::function<void()> command) override {
    const std::lock_guard guard(mutex_);
    commands_.push_back(std::move(command));
  }
  void after(Milliseconds delay, std::function<void()> command) override {
    timers_.emplace(now_ + delay, std::move(command));
  }
  void call(std::function<void()> work) override { calls_.push_back(std::move(work)); }

  // Runs commands and calls until none are left.
  void run() {
    while (run_commands() || run_call()) {
    }
  }
  // Runs commands only: calls go on waiting for their server.
  bool run_commands() {
    bool any = false;
    while (auto command = next()) {
      command();
      any = true;
    }
    return any;
  }
  void advance(Milliseconds time) {
    const Milliseconds until = now_ + time;
    while (!timers_.empty() && timers_.begin()->first <= until) {
      now_ = timers_.begin()->first;
      const auto command = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      command();
      run();
    }
    now_ = until;
  }
  [[nodiscard]] std::size_t waiting_calls() const { return calls_.size(); }

 private:
  std::function<void()> next() {
    const std::lock_guard guard(mutex_);
    if (commands_.empty()) return nullptr;
    auto command = std::move(commands_.front());
    commands_.pop_front();
    return command;
  }
  bool run_call() {
    if (calls_.empty()) return false;
    const auto work = std::move(calls_.front());
    calls_.pop_front();
    work();
    return true;
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> commands_, calls_;
  std::multimap<Milliseconds, std::function<void()>> timers_;
  Milliseconds now_{0};
};

}  // namespace sinkway::test
