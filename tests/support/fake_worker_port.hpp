// A worker in memory: tasks that do what a test tells them.
#pragma once

#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/worker/worker_port.hpp"

namespace sinkway::test {

// One plugin, org.acme.DuckSinkConnector 1.2.0. Its tasks say nothing by themselves, unless `eager`: then they report
// RUNNING (or PAUSED) when they are started, paused or resumed, and their end when they are asked to stop. Breaking the
// port's rules (two living tasks of one key) is remembered in `faults`. [any-thread]
class FakeWorkerPort : public worker::WorkerPort {
 public:
  bool eager = true;
  std::vector<std::string> validation_errors;         // of topics
  std::optional<Error> validation_fault;
  std::optional<Error> task_configs_fault;
  std::map<worker::TaskKey, std::string> start_faults;
  std::vector<std::string> faults;

  FakeWorkerPort() {
    plugin::Manifest duck;
    duck.name = "org.acme.DuckSinkConnector";
    duck.version = "1.2.0";
    plugins_.push_back(std::move(duck));
  }
  void remove_plugins() { plugins_.clear(); }

  // What a test sees and does.
  [[nodiscard]] std::vector<std::string> take_calls() {
    const std::lock_guard guard(mutex_);
    return std::exchange(calls_, {});
  }
  [[nodiscard]] std::optional<worker::TaskStart> task(const std::string& connector, int number) const {
    const std::lock_guard guard(mutex_);
    const auto found = tasks_.find({connector, number});
    return found == tasks_.end() ? std::nullopt : std::optional(found->second.start);
  }
  void report(const std::string& connector, int number, task::TaskState state, const std::string& trace = "") {
    Listener listener;
    {
      const std::lock_guard guard(mutex_);
      listener = tasks_.at({connector, number}).listener;
    }
    listener(state, trace);
  }

  const std::vector<plugin::Manifest>& plugins() const override { return plugins_; }
  const plugin::Manifest* find_plugin(std::string_view class_name) const override {
    const bool duck = class_name == "DuckSink" || class_name == "org.acme.DuckSinkConnector";
    return duck && !plugins_.empty() ? plugins_.data() : nullptr;
  }
  ConfigDef definition_of(const plugin::Manifest& plugin) const override { return plugin.definition; }
  Result<Validation> validate(const plugin::Manifest&, const std::string& name, const ConfigMap& config) override {
    note("validate " + name);
    if (validation_fault) return *validation_fault;
    Validation validation;
    validation.name = config.get_or("connector.class", "");
    ValidatedKey topics;
    topics.name = "topics";
    topics.errors = validation_errors;
    validation.keys.push_back(std::move(topics));
    return validation;
  }
  plugin::QueryAnswer query_answer;
  std::map<worker::TaskKey, task::TaskStatus> statuses;
  plugin::QueryAnswer query(const plugin::Manifest&, const std::string& name, const ConfigMap&, const std::string& question,
                            bool changes, const std::string& argument) override {
    note("query " + name + " " + question + (changes ? " changing " : " ") + argument);
    return query_answer;
  }
  std::vector<worker::Redriven> redriven;  // answers, in order; the last one stays
  worker::Redriven redrive(const plugin::Manifest&, const std::string& name, const ConfigMap&,
                           const std::vector<worker::KeptMessage>& messages, task::CancelSignal&) override {
    std::string offsets;
    for (const worker::KeptMessage& one : messages) offsets += " " + std::to_string(one.offset);
    note("redrive " + name + offsets);
    if (redriven.empty()) return {};
    worker::Redriven answer = redriven.front();
    if (redriven.size() > 1) redriven.erase(redriven.begin());
    return answer;
  }
  std::optional<task::TaskStatus> task_status(const worker::TaskKey& key) const override {
    const auto found = statuses.find(key);
    return found == statuses.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<ConfigMap>> task_configs(const plugin::Manifest&, const std::string& name,
                                              const ConfigMap& config) override {
    note("task_configs " + name);
    if (task_configs_fault) return *task_configs_fault;
    const std::string most = config.get_or("tasks.max", "1");
    int count = 1;
    std::from_chars(most.data(), most.data() + most.size(), count);
    return std::vector<ConfigMap>(static_cast<std::size_t>(count), config);
  }

  Result<void> start_task(const worker::TaskStart& start, Listener listener) override {
    note("start " + text_of(start.key) + (start.paused ? " paused" : ""));
    if (const auto fault = start_faults.find(start.key); fault != start_faults.end()) return Error(fault->second);
    {
      const std::lock_guard guard(mutex_);
      if (tasks_.count(start.key)) faults.push_back("two tasks live as " + text_of(start.key));
      tasks_[start.key] = {start, listener};
    }
    if (eager) listener(start.paused ? task::TaskState::paused : task::TaskState::running, "");
    return {};
  }
  void pause_task(const worker::TaskKey& key) override { act("pause ", key, task::TaskState::paused); }
  void resume_task(const worker::TaskKey& key) override { act("resume ", key, task::TaskState::running); }
  void request_stop(const worker::TaskKey& key) override { act("stop ", key, task::TaskState::stopped); }
  std::vector<std::shared_ptr<Metric>> release_task(const worker::TaskKey& key) override {
    note("release " + text_of(key));
    const std::lock_guard guard(mutex_);
    if (tasks_.erase(key) == 0) faults.push_back("nothing lives as " + text_of(key));
    return {};
  }
  std::size_t reap(Milliseconds) override { return 0; }

 private:
  struct Living {
    worker::TaskStart start;
    Listener listener;
  };
  static std::string text_of(const worker::TaskKey& key) { return key.connector + "-" + std::to_string(key.task); }
  void note(std::string call) {
    const std::lock_guard guard(mutex_);
    calls_.push_back(std::move(call));
  }
  void act(const std::string& what, const worker::TaskKey& key, task::TaskState then) {
    note(what + text_of(key));
    if (eager) report(key.connector, key.task, then);
  }

  std::vector<plugin::Manifest> plugins_;
  mutable std::mutex mutex_;
  std::map<worker::TaskKey, Living> tasks_;
  std::vector<std::string> calls_;
};

}  // namespace sinkway::test
