// All that REST may ask.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/config/validation.hpp"
#include "host/herder/target_state.hpp"

namespace sinkway::herder {

// Why a request was not done; REST turns the kind into a status code. Messages follow rest-contract 1 word for word where a client
// matches on them.
struct Refusal {
  enum class Kind { not_found, already_exists, conflict, bad_request, internal };
  Kind kind = Kind::internal;
  std::string message;
};

template <typename T>
using Answer = std::variant<T, Refusal>;
// Called exactly once, on any thread; must not wait.
template <typename T>
using Reply = std::function<void(Answer<T>)>;
struct Done {};

struct TaskId {
  std::string connector;
  int task = 0;
};

struct ConnectorInfo {
  std::string name;
  ConfigMap config;  // as stored: placeholders unresolved, includes name
  std::vector<TaskId> tasks;
  std::string type;  // sink, or unknown
};

struct WorkState {
  std::string state;  // RUNNING ...
  std::string worker_id;
  std::optional<std::string> version;
  std::string trace;  // empty: none
};

struct ConnectorStatus {
  std::string name;
  WorkState connector;
  std::vector<std::pair<int, WorkState>> tasks;  // ascending
  std::string type;
};

struct TaskInfo {
  TaskId id;
  ConfigMap config;
};

struct PluginInfo {
  std::string class_name;
  std::string type;  // sink, converter, header_converter ... (rest-contract 1e)
  std::string version;
};

struct WorkerInfo {
  std::string version, commit, kafka_cluster_id;
};

struct Health {
  enum class State { starting, healthy, unhealthy };
  State state = State::starting;
  std::string message;
};

// What a task of this worker does at present.
struct TaskReport {
  TaskId id;
  std::string trouble;  // what it waits for; empty: nothing
  std::string report;   // of the plugin, a JSON object; empty: none
};

// A herder. Every function [any-thread]; none waits: what needs the herder's thread or a server answers through its Reply.
class Herder {
 public:
  virtual ~Herder() = default;

  // Snapshots.
  [[nodiscard]] virtual WorkerInfo worker() const = 0;
  [[nodiscard]] virtual std::vector<std::string> connectors() const = 0;
  [[nodiscard]] virtual Answer<ConnectorInfo> connector(const std::string& name) const = 0;
  [[nodiscard]] virtual Answer<ConnectorStatus> status(const std::string& name) const = 0;
  [[nodiscard]] virtual Answer<std::vector<TaskInfo>> tasks(const std::string& name) const = 0;
  [[nodiscard]] virtual std::vector<PluginInfo> plugins(bool connectors_only) const = 0;
  // The plugin's keys first, then the framework's that it does not define.
  [[nodiscard]] virtual Answer<ConfigDef> plugin_config(const std::string& class_or_alias) const = 0;

  // Round trip through the herder's thread.
  virtual void health(Reply<Health> reply) = 0;
  // 200 whatever the findings; refuses a missing or unknown connector.class.
  virtual void validate(const std::string& plugin, const ConfigMap& config, Reply<Validation> reply) = 0;

  // A named question to the connector's plugin, `argument` a JSON object; answers a JSON text. One that `changes`
  // something is refused unless the connector is paused or stopped.
  virtual void query(const std::string& name, const std::string& question, bool changes, const std::string& argument,
                     Reply<std::string> reply) = 0;
  // Dead letters that the connector's plugin keeps, put into it once more, also while it runs; `argument` and the answer as
  // redrive.hpp has them. Refused (conflict) while a redrive runs on this worker, of whatever connector.
  virtual void redrive(const std::string& name, const std::string& argument, Reply<std::string> reply) = 0;
  // The tasks of the connector on this worker, ascending.
  virtual void reports(const std::string& name, Reply<std::vector<TaskReport>> reply) = 0;

  // Created: true; updated: false.
  struct Put {
    ConnectorInfo info;
    bool created = false;
  };
  virtual void create(const std::string& name, const ConfigMap& config, std::optional<TargetState> initial_state,
                      Reply<Put> reply) = 0;
  virtual void put_config(const std::string& name, const ConfigMap& config, Reply<Put> reply) = 0;
  // A null value removes its key.
  virtual void patch_config(const std::string& name, const ConfigMap& patch, Reply<Put> reply) = 0;
  virtual void remove(const std::string& name, Reply<Done> reply) = 0;
  virtual void set_target_state(const std::string& name, TargetState state, Reply<Done> reply) = 0;
  virtual void restart_connector(const std::string& name, Reply<Done> reply) = 0;
  // The chosen parts read RESTARTING in the answer.
  virtual void restart(const std::string& name, bool only_failed, bool include_tasks, Reply<ConnectorStatus> reply) = 0;
  virtual void restart_task(const TaskId& id, Reply<Done> reply) = 0;
};

}  // namespace sinkway::herder
