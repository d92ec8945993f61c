// When the open batch is handed over: rows, bytes, waiting time.
#pragma once

#include <cstddef>
#include <optional>

#include "host/base/clock.hpp"
#include "host/task/task.hpp"

namespace sinkway::task {

// The open batch as the policy sees it.
struct OpenBatch {
  std::size_t messages = 0;  // read into it, also those that left no record
  std::size_t bytes = 0;
  Instant oldest;  // when the first of them came; meaningful when there are messages
};

struct Surroundings {
  bool has_slot = false;     // the ready queue can take a batch
  bool writer_idle = false;  // no batch waits and none is being put
  bool drained = false;      // no message waits
  bool flush = false;        // nothing more will come for now
};

[[nodiscard]] inline bool is_full(const BatchLimits& limits, const OpenBatch& batch) {
  return batch.messages >= limits.rows || batch.bytes >= limits.bytes;
}

// The instant from which on the batch should be handed over (now or earlier: at once); nothing: no passing of time will do it.
// No waiting to speak of without load, large batches with it (task-engine, reader loop 4). Pure.
[[nodiscard]] std::optional<Instant> hand_over_at(const BatchLimits& limits, const OpenBatch& batch, const Surroundings& around);

}  // namespace sinkway::task
