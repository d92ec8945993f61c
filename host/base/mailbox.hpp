// Commands to the one thread that owns a thing.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace sinkway {

// post() from anywhere appends and then runs `wake`; the owner calls take_all() and works through them in order. Unbounded:
// commands are few and small. [any-thread] post, [owner] take_all
template <typename Command>
class Mailbox {
 public:
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void post(Command command) {
    {
      const std::lock_guard guard(mutex_);
      commands_.push_back(std::move(command));
    }
    wake_();
  }

  [[nodiscard]] std::vector<Command> take_all() {
    const std::lock_guard guard(mutex_);
    return std::exchange(commands_, {});
  }

  [[nodiscard]] bool empty() const {
    const std::lock_guard guard(mutex_);
    return commands_.empty();
  }

 private:
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<Command> commands_;
};

}  // namespace sinkway
