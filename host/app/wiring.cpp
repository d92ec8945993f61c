#include "host/app/wiring.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <future>
#include <set>
#include <utility>

#include "host/app/cluster_id_watch.hpp"
#include "host/app/connector_files.hpp"
#include "host/app/places.hpp"
#include "host/app/signal_watch.hpp"
#include "host/app/worker_config.hpp"
#include "host/errors/dead_letter_sender.hpp"
#include "host/herder/file_store.hpp"
#include "host/herder/standalone_herder.hpp"
#include "host/metrics/metrics.hpp"
#include "host/metrics/process_metrics.hpp"
#include "host/metrics/worker_metrics.hpp"
#include "host/plugin/plugin_registry.hpp"
#include "host/worker/worker.hpp"
#include "rest-api/server.hpp"

namespace sinkway::app {
namespace {

// What can be wrong before anything runs.
struct Prepared {
  WorkerConfig config;
  std::vector<ConnectorFile> files;
  std::string state_file;
  std::unique_ptr<herder::FileStore> store;
  std::vector<herder::StoredConnector> stored;
};

Result<Prepared> prepare(const WorkerOptions& options, const Logger& log) {
  auto properties = read_worker_properties(options.properties_file);
  if (!properties) return std::move(properties).error();
  for (const auto& [flag, key, value] : options.settings) {
    properties->values.set(key, value);
    properties->places[key] = flag;
  }
  auto config = make_worker_config(*properties, log);
  if (!config) return std::move(config).error();
  auto files = read_connector_files(options.connector_files);
  if (!files) return std::move(files).error();
  std::string state_file = config->state_file;
  if (state_file.empty()) state_file = default_state_file(process_environment);
  if (state_file.empty()) return Error("there is no place to keep connectors").with_hint("set sinkway.state.file");
  return Prepared{std::move(*config), std::move(*files), state_file, nullptr, {}};
}

Result<void> open_store(Prepared& prepared) {
  auto store = herder::FileStore::open(prepared.state_file);
  if (!store) return std::move(store).error();
  auto stored = (*store)->load();
  if (!stored) return std::move(stored).error();
  prepared.store = std::move(*store);
  prepared.stored = std::move(*stored);
  return {};
}

int refuse(const Error& error) {
  fmt::print(stderr, "sinkway: {}\n", error.text());
  return kStartError;
}

worker::WorkerSettings settings_of(const WorkerConfig& config, const plugin::PluginRegistry& plugins,
                                   metrics::Metrics& metrics, const Clock& clock,
                                   errors::DeadLetterSender& dead_letters, const Logger& log) {
  return {.properties = config.properties,
          .converters = config.converters,
          .override_policy = config.override_policy,
          .commit_interval = config.commit_interval,
          .shutdown_timeout = config.shutdown_timeout,
          .memory_budget = config.memory_budget > 0 ? config.memory_budget : default_memory_budget(),
          .plugins = &plugins,
          .providers = &config.providers,
          .metrics = &metrics,
          .clock = &clock,
          .dead_letters = &dead_letters,
          .log = log};
}

// host:port as others reach this worker: what is advertised, else what the first listener is bound to.
std::string worker_id(const WorkerConfig& config, const rest::Server& server) {
  std::string host = "127.0.0.1", port = "8083";
  if (!server.endpoints().empty()) {
    const std::string& bound = server.endpoints().front();
    const std::size_t begin = bound.find("://") + 3;
    const std::size_t colon = bound.rfind(':');
    host = bound.substr(begin, colon - begin);
    port = bound.substr(colon + 1);
  }
  return (config.advertised_host.empty() ? host : config.advertised_host) + ":" +
         (config.advertised_port.empty() ? port : config.advertised_port);
}

// Creates the connectors of the command line one after another, as Connect does. False: one was refused.
bool create_connectors(const Prepared& prepared, herder::StandaloneHerder& herder, SignalWatch& signals,
                       const Logger& log) {
  for (const auto& file : prepared.files) {
    const auto known = std::find_if(prepared.stored.begin(), prepared.stored.end(),
                                    [&](const herder::StoredConnector& each) { return each.name == file.name; });
    if (known != prepared.stored.end())
      log.info("connector={} the file {} wins over the connector stored in {}", file.name, file.path,
               prepared.state_file);
    auto promise = std::make_shared<std::promise<herder::Answer<herder::Herder::Put>>>();
    auto answer = promise->get_future();
    const auto reply = [promise](const herder::Answer<herder::Herder::Put>& given) { promise->set_value(given); };
    if (known == prepared.stored.end() && !std::holds_alternative<herder::ConnectorInfo>(herder.connector(file.name)))
      herder.create(file.name, file.config, file.initial_state, reply);
    else
      herder.put_config(file.name, file.config, reply);
    while (answer.wait_for(Milliseconds(20)) != std::future_status::ready)
      if (signals.asked()) return true;
    const auto given = answer.get();
    if (const auto* refusal = std::get_if<herder::Refusal>(&given)) {
      log.error("{}: {}", file.path, refusal->message);
      return false;
    }
  }
  return true;
}

// The parts of a running worker, in the order in which they are built.
class Program {
 public:
  Program(const Prepared& prepared, plugin::PluginRegistry plugins, const Logger& log)
      : prepared_(prepared),
        log_(log),
        plugins_(std::move(plugins)),
        dead_letters_(log.named("errors")),
        worker_(settings_of(prepared.config, plugins_, metrics_, clock_, dead_letters_, log)),
        herder_({.worker = worker_,
                 .store = *prepared.store,
                 .log = log.named("herder"),
                 .version = std::string(worker::kConnectVersion),
                 .commit = "unknown",
                 .stop_timeout = prepared.config.shutdown_timeout}) {
    metrics_.add_source([this] { return metrics::worker_samples(herder_.statuses()); });
    metrics_.add_source([] { return metrics::process_samples(); });
    const double now = std::chrono::duration<double>(clock_.wall().time_since_epoch()).count();
    metrics_.add_source([now] {
      return metrics::version_samples(std::string(worker::kConnectVersion), sinkway_version(), now);
    });
  }

