// Starts, pauses and stops the tasks of this process; knows no cluster.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/task/task.hpp"
#include "host/worker/worker_port.hpp"
#include "host/worker/worker_settings.hpp"

namespace sinkway::worker {

// Threads as WorkerPort says. Its destruction waits for every task that it still has: stop them first.
class Worker final : public WorkerPort {
 public:
  explicit Worker(WorkerSettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] const std::vector<plugin::Manifest>& plugins() const override { return settings_.plugins->all(); }
  [[nodiscard]] const plugin::Manifest* find_plugin(std::string_view class_name) const override;
  [[nodiscard]] ConfigDef definition_of(const plugin::Manifest& plugin) const override;
  [[nodiscard]] Result<Validation> validate(const plugin::Manifest& plugin, const std::string& name,
                                            const ConfigMap& config) override;
  [[nodiscard]] Result<std::vector<ConfigMap>> task_configs(const plugin::Manifest& plugin, const std::string& name,
                                                            const ConfigMap& config) override;

  [[nodiscard]] plugin::QueryAnswer query(const plugin::Manifest& plugin, const std::string& name,
                                          const ConfigMap& config, const std::string& question, bool changes,
                                          const std::string& argument) override;

  [[nodiscard]] Redriven redrive(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                                 const std::vector<KeptMessage>& messages, task::CancelSignal& cancel) override;
  [[nodiscard]] Result<void> start_task(const TaskStart& start, Listener listener) override;
  void pause_task(const TaskKey& key) override;
  void resume_task(const TaskKey& key) override;
  void request_stop(const TaskKey& key) override;
  std::vector<std::shared_ptr<Metric>> release_task(const TaskKey& key) override;
  std::size_t reap(Milliseconds patience) override;
  [[nodiscard]] std::optional<task::TaskStatus> task_status(const TaskKey& key) const override;

 private:
  task::Task* find(const TaskKey& key) const;

  const WorkerSettings settings_;
  std::map<TaskKey, std::unique_ptr<task::Task>> tasks_;
  std::vector<std::unique_ptr<task::Task>> released_;
};

}  // namespace sinkway::worker
