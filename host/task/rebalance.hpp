// How partitions leave: the sequence as a table, and its deadlines.
#pragma once

#include <cstdint>
#include <optional>

#include "host/base/clock.hpp"

namespace sinkway::task {

// settled: nothing leaves. closing: the writer was told. cancelled: the call it is in was asked to return. committing: the writer
// has answered, Kafka has not.
enum class RevokePhase { settled, closing, cancelled, committing };
// deadline_over in every phase but settled: go on without whoever has not answered.
enum class RevokeEvent { revoked, half_over, answered, answered_empty, commit_answered, deadline_over };

// Nothing: the event does not belong to this phase and is ignored (a late answer).
[[nodiscard]] std::optional<RevokePhase> transition(RevokePhase from, RevokeEvent event);

// The time that a leaving partition gets: a third of the poll interval, so that the member is never thrown out, and at most 30 s,
// so that the group does not wait longer for a plugin that blocks.
[[nodiscard]] Milliseconds revoke_allowance(Milliseconds max_poll_interval);

// One revocation, from the event to the answer. Pure. [reader-thread]
class Revocation {
 public:
  // Tickets count up, so that late answers can be told from present ones.
  void begin(Instant now, Milliseconds allowance);
  // The task ends: less time than was given before.
  void shorten(Instant now, Milliseconds allowance);
  // What the passing of time has brought: half_over or deadline_over.
  [[nodiscard]] std::optional<RevokeEvent> due(Instant now) const;
  // True: the phase changed.
  bool on(RevokeEvent event);

  [[nodiscard]] RevokePhase phase() const { return phase_; }
  [[nodiscard]] bool settled() const { return phase_ == RevokePhase::settled; }
  [[nodiscard]] std::uint64_t ticket() const { return ticket_; }
  // The next instant at which due() answers; nothing when settled.
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  RevokePhase phase_ = RevokePhase::settled;
  std::uint64_t ticket_ = 0;
  Instant half_{};
  Instant deadline_{};
};

}  // namespace sinkway::task
