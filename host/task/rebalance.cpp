#include "host/task/rebalance.hpp"

#include <algorithm>
#include <array>

namespace sinkway::task {
namespace {

struct Row {
  RevokePhase from;
  RevokeEvent event;
  RevokePhase to;
};

using P = RevokePhase;
using E = RevokeEvent;

constexpr std::array kTable{
    Row{P::settled, E::revoked, P::closing},          Row{P::closing, E::half_over, P::cancelled},
    Row{P::closing, E::answered, P::committing},      Row{P::closing, E::answered_empty, P::settled},
    Row{P::closing, E::deadline_over, P::settled},    Row{P::cancelled, E::answered, P::committing},
    Row{P::cancelled, E::answered_empty, P::settled}, Row{P::cancelled, E::deadline_over, P::settled},
    Row{P::committing, E::commit_answered, P::settled}, Row{P::committing, E::deadline_over, P::settled},
};

}  // namespace

std::optional<RevokePhase> transition(RevokePhase from, RevokeEvent event) {
  for (const Row& row : kTable)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

Milliseconds revoke_allowance(Milliseconds max_poll_interval) {
  return std::min<Milliseconds>(max_poll_interval / 3, std::chrono::seconds(30));
}

void Revocation::begin(Instant now, Milliseconds allowance) {
  ++ticket_;
  half_ = now + allowance / 2;
  deadline_ = now + allowance;
  on(RevokeEvent::revoked);
}

void Revocation::shorten(Instant now, Milliseconds allowance) {
  half_ = std::min(half_, now + allowance / 2);
  deadline_ = std::min(deadline_, now + allowance);
}

std::optional<RevokeEvent> Revocation::due(Instant now) const {
  if (phase_ == P::settled) return std::nullopt;
  if (now >= deadline_) return RevokeEvent::deadline_over;
  if (phase_ == P::closing && now >= half_) return RevokeEvent::half_over;
  return std::nullopt;
}

bool Revocation::on(RevokeEvent event) {
  const auto to = transition(phase_, event);
  if (to) phase_ = *to;
  return to.has_value();
}

std::optional<Instant> Revocation::next() const {
  if (phase_ == P::settled) return std::nullopt;
  return phase_ == P::closing ? half_ : deadline_;
}

}  // namespace sinkway::task
