#include "host/herder/target_state.hpp"

#include <algorithm>
#include <string>

namespace sinkway::herder {

std::string_view name_of(TargetState state) {
  switch (state) {
    case TargetState::started: return "STARTED";
    case TargetState::paused: return "PAUSED";
    case TargetState::stopped: return "STOPPED";
  }
  return "STARTED";
}

std::optional<TargetState> parse_initial_state(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  if (upper == "RUNNING") return TargetState::started;
  if (upper == "PAUSED") return TargetState::paused;
  if (upper == "STOPPED") return TargetState::stopped;
  return std::nullopt;
}

}  // namespace sinkway::herder
