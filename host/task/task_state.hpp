// The life of a task as a table.
#pragma once

#include <optional>
#include <string_view>

namespace sinkway::task {

// What the outside sees. `stopped` is the end of a task that was asked to end, `failed` of one that could not go on.
enum class TaskState { unassigned, running, paused, failed, restarting, stopped };

enum class TaskEvent { started, pause_done, resume_done, failure, stop_done, restart_asked };

// The state after an event; nothing: the event does not belong to this state and is ignored.
[[nodiscard]] std::optional<TaskState> transition(TaskState from, TaskEvent event);

// UNASSIGNED RUNNING PAUSED FAILED RESTARTING; a stopped task has no name in the REST contract and reads UNASSIGNED.
[[nodiscard]] std::string_view name_of(TaskState state);

}  // namespace sinkway::task