  int run(SignalWatch& signals) {
    rest::ServerOptions options;
    options.listeners = prepared_.config.listeners;
    options.metrics_listeners = prepared_.config.metrics_listeners;
    auto server = rest::Server::start(options, herder_, [this] { return metrics_.scrape(); }, log_.named("rest"));
    if (!server) {
      log_.error("{}", server.error().text());
      return kStartError;
    }
    start(**server);
    const bool created = create_connectors(prepared_, herder_, signals, log_);
    if (created) {
      herder_.set_ready();
      signals.wait();
    }
    const bool clean = stop(**server);
    log_.info("ended{}", clean ? "" : ", with tasks that did not end in time");
    // Something still runs that cannot be waited for: its memory must stay, so nothing is destroyed.
    if (!clean) std::_Exit(created ? 0 : kConnectorError);
    return created ? 0 : kConnectorError;
  }

 private:
  void start(const rest::Server& server) {
    std::set<std::string> held;
    for (const auto& file : prepared_.files) held.insert(file.name);
    herder_.start(worker_id(prepared_.config, server), prepared_.stored, held);
    cluster_id_.emplace(prepared_.config.properties, [this](const std::string& id) { herder_.set_cluster_id(id); },
                        log_.named("kafka"));
    log_.info("{}: {} plugin class(es), {} stored connector(s) in {}", version_text(), plugins_.all().size(),
              prepared_.stored.size(),
              prepared_.state_file);
  }

  // Tasks flush and leave their groups while REST answers what it has begun. True: nothing runs any more.
  bool stop(rest::Server& server) {
    const Instant deadline = clock_.now() + prepared_.config.shutdown_timeout;
    herder_.begin_stop();
    server.stop();
    return herder_.finish_stop(std::max(std::chrono::duration_cast<Milliseconds>(deadline - clock_.now()),
                                        Milliseconds(0)));
  }

  const Prepared& prepared_;
  Logger log_;
  SystemClock clock_;
  metrics::Metrics metrics_;
  plugin::PluginRegistry plugins_;
  errors::DeadLetterSender dead_letters_;
  worker::Worker worker_;
  herder::StandaloneHerder herder_;
  std::optional<ClusterIdWatch> cluster_id_;
};

}  // namespace

int run_worker(const WorkerOptions& options) {
  const Logger log = Logger::standard(LogLevel::info).named("worker");
  auto prepared = prepare(options, log);
  if (!prepared) return refuse(prepared.error());
  log.set_level(prepared->config.log_level);
  const std::string& given = prepared->config.plugin_path;
  // Before the first thread: a plugin is tried in a child process first.
  auto plugins = plugin::PluginRegistry::load(given.empty() ? default_plugin_path(program_folder()) : given,
                                              log.named("plugins"));
  // After that: a child would inherit the lock of the store, and might outlive this process by a moment.
  if (auto opened = open_store(*prepared); !opened) return refuse(opened.error());
  SignalWatch signals(log);
  return Program(*prepared, std::move(plugins), log).run(signals);
}

}  // namespace sinkway::app
