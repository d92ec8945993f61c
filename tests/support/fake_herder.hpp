// A herder in memory: connectors without tasks of their own, answers at once, later or never.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/herder/herder.hpp"

namespace sinkway::test {

// Texts and kinds of refusals are those of rest-contract 1. Every call is remembered in calls(). Replies come at once on the
// caller's thread, unless `later` is set: then they are handed to it, to be run on any thread, or never. [any-thread]
class FakeHerder : public herder::Herder {
 public:
  struct Entry {
    ConfigMap config;
    herder::TargetState target = herder::TargetState::started;
    std::optional<herder::ConnectorStatus> status;
    std::vector<herder::TaskInfo> tasks;
    std::string type = "sink";
  };

  std::function<void(std::function<void()>)> later;
  std::function<void()> before_snapshot;  // runs in connectors(); may throw
  herder::Health health_answer{herder::Health::State::healthy, "Worker has completed startup and is ready to handle requests."};
  std::vector<herder::PluginInfo> plugin_list;
  ConfigDef definition;
  Validation validation;
  std::optional<herder::Refusal> refuse_next;

  void put(const std::string& name, Entry entry) {
    const std::lock_guard guard(mutex_);
    entries_[name] = std::move(entry);
  }
  [[nodiscard]] std::optional<Entry> entry(const std::string& name) const {
    const std::lock_guard guard(mutex_);
    const auto found = entries_.find(name);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::vector<std::string> calls() const {
    const std::lock_guard guard(mutex_);
    return calls_;
  }

  [[nodiscard]] herder::WorkerInfo worker() const override { return {"4.1.1", "0123456789abcdef", "cluster-a"}; }

  [[nodiscard]] std::vector<std::string> connectors() const override {
    if (before_snapshot) before_snapshot();
    const std::lock_guard guard(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }
  [[nodiscard]] herder::Answer<herder::ConnectorInfo> connector(const std::string& name) const override {
    const auto found = entry(name);
    if (!found) return not_found("Connector " + name + " not found");
    return info_of(name, *found);
  }
  [[nodiscard]] herder::Answer<herder::ConnectorStatus> status(const std::string& name) const override {
    const auto found = entry(name);
    if (!found || !found->status) return not_found("No status found for connector " + name);
    return *found->status;
  }
  [[nodiscard]] herder::Answer<std::vector<herder::TaskInfo>> tasks(const std::string& name) const override {
    const auto found = entry(name);
    if (!found) return not_found("Connector " + name + " not found");
    return found->tasks;
  }
  [[nodiscard]] std::vector<herder::PluginInfo> plugins(bool connectors_only) const override {
    std::vector<herder::PluginInfo> some;
    for (const auto& plugin : plugin_list)
      if (!connectors_only || plugin.type == "sink" || plugin.type == "source") some.push_back(plugin);
    return some;
  }
  [[nodiscard]] herder::Answer<ConfigDef> plugin_config(const std::string& name) const override {
    if (name != "DuckSink" && name != "com.acme.DuckSink") return not_found("Unknown plugin " + name + ".");
    return definition;
  }

  void health(herder::Reply<herder::Health> reply) override { answer(std::move(reply), "health", health_answer); }
  void validate(const std::string& plugin, const ConfigMap& config, herder::Reply<Validation> reply) override {
    const std::string call = "validate " + plugin + " " + text_of(config);
    if (const auto included = config.get("connector.class"); included && !included->ends_with(plugin))
      return refuse(std::move(reply), call, {herder::Refusal::Kind::bad_request,
                                             "Included connector type " + *included + " does not match request type " + plugin});
    answer(std::move(reply), call, validation);
  }
  // Known questions: "table" and "plan" answer query_answer, whether they change or not.
  std::string query_answer = "{}";
  std::vector<herder::TaskReport> task_reports;
  void query(const std::string& name, const std::string& question, bool changes, const std::string& argument,
             herder::Reply<std::string> reply) override {
    const std::string call = "query " + name + " " + question + (changes ? " changing " : " ") + argument;
    if (!entry(name)) return refuse(std::move(reply), call, {herder::Refusal::Kind::not_found, "Connector " + name + " not found"});
    if (question != "table" && question != "plan")
      return refuse(std::move(reply), call, {herder::Refusal::Kind::not_found, "there is no question " + question});
    answer(std::move(reply), call, query_answer);
  }
  void redrive(const std::string& name, const std::string& argument, herder::Reply<std::string> reply) override {
    const std::string call = "redrive " + name + " " + argument;
    if (!entry(name)) return refuse(std::move(reply), call, {herder::Refusal::Kind::not_found, "Connector " + name + " not found"});
    answer(std::move(reply), call, query_answer);
  }
  void reports(const std::string& name, herder::Reply<std::vector<herder::TaskReport>> reply) override {
    if (!entry(name))
      return refuse(std::move(reply), "reports " + name, {herder::Refusal::Kind::not_found, "Connector " + name + " not found"});
    answer(std::move(reply), "reports " + name, task_reports);
  }
  void create(const std::string& name, const ConfigMap& config, std::optional<herder::TargetState> initial_state,
              herder::Reply<Put> reply) override {
    const std::string state = !initial_state                                     ? "-"
                              : *initial_state == herder::TargetState::started ? "STARTED"
                              : *initial_state == herder::TargetState::paused  ? "PAUSED"
                                                                                 : "STOPPED";
    const std::string call = "create '" + name + "' " + state + " " + text_of(config);
    if (const auto refusal = wrong_name(name, config)) return refuse(std::move(reply), call, *refusal);
    if (entry(name))
      return refuse(std::move(reply), call, {herder::Refusal::Kind::already_exists, "Connector " + name + " already exists"});
    answer(std::move(reply), call, stored(name, config, initial_state.value_or(herder::TargetState::started), true));
  }
  void put_config(const std::string& name, const ConfigMap& config, herder::Reply<Put> reply) override {
    const std::string call = "put_config '" + name + "' " + text_of(config);
    if (const auto refusal = wrong_name(name, config)) return refuse(std::move(reply), call, *refusal);
    const auto found = entry(name);
    answer(std::move(reply), call,
           stored(name, config, found ? found->target : herder::TargetState::started, !found));
  }
  void patch_config(const std::string& name, const ConfigMap& patch, herder::Reply<Put> reply) override {
    const std::string call = "patch_config '" + name + "' " + text_of(patch);
    const auto found = entry(name);
    if (!found) return refuse(std::move(reply), call, not_found("Connector " + name + " not found"));
    ConfigMap merged = found->config;
    for (const auto& [key, value] : patch)
      if (value)
        merged.set(key, value);
      else
        merged.erase(key);
    answer(std::move(reply), call, stored(name, merged, found->target, false));
  }
  void remove(const std::string& name, herder::Reply<herder::Done> reply) override {
    if (!entry(name)) return refuse(std::move(reply), "remove " + name, not_found("Connector " + name + " not found"));
    {
      const std::lock_guard guard(mutex_);
      entries_.erase(name);
    }
    answer(std::move(reply), "remove " + name, herder::Done{});
  }
  void set_target_state(const std::string& name, herder::TargetState state, herder::Reply<herder::Done> reply) override {
    const std::string call = "target " + name + " " + std::to_string(static_cast<int>(state));
    if (!entry(name)) return refuse(std::move(reply), call, not_found("Unknown connector " + name));
    {
      const std::lock_guard guard(mutex_);
      entries_[name].target = state;
    }
    answer(std::move(reply), call, herder::Done{});
  }
  void restart_connector(const std::string& name, herder::Reply<herder::Done> reply) override {
    if (!entry(name)) return refuse(std::move(reply), "restart " + name, not_found("Unknown connector: " + name));
    answer(std::move(reply), "restart " + name, herder::Done{});
  }
  void restart(const std::string& name, bool only_failed, bool include_tasks, herder::Reply<herder::ConnectorStatus> reply) override {
    const std::string call = "restart " + name + (only_failed ? " onlyFailed" : "") + (include_tasks ? " includeTasks" : "");
    const auto found = entry(name);
    if (!found) return refuse(std::move(reply), call, not_found("Unknown connector: " + name));
    auto status = *found->status;
    status.connector.state = "RESTARTING";
    status.connector.version.reset();
    answer(std::move(reply), call, status);
  }
  void restart_task(const herder::TaskId& id, herder::Reply<herder::Done> reply) override {
    const std::string text = id.connector + "-" + std::to_string(id.task);
    const auto found = entry(id.connector);
    if (!found) return refuse(std::move(reply), "restart_task " + text, not_found("Unknown connector: " + id.connector));
    if (id.task < 0 || id.task >= static_cast<int>(found->tasks.size()))
      return refuse(std::move(reply), "restart_task " + text, not_found("Unknown task: " + text));
    answer(std::move(reply), "restart_task " + text, herder::Done{});
  }

 private:
  static herder::Refusal not_found(std::string message) { return {herder::Refusal::Kind::not_found, std::move(message)}; }

  static std::optional<herder::Refusal> wrong_name(const std::string& name, const ConfigMap& config) {
    const auto written = config.get("name");
    if (!written || *written == name) return std::nullopt;
    return herder::Refusal{herder::Refusal::Kind::bad_request,
                           "Connector name configuration (" + *written + ") doesn't match connector name in the URL (" + name + ")"};
  }

  static herder::ConnectorInfo info_of(const std::string& name, const Entry& entry) {
    herder::ConnectorInfo info{name, entry.config, {}, entry.type};
    for (const auto& task : entry.tasks) info.tasks.push_back(task.id);
    return info;
  }

  static std::string text_of(const ConfigMap& config) {
    std::string text = "{";
    for (const auto& [key, value] : config) text += (text.size() > 1 ? ", " : "") + key + "=" + value.value_or("null");
    return text + "}";
  }

  Put stored(const std::string& name, ConfigMap config, herder::TargetState target, bool created) {
    const std::lock_guard guard(mutex_);
    if (!config.get("name")) config.set("name", name);
    Entry& entry = entries_[name];
    entry.config = std::move(config);
    entry.target = target;
    return {info_of(name, entry), created};
  }

  template <typename T>
  void refuse(herder::Reply<T> reply, const std::string& call, herder::Refusal refusal) {
    remember(call);
    deliver([reply = std::move(reply), refusal = std::move(refusal)] { reply(refusal); });
  }

  template <typename T>
  void answer(herder::Reply<T> reply, const std::string& call, T value) {
    remember(call);
    if (refuse_next) {
      const auto refusal = *std::exchange(refuse_next, std::nullopt);
      return deliver([reply = std::move(reply), refusal] { reply(refusal); });
    }
    deliver([reply = std::move(reply), value = std::move(value)] { reply(value); });
  }

  void deliver(std::function<void()> reply) {
    if (later)
      later(std::move(reply));
    else
      reply();
  }

  void remember(const std::string& call) {
    const std::lock_guard guard(mutex_);
    calls_.push_back(call);
  }

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::vector<std::string> calls_;
};

}  // namespace sinkway::test
