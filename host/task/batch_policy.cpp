#include "host/task/batch_policy.hpp"

#include <algorithm>

namespace sinkway::task {

std::optional<Instant> hand_over_at(const BatchLimits& limits, const OpenBatch& batch, const Surroundings& around) {
  if (batch.messages == 0 || !around.has_slot) return std::nullopt;
  if (is_full(limits, batch) || around.flush) return batch.oldest;
  const Milliseconds wait = around.writer_idle && around.drained ? std::min(limits.min_linger, limits.linger) : limits.linger;
  return batch.oldest + wait;
}

}  // namespace sinkway::task
