#include "rest-api/open_sessions.hpp"

#include <utility>

namespace sinkway::rest {

std::shared_ptr<void> OpenSessions::ticket() {
  const std::lock_guard guard(mutex_);
  if (finishing_ || count_ >= most_) return nullptr;
  ++count_;
  return {this, [self = shared_from_this()](void*) { self->leave(); }};
}

void OpenSessions::add(const std::shared_ptr<Session>& session) {
  bool late = false;
  {
    const std::lock_guard guard(mutex_);
    std::erase_if(open_, [](const auto& one) { return one.expired(); });
    open_.push_back(session);
    late = finishing_;
  }
  if (late) session->finish();
}

void OpenSessions::finish(Milliseconds timeout) {
  std::unique_lock lock(mutex_);
  finishing_ = true;
  const auto open = std::exchange(open_, {});
  lock.unlock();
  // All are told first: who sees one connection closed may take it that the others know.
  for (const auto& one : open)
    if (const auto session = one.lock()) session->announce_end();
  for (const auto& one : open)
    if (const auto session = one.lock()) session->finish();
  lock.lock();
  gone_.wait_for(lock, timeout, [this] { return count_ == 0; });
}

void OpenSessions::leave() {
  const std::lock_guard guard(mutex_);
  --count_;
  gone_.notify_all();
}

}  // namespace sinkway::rest
