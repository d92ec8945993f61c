#include "host/errors/letter_tally.hpp"

#include <utility>

namespace sinkway::errors {

std::uint64_t LetterTally::open() {
  const std::lock_guard guard(mutex_);
  open_.insert(open_.end(), ++issued_);
  return issued_;
}

void LetterTally::acknowledged(std::uint64_t ticket) {
  {
    const std::lock_guard guard(mutex_);
    open_.erase(ticket);
    trouble_.clear();
  }
  tell();
}

void LetterTally::delayed(std::string why) {
  {
    const std::lock_guard guard(mutex_);
    trouble_ = std::move(why);
  }
  tell();
}

void LetterTally::refused(std::string why) {
  {
    const std::lock_guard guard(mutex_);
    if (!failure_) failure_ = std::move(why);
  }
  tell();
}

std::uint64_t LetterTally::issued() const {
  const std::lock_guard guard(mutex_);
  return issued_;
}

bool LetterTally::settled(std::uint64_t until) const {
  const std::lock_guard guard(mutex_);
  return is_settled(until);
}

bool LetterTally::wait(std::uint64_t until, Milliseconds most, const std::function<bool()>& give_up) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, most, [&] { return is_settled(until) || failure_ || give_up(); });
  return is_settled(until);
}

void LetterTally::interrupt() {
  const std::lock_guard guard(mutex_);
  changed_.notify_all();
}

std::optional<std::string> LetterTally::failure() const {
  const std::lock_guard guard(mutex_);
  return failure_;
}

std::string LetterTally::trouble() const {
  const std::lock_guard guard(mutex_);
  return trouble_;
}

void LetterTally::set_hook(std::function<void()> hook) {
  const std::lock_guard guard(hook_mutex_);
  hook_ = std::move(hook);
}

void LetterTally::tell() {
  changed_.notify_all();
  const std::lock_guard guard(hook_mutex_);
  if (hook_) hook_();
}

}  // namespace sinkway::errors
