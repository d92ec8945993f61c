// Asks the plugin call that is running to return soon.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <utility>

#include "host/base/wakeup.hpp"

namespace sinkway::task {

// A descriptor of its own, not the writer's mailbox: a command that waits there would make a plugin spin. Each raise is for a
// command, named by its ticket, and ends when the writer has done that command, so that a later call is never cut short by an
// older wish. [any-thread]
class CancelSignal {
 public:
  static constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();

  void raise(std::uint64_t ticket) {
    {
      const std::lock_guard guard(mutex_);
      if (ticket <= done_) return;
      raised_for_ = ticket;
      signal_.notify();
    }
    const std::lock_guard guard(hook_mutex_);
    if (hook_) hook_();
  }
  void done(std::uint64_t ticket) {
    const std::lock_guard guard(mutex_);
    if (ticket > done_) done_ = ticket;
    if (raised_for_ != 0 && raised_for_ <= done_) {
      raised_for_ = 0;
      signal_.clear();
    }
  }
  [[nodiscard]] bool raised() const {
    const std::lock_guard guard(mutex_);
    return raised_for_ != 0;
  }
  // Also called by each raise, never after set_hook(nullptr) has returned: for plugins that do not watch the descriptor.
  void set_hook(std::function<void()> hook) {
    const std::lock_guard guard(hook_mutex_);
    hook_ = std::move(hook);
  }
  // Readable while raised.
  [[nodiscard]] int descriptor() const { return signal_.descriptor(); }

 private:
  mutable std::mutex mutex_;
  std::uint64_t raised_for_ = 0;
  std::uint64_t done_ = 0;
  Wakeup signal_;
  std::mutex hook_mutex_;  // not mutex_: a plugin may ask is_cancelled from inside the hook
  std::function<void()> hook_;
};

}  // namespace sinkway::task
