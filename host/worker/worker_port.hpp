// What a herder asks of the worker of its process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/config/validation.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/plugin_registry.hpp"
#include "host/task/task.hpp"
#include "host/task/task_state.hpp"
#include "host/worker/redrive.hpp"

namespace sinkway::worker {

// One task of one connector.
struct TaskKey {
  std::string connector;
  int task = 0;
  auto operator<=>(const TaskKey&) const = default;
};

// A task as it is to be started. Configurations still have their placeholders: they are resolved at the start, here and
// now.
struct TaskStart {
  TaskKey key;
  ConfigMap connector;  // name, converters, tolerance, consumer overrides ...
  ConfigMap config;     // what the plugin gets
  std::size_t tasks = 1;  // of this connector, for the split of the memory
  bool paused = false;
};

// Tasks by their key, at most one living at a time for each. A stopped task reports `stopped` (or `failed`) through its
// listener, on a thread of its own; then, or when it is given up, the key is free again.
class WorkerPort {
 public:
  // Called on a task's thread; keeps itself short and never calls back.
  using Listener = std::function<void(task::TaskState state, const std::string& trace)>;

  virtual ~WorkerPort() = default;

  // [any-thread]
  [[nodiscard]] virtual const std::vector<plugin::Manifest>& plugins() const = 0;
  [[nodiscard]] virtual const plugin::Manifest* find_plugin(std::string_view class_name) const = 0;
  [[nodiscard]] virtual ConfigDef definition_of(const plugin::Manifest& plugin) const = 0;

  // May wait for a server. [connector-thread]
  [[nodiscard]] virtual Result<Validation> validate(const plugin::Manifest& plugin, const std::string& name,
                                                    const ConfigMap& config) = 0;
  // As they are kept and shown: placeholders in their places, task.class and topics put in.
  [[nodiscard]] virtual Result<std::vector<ConfigMap>> task_configs(const plugin::Manifest& plugin,
                                                                    const std::string& name,
                                                                    const ConfigMap& config) = 0;

  // A question to the plugin's connector; as it answers. [connector-thread]
  [[nodiscard]] virtual plugin::QueryAnswer query(const plugin::Manifest& plugin, const std::string& name,
                                                  const ConfigMap& config, const std::string& question, bool changes,
                                                  const std::string& argument) = 0;

  // Dead letters of a connector put into its plugin once more, beside the tasks that run; a wait for its server ends when `cancel` is
  // raised. [connector-thread]
  [[nodiscard]] virtual Redriven redrive(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                                         const std::vector<KeptMessage>& messages, task::CancelSignal& cancel) = 0;

  // None of these waits, save reap when it is told to. [herder-thread]
  [[nodiscard]] virtual Result<void> start_task(const TaskStart& start, Listener listener) = 0;
  virtual void pause_task(const TaskKey& key) = 0;
  virtual void resume_task(const TaskKey& key) = 0;
  virtual void request_stop(const TaskKey& key) = 0;
  // Frees the key of a task that has ended, or that is not waited for any longer: it says and commits nothing from now
  // on. What it counted of errors, for whoever goes on showing it.
  virtual std::vector<std::shared_ptr<Metric>> release_task(const TaskKey& key) = 0;
  // Frees what released tasks held whose threads have ended, waiting at most `patience`; the number of those that still
  // run.
  virtual std::size_t reap(Milliseconds patience) = 0;
  // How a task is; nothing: there is none of this key.
  [[nodiscard]] virtual std::optional<task::TaskStatus> task_status(const TaskKey& key) const = 0;
};

}  // namespace sinkway::worker
