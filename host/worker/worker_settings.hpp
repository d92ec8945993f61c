// What the configuration of a worker means for its tasks.
#pragma once

#include <cstddef>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/metric_sink.hpp"
#include "host/config/config_map.hpp"
#include "host/config/config_provider.hpp"
#include "host/errors/dead_letter_sender.hpp"
#include "host/plugin/plugin_registry.hpp"
#include "host/worker/connector_config.hpp"

namespace sinkway::worker {

// Plain data, set once when the program starts. The pointers outlive the worker.
struct WorkerSettings {
  ConfigMap properties;  // of the worker, resolved: bootstrap.servers, consumer.*, key.converter.* ...
  ConverterClasses converters;
  std::string override_policy = "All";  // connector.client.config.override.policy: All, None or Principal
  Milliseconds commit_interval{5'000};
  Milliseconds shutdown_timeout{5'000};
  std::size_t memory_budget = std::size_t{1} << 28;
  const plugin::PluginRegistry* plugins = nullptr;
  const ConfigProviders* providers = nullptr;
  MetricSink* metrics = nullptr;
  const Clock* clock = nullptr;
  errors::DeadLetterSender* dead_letters = nullptr;  // needed by connectors that have a dead letter topic
  Logger log = Logger::none();
};

}  // namespace sinkway::worker
