#include "host/herder/herder_core.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "host/herder/refusals.hpp"

namespace sinkway::herder {
namespace {

constexpr Milliseconds kReapInterval{200};

ConnectorEvent event_of(TargetState target) {
  constexpr std::array kEvents = {ConnectorEvent::started, ConnectorEvent::paused, ConnectorEvent::stopped};
  return kEvents[static_cast<std::size_t>(target)];
}

}  // namespace

void HerderCore::load(std::vector<StoredConnector> stored, const std::set<std::string>& held) {
  for (auto& each : stored) {
    Connector& connector = add(std::move(each));
    publish(connector);
    if (held.count(connector.stored.name)) continue;
    lanes_.enter(connector.stored.name, [this, name = connector.stored.name](const Lanes::Done& done) {
      if (Connector* loaded = find(name)) return bring_up_loaded(*loaded, [done](bool) { done(); });
      done();
    });
  }
}

HerderCore::Connector& HerderCore::add(StoredConnector stored) {
  const std::string name = stored.name;
  auto crew = std::make_shared<TaskCrew>(
      name,
      TaskCrew::Tools{tools_.worker, tools_.surroundings, tools_.book, tools_.log, tools_.stop_timeout,
                      [this] { schedule_reap(); }},
      [this, name] {
        if (Connector* known = find(name)) publish(*known);
      });
  const Backoff backoff(tools_.retry_first, tools_.retry_most, std::hash<std::string>{}(name));
  return connectors_.insert_or_assign(name, Connector(std::move(stored), std::move(crew), backoff)).first->second;
}

HerderCore::Connector* HerderCore::find(const std::string& name) {
  const auto found = connectors_.find(name);
  return found == connectors_.end() ? nullptr : &found->second;
}

const plugin::Manifest* HerderCore::plugin_of(const ConfigMap& config) const {
  return tools_.worker.find_plugin(trimmed(config.get_or("connector.class", "")));
}

// The tasks of a connector that was paused when the worker ended are there again, paused.
void HerderCore::bring_up_loaded(Connector& connector, std::function<void(bool up)> done) {
  if (connector.stored.target != TargetState::paused || !plugin_of(connector.stored.config))
    return bring_up(connector, std::move(done));
  ++connector.generation;
  tools_.book.count_attempt(StatusBook::Kind::connector);
  move(connector, ConnectorEvent::paused);
  publish(connector);
  ask_task_configs(connector, std::move(done));
}

// From the target state to what the connector and its tasks are. `done` hears whether the connector is as it should be.
void HerderCore::bring_up(Connector& connector, std::function<void(bool up)> done) {
  ++connector.generation;
  if (connector.stored.target == TargetState::stopped) connector.task_configs.clear();
  if (connector.stored.target != TargetState::started || connector.state == ConnectorState::failed) {
    move(connector, event_of(connector.stored.target));
    const bool up = connector.state != ConnectorState::failed;
    return settle(connector, [done = std::move(done), up] { done(up); });
  }
  tools_.book.count_attempt(StatusBook::Kind::connector);
  if (!plugin_of(connector.stored.config)) {
    fail(connector, class_not_found(connector.stored.config.get_or("connector.class", ""), tools_.worker.plugins(),
                                    Refusal::Kind::bad_request)
                        .message);
    return done(false);
  }
  move(connector, ConnectorEvent::started);
  publish(connector);
  ask_task_configs(connector, std::move(done));
}

void HerderCore::ask_task_configs(Connector& connector, std::function<void(bool up)> done) {
  const auto* plugin = plugin_of(connector.stored.config);
  tools_.surroundings.call([this, plugin, stored = connector.stored, generation = connector.generation,
                            done = std::move(done)] {
    auto configs = std::make_shared<Result<std::vector<ConfigMap>>>(tools_.worker.task_configs(*plugin, stored.name,
        stored.config));
    tools_.surroundings.post([this, configs, name = stored.name, generation, done] {
      take_task_configs(name, generation, std::move(*configs), done);
    });
  });
}

void HerderCore::take_task_configs(const std::string& name, std::uint64_t generation,
                                   Result<std::vector<ConfigMap>> configs,
                                   std::function<void(bool up)> done) {
  Connector* connector = find(name);
  if (stopping_ || !connector || connector->generation != generation) return done(false);
  if (!configs && configs.error().retriable()) {
    retry_later(*connector, configs.error());
    return done(true);
  }
  tools_.book.count_end(StatusBook::Kind::connector, configs.ok());
  if (!configs) {
    fail(*connector, configs.error().text());
    return done(false);
  }
  connector->backoff.reset();
  connector->task_configs = std::move(*configs);
  settle(*connector, [done = std::move(done)] { done(true); });
}

// Connect's way: the connector stays RUNNING with the tasks that it has, and is asked again.
void HerderCore::retry_later(Connector& connector, const Error& error) {
  const Milliseconds delay = connector.backoff.next();
  tools_.log.warn("connector={} task configurations are not available, next try in {} ms: {}", connector.stored.name,
                  delay.count(),
                  error.text());
  tools_.surroundings.after(delay, [this, name = connector.stored.name, generation = connector.generation] {
    Connector* known = find(name);
    if (!stopping_ && known && known->generation == generation) ask_task_configs(*known, [](bool) {});
  });
}

void HerderCore::fail(Connector& connector, const std::string& trace) {
  move(connector, ConnectorEvent::failure);
  connector.trace = trace;
  tools_.log.error("connector={} failed: {}", connector.stored.name, trace);
  publish(connector);
}

void HerderCore::settle(Connector& connector, Finished done) {
  // A paused connector keeps the tasks that it has, as they were; a new configuration of it counts from its resumption
  // on.
  WantedTasks wanted = connector.crew->wanted();
  wanted.paused = connector.stored.target == TargetState::paused;
  if (!wanted.paused || wanted.configs.empty())
    wanted = {connector.stored.config, connector.task_configs, wanted.paused};
  connector.crew->want(std::move(wanted), std::move(done));
}

void HerderCore::move(Connector& connector, ConnectorEvent event) {
  const auto next = transition(connector.state, event);
  if (!next) return;
  connector.state = *next;
  if (event != ConnectorEvent::restart_asked) connector.trace.clear();
}

void HerderCore::set_target_state(const std::string& name, TargetState state, Reply<Done> reply) {
  lanes_.enter(name, [this, name, state, reply = std::move(reply)](Lanes::Done done) {
    Connector* connector = find(name);
    if (!connector || stopping_) {
      reply(connector ? worker_is_stopping() : unknown_connector(name));
      return done();
    }
    if (connector->stored.target == state) {
      reply(Done{});
      return done();
    }
    StoredConnector changed = connector->stored;
    changed.target = state;
    if (auto saved = tools_.store.save(stored_with(name, &changed)); !saved) {
      reply(Refusal{Refusal::Kind::internal, saved.error().text()});
      return done();
    }
    connector->stored = std::move(changed);
    tools_.log.info("connector={} is to be {}", name, name_of(state));
    reply(Done{});
    bring_up(*connector, [done = std::move(done)](bool) { done(); });
  });
}

void HerderCore::restart_connector(const std::string& name, Reply<Done> reply) {
  lanes_.enter(name, [this, name, reply = std::move(reply)](Lanes::Done done) {
    Connector* connector = find(name);
    if (!connector || stopping_) {
      reply(connector ? worker_is_stopping() : unknown_for_restart(name));
      return done();
    }
    move(*connector, ConnectorEvent::renewed);
    bring_up(*connector, [name, reply, done = std::move(done)](bool up) {
      if (up)
        reply(Done{});
      else
        reply(Refusal{Refusal::Kind::internal, "Failed to start connector: " + name});
      done();
    });
  });
}

void HerderCore::restart(const std::string& name, bool only_failed, bool include_tasks, Reply<ConnectorStatus> reply) {
  lanes_.enter(name, [this, name, only_failed, include_tasks, reply = std::move(reply)](Lanes::Done done) {
    Connector* connector = find(name);
    if (!connector || stopping_) {
      reply(connector ? worker_is_stopping() : unknown_for_restart(name));
      return done();
    }
    const bool itself = !only_failed || connector->state == ConnectorState::failed;
    if (itself) move(*connector, ConnectorEvent::restart_asked);
    if (include_tasks)
      for (const auto& [task, shown] : connector->crew->shown())
        if (!only_failed || shown.state == task::TaskState::failed) connector->crew->mark_restart(task, true);
    publish(*connector);
    reply(status_of(*connector));
    if (itself) return bring_up(*connector, [done = std::move(done)](bool) { done(); });
    settle(*connector, std::move(done));
  });
}

void HerderCore::restart_task(const TaskId& id, Reply<Done> reply) {
  lanes_.enter(id.connector, [this, id, reply = std::move(reply)](Lanes::Done done) {
    Connector* connector = find(id.connector);
    const std::string task = id.connector + "-" + std::to_string(id.task);
    if (!connector || stopping_ || !connector->crew->mark_restart(id.task, true)) {
      reply(!connector ? unknown_for_restart(id.connector)
            : stopping_ ? worker_is_stopping()
                        : Refusal{Refusal::Kind::not_found, "Unknown task: " + task});
      return done();
    }
    settle(*connector, [this, id, task, reply, done = std::move(done)] {
      Connector* known = find(id.connector);
      if (known && known->crew->state_of(id.task) == task::TaskState::failed)
        reply(Refusal{Refusal::Kind::internal, "Failed to start task: " + task});
      else
        reply(Done{});
      done();
    });
  });
}

void HerderCore::stop(std::function<void()> stopped) {
  stopping_ = true;
  stop_redrive(nullptr);
  auto left = std::make_shared<std::size_t>(1);
  const auto one_less = [left, stopped = std::move(stopped)] {
    if (--*left == 0) stopped();
  };
  for (auto& [name, connector] : connectors_) {
    ++*left;
    connector.state = ConnectorState::unassigned;
    if (!connector.crew->stop_all(one_less)) one_less();
  }
  for (const auto& crew : leaving_) {
    ++*left;
    if (!crew->stop_all(one_less)) one_less();
  }
  one_less();
}

void HerderCore::abandon() {
  for (auto& [name, connector] : connectors_) connector.crew->abandon();
  for (const auto& crew : leaving_) crew->abandon();
}

void HerderCore::schedule_reap() {
  if (tools_.worker.reap(Milliseconds(0)) == 0 || reaping_) return;
  reaping_ = true;
  tools_.surroundings.after(kReapInterval, [this] {
    reaping_ = false;
    schedule_reap();
  });
}

void HerderCore::publish(const Connector& connector) {
  ConnectorView view{info_of(connector), {}};
  for (std::size_t i = 0; i < connector.task_configs.size(); ++i)
    view.tasks.push_back({{connector.stored.name, static_cast<int>(i)}, connector.task_configs[i]});
  tools_.views.set(std::move(view));
  tools_.book.set(status_of(connector));
}

ConnectorInfo HerderCore::info_of(const Connector& connector) const {
  ConnectorInfo info{connector.stored.name, connector.stored.config, {},
                     plugin_of(connector.stored.config) ? "sink" : "unknown"};
  for (std::size_t i = 0; i < connector.task_configs.size(); ++i)
    info.tasks.push_back({connector.stored.name, static_cast<int>(i)});
  return info;
}

ConnectorStatus HerderCore::status_of(const Connector& connector) const {
  const auto* plugin = plugin_of(connector.stored.config);
  const auto version = [&](bool known) { return plugin && known ? std::optional(plugin->version) : std::nullopt; };
  const bool unknown = connector.state == ConnectorState::unassigned || connector.state == ConnectorState::restarting;
  ConnectorStatus status{connector.stored.name,
                         {std::string(name_of(connector.state)), tools_.worker_id, version(!unknown), connector.trace},
                         {},
                         plugin ? "sink" : "unknown"};
  for (const auto& [number, shown] : connector.crew->shown()) {
    const std::string_view state = task::name_of(shown.state);
    status.tasks.emplace_back(number, WorkState{std::string(state), tools_.worker_id,
                                                version(state != "UNASSIGNED" && state != "RESTARTING"), shown.trace});
  }
  return status;
}

}  // namespace sinkway::herder
