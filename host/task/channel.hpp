// Everything that lies between the two threads of a task.
#pragma once

#include <atomic>

#include "host/base/bounded_queue.hpp"
#include "host/base/mailbox.hpp"
#include "host/base/wakeup.hpp"
#include "host/task/cancel_signal.hpp"
#include "host/task/live_partitions.hpp"
#include "host/task/messages.hpp"

namespace sinkway::task {

// Batches go from reader to writer through `ready` and come back as BatchDone; commands and answers through the mailboxes. Nothing
// else is shared. [any-thread]
struct Channel {
  // One batch is on the wire, the other is filled or waits: a third brought no speed (decision 0015).
  static constexpr std::size_t kReadyBatches = 1;

  Wakeup reader_wakeup;
  Wakeup writer_wakeup;
  Wakeup batch_waits;  // beside it, for a put that waits for its server; the writer's
  BoundedQueue<BatchPtr> ready{kReadyBatches};
  Mailbox<ReaderMessage> to_reader{[this] { reader_wakeup.notify(); }};
  Mailbox<WriterCommand> to_writer{[this] { writer_wakeup.notify(); }};
  LivePartitions live;
  CancelSignal cancel;
  std::atomic<bool> given_up{false};  // nobody waits for this task any more: no state, no commit
};

}  // namespace sinkway::task
