// When Kafka hears of positions.
#pragma once

#include <optional>

#include "host/base/clock.hpp"

namespace sinkway::task {

// A commit has two steps: the plugin is asked what may be committed (pre_commit), then Kafka is told. One at a time, every
// `interval` and on request; an answer of Kafka that does not come within `timeout` (offset.flush.timeout.ms) is not waited for.
// Pure. [reader-thread]
class CommitSchedule {
 public:
  enum class Step { waiting, asked, sent };

  CommitSchedule(Milliseconds interval, Milliseconds timeout) : interval_(interval), timeout_(timeout) {}

  // The first interval begins.
  void begin(Instant now) { next_ = now + interval_; }
  void request() { requested_ = true; }

  // When to ask; nothing: a commit is under way.
  [[nodiscard]] std::optional<Instant> ask_at() const;
  // When to stop waiting for Kafka; nothing: not waiting for it.
  [[nodiscard]] std::optional<Instant> give_up_at() const;

  void asked(Instant now);    // the plugin
  void sent(Instant now);     // to Kafka
  void finished(Instant now);  // answered, nothing to send, given up, or nothing to ask for

  [[nodiscard]] Step step() const { return step_; }
  [[nodiscard]] bool is_requested() const { return requested_; }
  [[nodiscard]] Instant sent_at() const { return sent_at_; }

 private:
  Milliseconds interval_;
  Milliseconds timeout_;
  Instant next_{};
  Instant sent_at_{};
  Step step_ = Step::waiting;
  bool requested_ = false;
};

}  // namespace sinkway::task
