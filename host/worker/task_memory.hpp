// One budget of memory split over the tasks of a worker: pure.
#pragma once

#include <algorithm>
#include <cstddef>

namespace sinkway::worker {

// What one task may use: Kafka's queue of fetched messages and the bytes of one batch.
struct TaskMemory {
  std::size_t queue_bytes = 0;
  std::size_t batch_bytes = 0;
};

// A queue of Kafka's client costs about 3.6 times its own limit; two batches are in circulation, and what a plugin makes of
// one counts as much again (task-engine, Memory). A task gets what makes it fast (8 MB of queue, 16 MB a batch) as long as
// the budget has it for every task, else the same share of both, down to 1 MB each: less would only make it slow.
[[nodiscard]] inline TaskMemory memory_of_task(std::size_t budget, std::size_t tasks) {
  constexpr double kQueueCost = 3.6;
  constexpr double kBatches = 3;
  constexpr double kQueue = 8 << 20;
  constexpr double kBatch = 16 << 20;
  constexpr double kLeast = 1 << 20;
  const double share = static_cast<double>(budget) / static_cast<double>(std::max<std::size_t>(tasks, 1));
  const double part = std::min(share / (kQueueCost * kQueue + kBatches * kBatch), 1.0);
  return {static_cast<std::size_t>(std::max(part * kQueue, kLeast)),
          static_cast<std::size_t>(std::max(part * kBatch, kLeast))};
}

}  // namespace sinkway::worker
