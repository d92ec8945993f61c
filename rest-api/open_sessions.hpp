// The connections of a server that are open.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "host/base/clock.hpp"
#include "rest-api/session.hpp"

namespace sinkway::rest {

// Counts sessions by tickets: each holds one for as long as it lives, also when it outlives the server. [any-thread]
class OpenSessions : public std::enable_shared_from_this<OpenSessions> {
 public:
  explicit OpenSessions(std::size_t most) : most_(most) {}

  // The right to open one more. Null: there are too many, or the server ends.
  [[nodiscard]] std::shared_ptr<void> ticket();
  // A session that comes after finish() is finished at once.
  void add(const std::shared_ptr<Session>& session);
  // Lets all end, and waits for it no longer than `timeout`.
  void finish(Milliseconds timeout);

 private:
  void leave();

  std::mutex mutex_;
  std::condition_variable gone_;
  std::vector<std::weak_ptr<Session>> open_;
  std::size_t count_ = 0;
  const std::size_t most_;
  bool finishing_ = false;
};

}  // namespace sinkway::rest
