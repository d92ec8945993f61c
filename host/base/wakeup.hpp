// The one eventfd that a thread sleeps on.
#pragma once

#include <chrono>

#include "host/base/handle.hpp"

namespace sinkway {

// Everything that has something to say to a thread writes here: mailbox, batches, and for a reader librdkafka's queues, which write
// only when they go from empty to not empty. So the owner clears first and drains after, never the other way round. A wake-up
// may find nothing.
class Wakeup {
 public:
  Wakeup();

  // [any-thread]
  void notify() const;
  // For those that write to it themselves.
  [[nodiscard]] int descriptor() const { return event_.get(); }

  // [owner] Until somebody notifies, or for `most`; does not clear.
  void wait(std::chrono::nanoseconds most) const;
  void clear() const;

 private:
  Descriptor event_;
};

}  // namespace sinkway
