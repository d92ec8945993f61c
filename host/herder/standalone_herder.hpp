// A herder of one process: one thread, a mailbox, and a small pool for calls that wait.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/base/mailbox.hpp"
#include "host/herder/call_pool.hpp"
#include "host/herder/herder.hpp"
#include "host/herder/herder_core.hpp"

namespace sinkway::herder {

// Order of calls: make; start; set_ready when the connectors of the command line are there; begin_stop; finish_stop;
// destroy. Snapshots and requests are answered from its construction on: requests wait in the mailbox until start.
// [any-thread], start and the stops by the program's main thread.
class StandaloneHerder final : public Herder, private Surroundings {
 public:
  struct Options {
    worker::WorkerPort& worker;
    ConfigStore& store;
    Logger log;
    std::string version, commit;       // of GET /
    Milliseconds stop_timeout{5'000};  // task.shutdown.graceful.timeout.ms
    Milliseconds retry_first{250};
    std::size_t call_threads = 2;
  };
  explicit StandaloneHerder(Options options);
  // Waits for its threads.
  ~StandaloneHerder() override;

  // `worker_id` is host:port as advertised. Connectors in `held` are known and wait for their put_config.
  void start(const std::string& worker_id, std::vector<StoredConnector> stored, std::set<std::string> held);
  void set_ready() { ready_ = true; }
  void set_cluster_id(const std::string& id) { cluster_id_.with([&](std::string& known) { known = id; }); }
  [[nodiscard]] const StatusBook& statuses() const { return book_; }

  // Asks all tasks to stop and returns at once; changes are refused from now on.
  void begin_stop();
  // Waits until they have, at most for `patience`, then gives the others up. False: something still runs in this
  // process, and destroying this herder may take as long as that does.
  [[nodiscard]] bool finish_stop(Milliseconds patience);

  [[nodiscard]] WorkerInfo worker() const override;
  [[nodiscard]] std::vector<std::string> connectors() const override { return views_.names(); }
  [[nodiscard]] Answer<ConnectorInfo> connector(const std::string& name) const override;
  [[nodiscard]] Answer<ConnectorStatus> status(const std::string& name) const override;
  [[nodiscard]] Answer<std::vector<TaskInfo>> tasks(const std::string& name) const override;
  [[nodiscard]] std::vector<PluginInfo> plugins(bool connectors_only) const override;
  [[nodiscard]] Answer<ConfigDef> plugin_config(const std::string& class_or_alias) const override;
  void health(Reply<Health> reply) override;
  void query(const std::string& name, const std::string& question, bool changes, const std::string& argument,
             Reply<std::string> reply) override;
  void redrive(const std::string& name, const std::string& argument, Reply<std::string> reply) override;
  void reports(const std::string& name, Reply<std::vector<TaskReport>> reply) override;
  void validate(const std::string& plugin, const ConfigMap& config, Reply<Validation> reply) override;
  void create(const std::string& name, const ConfigMap& config, std::optional<TargetState> initial_state,
              Reply<Put> reply) override;
  void put_config(const std::string& name, const ConfigMap& config, Reply<Put> reply) override;
  void patch_config(const std::string& name, const ConfigMap& patch, Reply<Put> reply) override;
  void remove(const std::string& name, Reply<Done> reply) override;
  void set_target_state(const std::string& name, TargetState state, Reply<Done> reply) override;
  void restart_connector(const std::string& name, Reply<Done> reply) override;
  void restart(const std::string& name, bool only_failed, bool include_tasks, Reply<ConnectorStatus> reply) override;
  void restart_task(const TaskId& id, Reply<Done> reply) override;

 private:
  using Command = std::function<void()>;
  void post(Command command) override { mailbox_.post(std::move(command)); }
  void after(Milliseconds delay, Command command) override;
  void call(Command work) override { pool_.run(std::move(work)); }
  void serve();
  // The commands that are due, in the order of their time.
  [[nodiscard]] std::vector<Command> due_timers();

  Options options_;
  ConnectorViews views_;
  StatusBook book_;
  Synchronized<std::string> cluster_id_;
  std::atomic<bool> ready_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool ended_ = false;    // the thread is to end
  bool stopped_ = false;  // all tasks have
  Mailbox<Command> mailbox_;
  std::multimap<Instant, Command> timers_;  // [herder-thread]
  std::unique_ptr<HerderCore> core_;
  CallPool pool_;
  std::thread thread_;
};

}  // namespace sinkway::herder
