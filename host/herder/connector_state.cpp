#include "host/herder/connector_state.hpp"

#include <array>

namespace sinkway::herder {
namespace {

struct Row {
  ConnectorState from;
  ConnectorEvent event;
  ConnectorState to;
};

using S = ConnectorState;
using E = ConnectorEvent;

constexpr std::array kTable{
    Row{S::unassigned, E::started, S::running},   Row{S::unassigned, E::paused, S::paused},
    Row{S::unassigned, E::stopped, S::stopped},   Row{S::unassigned, E::failure, S::failed},
    Row{S::unassigned, E::restart_asked, S::restarting},
    Row{S::running, E::paused, S::paused},        Row{S::running, E::stopped, S::stopped},
    Row{S::running, E::failure, S::failed},       Row{S::running, E::renewed, S::unassigned},
    Row{S::running, E::restart_asked, S::restarting},
    Row{S::paused, E::started, S::running},       Row{S::paused, E::stopped, S::stopped},
    Row{S::paused, E::failure, S::failed},        Row{S::paused, E::renewed, S::unassigned},
    Row{S::paused, E::restart_asked, S::restarting},
    Row{S::stopped, E::started, S::running},      Row{S::stopped, E::paused, S::paused},
    Row{S::stopped, E::failure, S::failed},       Row{S::stopped, E::renewed, S::unassigned},
    Row{S::stopped, E::restart_asked, S::restarting},
    Row{S::failed, E::stopped, S::stopped},       Row{S::failed, E::renewed, S::unassigned},
    Row{S::failed, E::restart_asked, S::restarting},
    Row{S::restarting, E::started, S::running},   Row{S::restarting, E::paused, S::paused},
    Row{S::restarting, E::stopped, S::stopped},   Row{S::restarting, E::failure, S::failed},
    Row{S::restarting, E::renewed, S::unassigned},
};

constexpr std::array<std::string_view, 6> kNames = {"UNASSIGNED", "RUNNING", "PAUSED", "STOPPED", "FAILED",
                                                    "RESTARTING"};

}  // namespace

std::optional<ConnectorState> transition(ConnectorState from, ConnectorEvent event) {
  for (const Row& row : kTable)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

std::string_view name_of(ConnectorState state) { return kNames[static_cast<std::size_t>(state)]; }

}  // namespace sinkway::herder
