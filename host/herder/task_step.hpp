// What is to be done next with one task: a pure function.
#pragma once

namespace sinkway::herder {

// Where a task stands. idle: nothing runs, because it is new, could not be started, or has ended.
enum class TaskPhase { idle, live, stopping };

struct TaskView {
  TaskPhase phase = TaskPhase::idle;
  bool wanted = true;      // the connector has a task of this number
  bool outdated = false;   // it runs with another configuration than it should, or has never run
  bool restart = false;    // somebody asked
  bool told_to_pause = false;
  bool pause = false;      // the connector is paused
};

enum class TaskStep { none, wait, start, stop, pause, resume, forget };

// Nothing is started before its predecessor has ended, nothing that failed is started again by itself (Connect never
// does).
[[nodiscard]] constexpr TaskStep next_step(const TaskView& task) {
  if (task.phase == TaskPhase::stopping) return TaskStep::wait;
  const bool live = task.phase == TaskPhase::live;
  if (!task.wanted) return live ? TaskStep::stop : TaskStep::forget;
  if (task.outdated || task.restart) return live ? TaskStep::stop : TaskStep::start;
  if (live && task.pause != task.told_to_pause) return task.pause ? TaskStep::pause : TaskStep::resume;
  return TaskStep::none;
}

}  // namespace sinkway::herder
