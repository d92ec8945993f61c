// How a task pauses: nothing is taken any more, what was read is delivered and committed, then it reads PAUSED.
#pragma once

#include <optional>

namespace sinkway::task {

enum class PausePhase { flowing, draining, committing, paused };
enum class PauseEvent { pause_asked, drained, committed, resume_asked };

// Nothing: the event does not belong to this phase and is ignored.
[[nodiscard]] constexpr std::optional<PausePhase> transition(PausePhase from, PauseEvent event) {
  if (event == PauseEvent::resume_asked && from != PausePhase::flowing) return PausePhase::flowing;
  switch (from) {
    case PausePhase::flowing: return event == PauseEvent::pause_asked ? std::optional(PausePhase::draining) : std::nullopt;
    case PausePhase::draining: return event == PauseEvent::drained ? std::optional(PausePhase::committing) : std::nullopt;
    case PausePhase::committing: return event == PauseEvent::committed ? std::optional(PausePhase::paused) : std::nullopt;
    case PausePhase::paused: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sinkway::task
