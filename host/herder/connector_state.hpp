// The life of a connector as a table.
#pragma once

#include <optional>
#include <string_view>

namespace sinkway::herder {

// What REST shows (rest-contract 3). Independent of the states of its tasks.
enum class ConnectorState { unassigned, running, paused, stopped, failed, restarting };

// renewed: a new configuration or a plain restart, which forgets a failure. restart_asked: the restart that shows
// RESTARTING.
enum class ConnectorEvent { started, paused, stopped, failure, renewed, restart_asked };

// The state after an event; nothing: the event changes nothing here (a FAILED connector stays so when it is paused or
// resumed).
[[nodiscard]] std::optional<ConnectorState> transition(ConnectorState from, ConnectorEvent event);

// UNASSIGNED RUNNING PAUSED STOPPED FAILED RESTARTING
[[nodiscard]] std::string_view name_of(ConnectorState state);

}  // namespace sinkway::herder
