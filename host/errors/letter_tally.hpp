// Which dead letters of a task are acknowledged: what rule D6 asks.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "host/base/clock.hpp"

namespace sinkway::errors {

// Letters are known by tickets that count up from 1. One that is refused for good stays open for ever, so that no
// position ever passes it. Shared by the task and by whoever delivers its letters. [any-thread]
class LetterTally {
 public:
  // A letter is on its way from now on; its ticket.
  [[nodiscard]] std::uint64_t open();
  void acknowledged(std::uint64_t ticket);
  // Tried again without end; `why` is for people.
  void delayed(std::string why);
  void refused(std::string why);

  // The ticket of the newest letter; 0: there was none.
  [[nodiscard]] std::uint64_t issued() const;
  // Every letter up to and with this ticket is acknowledged.
  [[nodiscard]] bool settled(std::uint64_t until) const;
  // Waits for that; false: not within the time, or one is refused, or `give_up` said so when interrupt() was called.
  [[nodiscard]] bool wait(std::uint64_t until, Milliseconds most, const std::function<bool()>& give_up);
  void interrupt();

  // Why the task must end: a letter was refused for good; nothing: it need not.
  [[nodiscard]] std::optional<std::string> failure() const;
  // What letters wait for; empty: nothing is known to be in their way.
  [[nodiscard]] std::string trouble() const;

  // Runs at each change, never after set_hook(nullptr) has returned; short, and never calls back.
  void set_hook(std::function<void()> hook);

 private:
  [[nodiscard]] bool is_settled(std::uint64_t until) const { return open_.empty() || *open_.begin() > until; }
  void tell();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t issued_ = 0;
  std::set<std::uint64_t> open_;
  std::string trouble_;
  std::optional<std::string> failure_;
  std::mutex hook_mutex_;
  std::function<void()> hook_;
};

}  // namespace sinkway::errors
