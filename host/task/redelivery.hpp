// The same batch again, whole.
#pragma once

#include <cstdint>
#include <optional>

#include "host/base/backoff.hpp"
#include "host/base/clock.hpp"
#include "host/data/batch.hpp"

namespace sinkway::task {

// Something the plugin could not do because the world is in the way, and when it is tried again: after the plugin's own wish, else
// after a growing delay with jitter. Never gives up (rule D8). [writer-thread]
class RetryDelay {
 public:
  static constexpr Milliseconds kFirst{100};
  static constexpr Milliseconds kMost{10'000};

  explicit RetryDelay(std::uint64_t seed) : backoff_(kFirst, kMost, seed) {}

  void failed(Instant now, std::optional<Milliseconds> wish) {
    const Milliseconds own = backoff_.next();
    next_try_ = now + (wish && *wish >= Milliseconds::zero() ? *wish : own);
  }
  void succeeded() {
    backoff_.reset();
    next_try_ = Instant::min();
  }
  // A call that was only asked to return goes on at once.
  void skip() { next_try_ = Instant::min(); }
  [[nodiscard]] Instant next_try() const { return next_try_; }

 private:
  Backoff backoff_;
  Instant next_try_ = Instant::min();
};

// The batch that the writer has in hand. Rule D4: it stays the same until the plugin takes it, less what was revoked or reported.
// [writer-thread]
class Redelivery {
 public:
  explicit Redelivery(std::uint64_t seed) : delay(seed) {}

  void hold(BatchPtr batch) {
    batch_ = std::move(batch);
    put_ = false;
  }
  // The plugin has taken it; what is left to wait for are dead letters.
  void was_put() { put_ = true; }
  [[nodiscard]] bool is_put() const { return holds() && put_; }
  [[nodiscard]] bool holds() const { return batch_ != nullptr; }
  [[nodiscard]] Batch& batch() const { return *batch_; }
  // The batch, done with in one way or the other.
  [[nodiscard]] BatchPtr release() {
    delay.succeeded();
    return std::move(batch_);
  }

  RetryDelay delay;

 private:
  BatchPtr batch_;
  bool put_ = false;
};

}  // namespace sinkway::task
