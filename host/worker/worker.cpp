#include "host/worker/worker.hpp"

#include <algorithm>
#include <charconv>

#include "host/plugin/plugin_registry.hpp"
#include "host/worker/connector_validation.hpp"
#include "host/worker/task_configs.hpp"
#include "host/worker/task_spec.hpp"

namespace sinkway::worker {

const plugin::Manifest* Worker::find_plugin(std::string_view class_name) const {
  return settings_.plugins->find(class_name);
}

ConfigDef Worker::definition_of(const plugin::Manifest& plugin) const {
  ConfigDef definition = plugin.definition;
  definition.add_all(connector_definition(plugin, settings_));
  return definition;
}

Result<Validation> Worker::validate(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config) {
  return validate_connector(plugin, name, config, settings_);
}

Result<std::vector<ConfigMap>> Worker::task_configs(const plugin::Manifest& plugin, const std::string& name,
                                                    const ConfigMap& config) {
  const Logger log = settings_.log.named("connector").with("connector", name);
  for (const auto& sentence : unknown_keys(connector_definition(plugin, settings_), config)) log.warn("{}", sentence);
  auto values = settings_.providers->resolve(config);
  if (!values) return std::move(values).error();
  const std::string most = resolved(connector_definition(plugin, settings_), *values).get_or("tasks.max", "1");
  int tasks = 1;
  std::from_chars(most.data(), most.data() + most.size(), tasks);
  auto chosen = plugin::plugin_task_configs(plugin, name, *values, tasks, log);
  if (!chosen) return chosen;
  return complete_task_configs(std::move(*chosen), config, plugin.name);
}

plugin::QueryAnswer Worker::query(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                                  const std::string& question, bool changes, const std::string& argument) {
  auto values = settings_.providers->resolve(config);
  if (values)
    return plugin::ask_connector(plugin, name, resolved(connector_definition(plugin, settings_), *values), question, changes,
                                 argument, settings_.log.named("connector").with("connector", name));
  plugin::QueryAnswer answer;
  answer.outcome.code = plugin::OutcomeCode::fatal;
  answer.outcome.reason = values.error().text();
  return answer;
}

Redriven Worker::redrive(const plugin::Manifest& plugin, const std::string& name, const ConfigMap& config,
                         const std::vector<KeptMessage>& messages, task::CancelSignal& cancel) {
  const auto spec = make_task_spec({.key = {name, 0}, .connector = config, .config = config}, plugin, 1, settings_);
  if (spec) return worker::redrive(*spec, messages, cancel);
  Redriven redriven;
  redriven.outcome.code = plugin::OutcomeCode::fatal;
  redriven.outcome.reason = spec.error().text();
  return redriven;
}

std::optional<task::TaskStatus> Worker::task_status(const TaskKey& key) const {
  const task::Task* const task = find(key);
  return task == nullptr ? std::nullopt : std::optional(task->status());
}

Result<void> Worker::start_task(const TaskStart& start, Listener listener) {
  const std::string class_name(trimmed(start.connector.get_or("connector.class", "")));
  const auto* plugin = find_plugin(class_name);
  if (!plugin) return Error("there is no plugin for connector.class " + class_name).with_hint("see plugin.path");
  auto spec = make_task_spec(start, *plugin, tasks_.size() + 1, settings_);
  if (!spec) return std::move(spec).error();
  auto& task = tasks_[start.key];
  if (task) return Error("task " + start.key.connector + "-" + std::to_string(start.key.task) + " is running already");
  task = std::make_unique<task::Task>(std::move(*spec), std::move(listener));
  task->start();
  return {};
}

void Worker::pause_task(const TaskKey& key) {
  if (auto* task = find(key)) task->pause();
}

void Worker::resume_task(const TaskKey& key) {
  if (auto* task = find(key)) task->resume();
}

void Worker::request_stop(const TaskKey& key) {
  if (auto* task = find(key)) task->request_stop();
}

std::vector<std::shared_ptr<Metric>> Worker::release_task(const TaskKey& key) {
  auto node = tasks_.extract(key);
  if (node.empty()) return {};
  auto errors = node.mapped()->error_series();
  // A task that has ended has nothing left to say; one that is given up must not speak for its key any more.
  node.mapped()->give_up();
  released_.push_back(std::move(node.mapped()));
  return errors;
}

std::size_t Worker::reap(Milliseconds patience) {
  const Instant deadline = std::chrono::steady_clock::now() + patience;
  std::erase_if(released_, [&](const auto& task) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    return task->wait(std::max(left, Milliseconds(0)));
  });
  return released_.size();
}

task::Task* Worker::find(const TaskKey& key) const {
  const auto found = tasks_.find(key);
  return found == tasks_.end() ? nullptr : found->second.get();
}

}  // namespace sinkway::worker
