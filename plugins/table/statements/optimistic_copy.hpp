// When to try COPY straight into the table for an upsert: a state machine without a server.
#pragma once

#include <algorithm>
#include <cstddef>

namespace sinkway::table {

// Rows whose keys are all new need no merge: COPY into the table writes them twice as fast (limits.md A.4), but one key
// that exists makes the attempt useless. After a conflict a number of batches goes without an attempt, twice as many
// after each further one. One for each table. [writer-thread]
class OptimisticCopy {
 public:
  // Whether this batch is to be tried; counts the batch.
  [[nodiscard]] bool takes_chance() {
    if (waiting_ == 0) return true;
    --waiting_;
    return false;
  }
  void succeeded() { pause_ = 1; }
  void met_conflict() {
    waiting_ = pause_;
    pause_ = std::min(pause_ * 2, kLongestPause);
  }
  // Batches until the next attempt.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  static constexpr std::size_t kLongestPause = 64;
  std::size_t pause_ = 1;
  std::size_t waiting_ = 0;
};

}  // namespace sinkway::table
