// The logic of the standalone herder, on one thread and without any.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/herder/config_store.hpp"
#include "host/herder/connector_state.hpp"
#include "host/herder/connector_views.hpp"
#include "host/herder/lanes.hpp"
#include "host/herder/redrive.hpp"
#include "host/herder/task_crew.hpp"

namespace sinkway::herder {

// Keeps the connectors: what the user wants (stored), what is (views and statuses), and the steps between. Every
// function [herder-thread]; replies are called there, too. Follows the table of rest-contract 3; a FAILED connector or
// task is never started again by itself.
class HerderCore {
 public:
  struct Tools {
    worker::WorkerPort& worker;
    ConfigStore& store;
    Surroundings& surroundings;
    StatusBook& book;
    ConnectorViews& views;
    Logger log;
    std::string worker_id;             // advertised host:port
    Milliseconds stop_timeout{5'000};  // for one task
    Milliseconds retry_first{250};     // of task_configs that failed for a reason that may pass
    Milliseconds retry_most{60'000};
  };
  explicit HerderCore(Tools tools) : tools_(std::move(tools)), lanes_(tools_.surroundings) {}

  // Takes over what was stored and brings it up, save `held` ones, which wait for a put_config (from a file on the
  // command line).
  void load(std::vector<StoredConnector> stored, const std::set<std::string>& held);

  enum class Change { create, put, patch };
  void change(Change kind, const std::string& name, const ConfigMap& config, std::optional<TargetState> initial,
              Reply<Herder::Put> reply);
  void query(const std::string& name, const std::string& question, bool changes, const std::string& argument,
             Reply<std::string> reply);
  // Refused (conflict) while another one runs, whosever it is; ends between two pages when its connector is removed.
  void redrive(const std::string& name, const std::string& argument, Reply<std::string> reply);
  void reports(const std::string& name, Reply<std::vector<TaskReport>> reply);
  void validate(const std::string& plugin, const ConfigMap& config, Reply<Validation> reply);
  void remove(const std::string& name, Reply<Done> reply);
  void set_target_state(const std::string& name, TargetState state, Reply<Done> reply);
  void restart_connector(const std::string& name, Reply<Done> reply);
  void restart(const std::string& name, bool only_failed, bool include_tasks, Reply<ConnectorStatus> reply);
  void restart_task(const TaskId& id, Reply<Done> reply);

  // The end: asks every task to stop, and a redrive; `stopped` is called when all tasks have. Nothing is accepted any more.
  void stop(std::function<void()> stopped);
  // Gives up what has not stopped.
  void abandon();

 private:
  struct Connector {
    Connector(StoredConnector what, std::shared_ptr<TaskCrew> its_crew, Backoff its_backoff)
        : stored(std::move(what)), crew(std::move(its_crew)), backoff(its_backoff) {}
    StoredConnector stored;
    std::shared_ptr<TaskCrew> crew;
    Backoff backoff;
    ConnectorState state = ConnectorState::unassigned;
    std::string trace;
    std::vector<ConfigMap> task_configs;
    std::uint64_t generation = 0;  // of the last bring_up; what an older one still delivers is late
  };
  using Finished = std::function<void()>;

  // herder_changes.cpp
  void change_in_lane(Change kind, const std::string& name, ConfigMap config, std::optional<TargetState> initial,
                      Reply<Herder::Put> reply, Finished done);
  void store_change(Change kind, const std::string& name, ConfigMap config, std::optional<TargetState> initial,
                    const Reply<Herder::Put>& reply, Finished done);
  [[nodiscard]] std::optional<Refusal> wrong_identity(Change kind, const std::string& name, ConfigMap& config) const;
  void remove_in_lane(const std::string& name, const Reply<Done>& reply, const Finished& done);
  [[nodiscard]] std::vector<StoredConnector> stored_with(const std::string& name, const StoredConnector* instead) const;

  // herder_core.cpp
  // The plugin's answer to what is asked of it on a thread that may wait.
  void ask(const std::string& name, Reply<std::string> reply,
           std::function<plugin::QueryAnswer(const plugin::Manifest&, const ConfigMap&)> of_plugin);
  // Null: whosever it is.
  void stop_redrive(const std::string* of);
  Connector& add(StoredConnector stored);
  [[nodiscard]] Connector* find(const std::string& name);
  void bring_up_loaded(Connector& connector, std::function<void(bool up)> done);
  void bring_up(Connector& connector, std::function<void(bool up)> done);
  void ask_task_configs(Connector& connector, std::function<void(bool up)> done);
  void take_task_configs(const std::string& name, std::uint64_t generation, Result<std::vector<ConfigMap>> configs,
                         std::function<void(bool up)> done);
  void retry_later(Connector& connector, const Error& error);
  void fail(Connector& connector, const std::string& trace);
  void settle(Connector& connector, Finished done);
  void move(Connector& connector, ConnectorEvent event);
  void publish(const Connector& connector);
  void schedule_reap();
  [[nodiscard]] ConnectorStatus status_of(const Connector& connector) const;
  [[nodiscard]] ConnectorInfo info_of(const Connector& connector) const;
  [[nodiscard]] const plugin::Manifest* plugin_of(const ConfigMap& config) const;

  Tools tools_;
  Lanes lanes_;
  std::map<std::string, Connector> connectors_;
  std::weak_ptr<RunningRedrive> redrive_;  // nothing: none runs or waits for its thread
  std::vector<std::shared_ptr<TaskCrew>> leaving_;  // of deleted connectors, until their last task has ended
  bool stopping_ = false;
  bool reaping_ = false;
};

}  // namespace sinkway::herder
