#include "host/herder/task_crew.hpp"

#include <algorithm>

namespace sinkway::herder {

using task::TaskState;

void TaskCrew::want(WantedTasks wanted, std::function<void()> settled) {
  wanted_ = std::move(wanted);
  for (std::size_t i = 0; i < wanted_.configs.size(); ++i) slots_.try_emplace(static_cast<int>(i));
  if (settled) settled_.push_back(std::move(settled));
  settle();
}

bool TaskCrew::mark_restart(int task, bool visibly) {
  const auto found = slots_.find(task);
  if (found == slots_.end()) return false;
  found->second.restart = true;
  if (visibly) found->second.shown.state = TaskState::restarting;
  return true;
}

std::vector<std::pair<int, TaskCrew::Shown>> TaskCrew::shown() const {
  std::vector<std::pair<int, Shown>> all;
  for (const auto& [number, slot] : slots_) all.emplace_back(number, slot.shown);
  return all;
}

TaskView TaskCrew::view_of(int number, const Slot& slot) const {
  TaskView view;
  view.phase = slot.phase;
  view.wanted = static_cast<std::size_t>(number) < wanted_.configs.size();
  view.outdated = view.wanted && (!slot.has_run || slot.connector != wanted_.connector ||
                                  slot.config != wanted_.configs[static_cast<std::size_t>(number)]);
  view.restart = slot.restart;
  view.told_to_pause = slot.told_to_pause;
  view.pause = wanted_.paused;
  return view;
}

// Every slot takes its next steps until each one rests or waits for its end.
void TaskCrew::settle() {
  bool waiting = false;
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    const TaskStep next = next_step(view_of(slot->first, slot->second));
    if (next == TaskStep::forget) {
      slot = slots_.erase(slot);
      continue;
    }
    waiting |= step(slot->first, slot->second);
    ++slot;
  }
  changed_();
  if (waiting) return;
  for (auto& settled : std::exchange(settled_, {})) settled();
}

// True: it waits for the end of what runs now.
bool TaskCrew::step(int number, Slot& slot) {
  switch (next_step(view_of(number, slot))) {
    case TaskStep::none:
    case TaskStep::forget: return false;
    case TaskStep::wait: return true;
    case TaskStep::start: start(number, slot); return false;
    case TaskStep::stop: stop(number, slot); return true;
    case TaskStep::pause:
      slot.told_to_pause = true;
      tools_.worker.pause_task(key(number));
      return false;
    case TaskStep::resume:
      slot.told_to_pause = false;
      tools_.worker.resume_task(key(number));
      return false;
  }
  return false;
}

void TaskCrew::start(int number, Slot& slot) {
  slot.connector = wanted_.connector;
  slot.config = wanted_.configs[static_cast<std::size_t>(number)];
  slot.has_run = true;
  slot.restart = false;
  slot.told_to_pause = wanted_.paused;
  slot.start_counted = false;
  slot.errors.clear();
  slot.epoch = ++epochs_;
  // RESTARTING is read until the new task reports.
  slot.shown = {slot.shown.state == TaskState::restarting ? TaskState::restarting : TaskState::unassigned, ""};
  tools_.book.count_attempt(StatusBook::Kind::task);
  const auto listener = [crew = weak_from_this(), number, epoch = slot.epoch, &surroundings = tools_.surroundings](
                            TaskState state, const std::string& trace) {
    surroundings.post([crew, number, epoch, state, trace] {
      if (const auto alive = crew.lock()) alive->heard(number, epoch, state, trace);
    });
  };
  const auto started = tools_.worker.start_task(
      {key(number), slot.connector, slot.config, wanted_.configs.size(), wanted_.paused}, listener);
  slot.phase = started ? TaskPhase::live : TaskPhase::idle;
  if (started) return;
  slot.shown = {TaskState::failed, started.error().text()};
  count_start(slot, TaskState::failed);
  tools_.log.error("connector={} task={} could not be started: {}", connector_, number, started.error().text());
}

void TaskCrew::stop(int number, Slot& slot) {
  slot.phase = TaskPhase::stopping;
  tools_.worker.request_stop(key(number));
  tools_.surroundings.after(tools_.stop_timeout, [crew = weak_from_this(), number, epoch = slot.epoch] {
    if (const auto alive = crew.lock()) alive->give_up(number, epoch);
  });
}

void TaskCrew::give_up(int number, std::uint64_t epoch) {
  const auto found = slots_.find(number);
  if (found == slots_.end() || found->second.epoch != epoch || found->second.phase != TaskPhase::stopping) return;
  tools_.log.warn("connector={} task={} did not stop within {} ms and is given up", connector_, number,
                  tools_.stop_timeout.count());
  ended(number, found->second);
  settle();
}

void TaskCrew::ended(int number, Slot& slot) {
  slot.phase = TaskPhase::idle;
  auto errors = tools_.worker.release_task(key(number));
  if (slot.shown.state == TaskState::failed) slot.errors = std::move(errors);
  tools_.reap();
}

void TaskCrew::heard(int number, std::uint64_t epoch, TaskState state, const std::string& trace) {
  const auto found = slots_.find(number);
  if (found == slots_.end() || found->second.epoch != epoch || found->second.phase == TaskPhase::idle) return;
  Slot& slot = found->second;
  count_start(slot, state);
  const bool end = state == TaskState::failed || state == TaskState::stopped;
  const bool asked = slot.phase == TaskPhase::stopping;
  // What is about to end keeps what it showed, RESTARTING above all.
  if (!asked) slot.shown = {state, trace};
  if (state == TaskState::failed && !asked)
    tools_.log.error("connector={} task={} failed: {}", connector_, number, trace);
  if (end) ended(number, slot);
  if (end && asked) return settle();
  changed_();
}

void TaskCrew::count_start(Slot& slot, TaskState state) {
  const bool success = state == TaskState::running || state == TaskState::paused;
  if (slot.start_counted || (!success && state != TaskState::failed)) return;
  slot.start_counted = true;
  tools_.book.count_end(StatusBook::Kind::task, success);
}

bool TaskCrew::stop_all(std::function<void()> stopped) {
  wanted_.configs.clear();
  const bool any = std::any_of(slots_.begin(), slots_.end(), [](const auto& each) {
    return each.second.phase != TaskPhase::idle;
  });
  if (any) settled_.push_back(std::move(stopped));
  settle();
  return any;
}

void TaskCrew::abandon() {
  for (auto& [number, slot] : slots_)
    if (slot.phase != TaskPhase::idle) ended(number, slot);
}

}  // namespace sinkway::herder
