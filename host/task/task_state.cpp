#include "host/task/task_state.hpp"

#include <array>

namespace sinkway::task {
namespace {

struct Row {
  TaskState from;
  TaskEvent event;
  TaskState to;
};

using S = TaskState;
using E = TaskEvent;

// What is not here does not happen: a task that has ended says nothing any more unless somebody asks to restart it.
constexpr std::array kTable{
    Row{S::unassigned, E::started, S::running},      Row{S::unassigned, E::pause_done, S::paused},
    Row{S::unassigned, E::failure, S::failed},       Row{S::unassigned, E::stop_done, S::stopped},
    Row{S::unassigned, E::restart_asked, S::restarting},
    Row{S::running, E::pause_done, S::paused},       Row{S::running, E::failure, S::failed},
    Row{S::running, E::stop_done, S::stopped},       Row{S::running, E::restart_asked, S::restarting},
    Row{S::paused, E::started, S::running},          Row{S::paused, E::resume_done, S::running},
    Row{S::paused, E::failure, S::failed},           Row{S::paused, E::stop_done, S::stopped},
    Row{S::paused, E::restart_asked, S::restarting}, Row{S::failed, E::restart_asked, S::restarting},
    Row{S::failed, E::stop_done, S::stopped},        Row{S::restarting, E::started, S::running},
    Row{S::restarting, E::pause_done, S::paused},    Row{S::restarting, E::failure, S::failed},
    Row{S::restarting, E::stop_done, S::stopped},    Row{S::stopped, E::restart_asked, S::restarting},
};

}  // namespace

std::optional<TaskState> transition(TaskState from, TaskEvent event) {
  for (const Row& row : kTable)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::running: return "RUNNING";
    case TaskState::paused: return "PAUSED";
    case TaskState::failed: return "FAILED";
    case TaskState::restarting: return "RESTARTING";
    case TaskState::unassigned:
    case TaskState::stopped: return "UNASSIGNED";
  }
  return "UNASSIGNED";
}

}  // namespace sinkway::task
