#include "host/herder/standalone_herder.hpp"

#include <utility>

#include "host/convert/converter_set.hpp"
#include "host/herder/refusals.hpp"
#include "host/worker/connector_config.hpp"

namespace sinkway::herder {

StandaloneHerder::StandaloneHerder(Options options)
    : options_(std::move(options)),
      mailbox_([this] {
        {
          const std::lock_guard guard(mutex_);
          woken_ = true;
        }
        changed_.notify_all();
      }),
      pool_(options_.call_threads) {}

StandaloneHerder::~StandaloneHerder() {
  {
    const std::lock_guard guard(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StandaloneHerder::start(const std::string& worker_id, std::vector<StoredConnector> stored,
                             std::set<std::string> held) {
  core_ = std::make_unique<HerderCore>(HerderCore::Tools{.worker = options_.worker,
                                                         .store = options_.store,
                                                         .surroundings = *this,
                                                         .book = book_,
                                                         .views = views_,
                                                         .log = options_.log,
                                                         .worker_id = worker_id,
                                                         .stop_timeout = options_.stop_timeout,
                                                         .retry_first = options_.retry_first});
  core_->load(std::move(stored), held);
  thread_ = std::thread([this] { serve(); });
}

void StandaloneHerder::serve() {
  while (true) {
    for (auto& command : mailbox_.take_all()) command();
    for (auto& command : due_timers()) command();
    std::unique_lock guard(mutex_);
    if (ended_) return;
    const auto awake = [this] { return woken_ || ended_; };
    if (timers_.empty())
      changed_.wait(guard, awake);
    else
      changed_.wait_until(guard, timers_.begin()->first, awake);
    woken_ = false;
  }
}

std::vector<StandaloneHerder::Command> StandaloneHerder::due_timers() {
  std::vector<Command> due;
  const Instant now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    due.push_back(std::move(timers_.begin()->second));
    timers_.erase(timers_.begin());
  }
  return due;
}

void StandaloneHerder::after(Milliseconds delay, Command command) {
  timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(command));
}

void StandaloneHerder::begin_stop() {
  post([this] {
    core_->stop([this] {
      {
        const std::lock_guard guard(mutex_);
        stopped_ = true;
      }
      changed_.notify_all();
    });
  });
}

bool StandaloneHerder::finish_stop(Milliseconds patience) {
  const Instant deadline = std::chrono::steady_clock::now() + patience;
  bool stopped = false;
  {
    std::unique_lock guard(mutex_);
    stopped = changed_.wait_until(guard, deadline, [this] { return stopped_; });
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!stopped) core_->abandon();
  const auto left = [deadline] {
    return std::max(std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now()),
                    Milliseconds(0));
  };
  const bool idle = pool_.stop(left());
  return options_.worker.reap(left()) == 0 && stopped && idle;
}

WorkerInfo StandaloneHerder::worker() const { return {options_.version, options_.commit, cluster_id_.copy()}; }

Answer<ConnectorInfo> StandaloneHerder::connector(const std::string& name) const {
  if (auto view = views_.find(name)) return std::move(view->info);
  return connector_not_found(name);
}

Answer<ConnectorStatus> StandaloneHerder::status(const std::string& name) const {
  if (auto status = book_.status(name)) return std::move(*status);
  return Refusal{Refusal::Kind::not_found, "No status found for connector " + name};
}

Answer<std::vector<TaskInfo>> StandaloneHerder::tasks(const std::string& name) const {
  if (auto view = views_.find(name)) return std::move(view->tasks);
  return connector_not_found(name);
}

// Sinks, then converters, then header converters, each sorted by class (rest-contract 1e).
std::vector<PluginInfo> StandaloneHerder::plugins(bool connectors_only) const {
  std::vector<PluginInfo> all;
  for (const auto& plugin : options_.worker.plugins()) all.push_back({plugin.name, "sink", plugin.version});
  if (connectors_only) return all;
  const std::string version(worker::kConnectVersion);
  for (const auto& converter : convert::converter_classes()) all.push_back({converter.name, "converter", version});
  for (const auto& converter : convert::converter_classes())
    if (converter.for_headers) all.push_back({converter.name, "header_converter", version});
  return all;
}

Answer<ConfigDef> StandaloneHerder::plugin_config(const std::string& class_or_alias) const {
  if (const auto* plugin = options_.worker.find_plugin(class_or_alias)) return options_.worker.definition_of(*plugin);
  if (const auto* converter = convert::find_converter(class_or_alias)) return converter->definition;
  return Refusal{Refusal::Kind::not_found, "Unknown plugin " + class_or_alias + "."};
}

void StandaloneHerder::health(Reply<Health> reply) {
  post([this, reply = std::move(reply)] {
    if (ready_)
      reply(Health{Health::State::healthy, "Worker has completed startup and is ready to handle requests."});
    else
      reply(Health{Health::State::starting,
                   "Worker is still starting up. It is creating the connectors of the command line."});
  });
}

void StandaloneHerder::query(const std::string& name, const std::string& question, bool changes,
                             const std::string& argument, Reply<std::string> reply) {
  post([this, name, question, changes, argument, reply = std::move(reply)] {
    core_->query(name, question, changes, argument, reply);
  });
}

void StandaloneHerder::redrive(const std::string& name, const std::string& argument, Reply<std::string> reply) {
  post([this, name, argument, reply = std::move(reply)] { core_->redrive(name, argument, reply); });
}

void StandaloneHerder::reports(const std::string& name, Reply<std::vector<TaskReport>> reply) {
  post([this, name, reply = std::move(reply)] { core_->reports(name, reply); });
}

void StandaloneHerder::validate(const std::string& plugin, const ConfigMap& config, Reply<Validation> reply) {
  post([this, plugin, config, reply = std::move(reply)] { core_->validate(plugin, config, reply); });
}

void StandaloneHerder::create(const std::string& name, const ConfigMap& config,
                              std::optional<TargetState> initial_state,
                              Reply<Put> reply) {
  post([this, name, config, initial_state, reply = std::move(reply)] {
    core_->change(HerderCore::Change::create, name, config, initial_state, reply);
  });
}

void StandaloneHerder::put_config(const std::string& name, const ConfigMap& config, Reply<Put> reply) {
  post([this, name, config, reply = std::move(reply)] {
    core_->change(HerderCore::Change::put, name, config, std::nullopt, reply);
  });
}

void StandaloneHerder::patch_config(const std::string& name, const ConfigMap& patch, Reply<Put> reply) {
  post([this, name, patch, reply = std::move(reply)] {
    core_->change(HerderCore::Change::patch, name, patch, std::nullopt, reply);
  });
}

void StandaloneHerder::remove(const std::string& name, Reply<Done> reply) {
  post([this, name, reply = std::move(reply)] { core_->remove(name, reply); });
}

void StandaloneHerder::set_target_state(const std::string& name, TargetState state, Reply<Done> reply) {
  post([this, name, state, reply = std::move(reply)] { core_->set_target_state(name, state, reply); });
}

void StandaloneHerder::restart_connector(const std::string& name, Reply<Done> reply) {
  post([this, name, reply = std::move(reply)] { core_->restart_connector(name, reply); });
}

void StandaloneHerder::restart(const std::string& name, bool only_failed, bool include_tasks,
                               Reply<ConnectorStatus> reply) {
  post([this, name, only_failed, include_tasks, reply = std::move(reply)] {
    core_->restart(name, only_failed, include_tasks, reply);
  });
}

void StandaloneHerder::restart_task(const TaskId& id, Reply<Done> reply) {
  post([this, id, reply = std::move(reply)] { core_->restart_task(id, reply); });
}

}  // namespace sinkway::herder
