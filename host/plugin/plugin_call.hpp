// One call through the C ABI that fills an outcome: the guard around it, and the copy of what it says.
#pragma once

#include <string_view>

#include "host/plugin/sink_task_proxy.hpp"
#include "plugins/sdk/abi/sinkway_sink.h"

namespace sinkway::plugin {

// An outcome that nobody has filled yet.
[[nodiscard]] sinkway_outcome unfilled_outcome();

// Copies an outcome out of the memory of the plugin. One that is not filled, or has an unknown code, becomes FATAL.
[[nodiscard]] Outcome copied(const sinkway_outcome& outcome, std::string_view plugin, std::string_view function);

// The plugin has broken a rule of the ABI: FATAL, naming plugin, function and rule.
[[nodiscard]] Outcome broken_rule(std::string_view plugin, std::string_view function, std::string_view what);

// Calls `function(arguments..., &outcome)`. No function and an escaped exception become FATAL; the
// text of the exception is left out, since nobody promises that it is free of values.
template <typename Function, typename... Arguments>
[[nodiscard]] Outcome call_plugin(std::string_view plugin, std::string_view name, Function function, Arguments... arguments) {
  if (function == nullptr) return broken_rule(plugin, name, "the function is NULL");
  sinkway_outcome outcome = unfilled_outcome();
  try {
    function(arguments..., &outcome);
  } catch (...) {
    return broken_rule(plugin, name, "an exception left it");
  }
  return copied(outcome, plugin, name);
}

}  // namespace sinkway::plugin
