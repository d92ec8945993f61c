// The tasks of one connector, brought to where they should be.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/base/log.hpp"
#include "host/herder/herder.hpp"
#include "host/herder/status_book.hpp"
#include "host/herder/surroundings.hpp"
#include "host/herder/task_step.hpp"
#include "host/worker/worker_port.hpp"

namespace sinkway::herder {

// What should be: these configurations, one a task, made from this connector config.
struct WantedTasks {
  ConfigMap connector;
  std::vector<ConfigMap> configs;
  bool paused = false;
  bool operator==(const WantedTasks&) const = default;
};

// A crew lives in a shared_ptr, since tasks report to it through the mailbox after it may be gone. Everything
// [herder-thread].
class TaskCrew : public std::enable_shared_from_this<TaskCrew> {
 public:
  struct Tools {
    worker::WorkerPort& worker;
    Surroundings& surroundings;
    StatusBook& book;
    Logger log;
    Milliseconds stop_timeout;
    std::function<void()> reap;     // something was released
  };
  TaskCrew(std::string connector, Tools tools, std::function<void()> changed)
      : connector_(std::move(connector)), tools_(std::move(tools)), changed_(std::move(changed)) {}

  // Stops, starts, pauses and resumes until everything is as wanted; `settled` is called once when it is, perhaps at
  // once. A new wish replaces an older one; both are told when the newer one is fulfilled.
  void want(WantedTasks wanted, std::function<void()> settled);
  [[nodiscard]] const WantedTasks& wanted() const { return wanted_; }

  // Marks a task to be started anew by the next want(); false: there is no such task. `visibly`: it reads RESTARTING
  // from now on.
  bool mark_restart(int task, bool visibly);

  // Asks everything to stop at once, for the end of the worker; false: nothing lives.
  bool stop_all(std::function<void()> stopped);
  // Gives up what still lives.
  void abandon();

  struct Shown {
    task::TaskState state = task::TaskState::unassigned;
    std::string trace;
  };
  [[nodiscard]] std::vector<std::pair<int, Shown>> shown() const;  // ascending
  [[nodiscard]] task::TaskState state_of(int task) const {
    const auto found = slots_.find(task);
    return found == slots_.end() ? task::TaskState::unassigned : found->second.shown.state;
  }

 private:
  struct Slot {
    TaskPhase phase = TaskPhase::idle;
    Shown shown;
    ConfigMap connector, config;  // it was started with
    std::uint64_t epoch = 0;      // of its last start; reports of an earlier one do not count
    bool has_run = false;         // a start was tried
    bool restart = false;
    bool told_to_pause = false;
    bool start_counted = true;
    std::vector<std::shared_ptr<Metric>> errors;  // of a task that is FAILED, until it is started anew
  };
  [[nodiscard]] TaskView view_of(int number, const Slot& slot) const;
  void settle();
  bool step(int number, Slot& slot);
  void start(int number, Slot& slot);
  void stop(int number, Slot& slot);
  void give_up(int number, std::uint64_t epoch);
  void ended(int number, Slot& slot);
  void heard(int number, std::uint64_t epoch, task::TaskState state, const std::string& trace);
  void count_start(Slot& slot, task::TaskState state);
  [[nodiscard]] worker::TaskKey key(int number) const { return {connector_, number}; }

  std::string connector_;
  Tools tools_;
  std::function<void()> changed_;  // what shown() answers is another
  WantedTasks wanted_;
  std::map<int, Slot> slots_;
  std::vector<std::function<void()>> settled_;
  std::uint64_t epochs_ = 0;
};

}  // namespace sinkway::herder
