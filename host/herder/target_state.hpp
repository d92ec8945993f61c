// What a person wants of a connector; survives restarts.
#pragma once

#include <optional>
#include <string_view>

namespace sinkway::herder {

enum class TargetState { started, paused, stopped };

// STARTED PAUSED STOPPED, as they are stored.
[[nodiscard]] std::string_view name_of(TargetState state);
// The words of initial_state: RUNNING, PAUSED or STOPPED, whatever their case; nothing: something else.
[[nodiscard]] std::optional<TargetState> parse_initial_state(std::string_view text);

}  // namespace sinkway::herder
