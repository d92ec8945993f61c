// The keys of worker.properties, and what they mean for the program.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/config/config_def.hpp"
#include "host/config/config_provider.hpp"
#include "host/config/properties_file.hpp"
#include "host/worker/connector_config.hpp"

namespace sinkway::app {

// Every key that has a meaning here, and those of Kafka Connect that are accepted and have none. --help prints it.
[[nodiscard]] const ConfigDef& worker_definition();

// A key that other keys begin with: consumer. and so on.
struct KeyFamily {
  std::string prefix, documentation;
};
[[nodiscard]] const std::vector<KeyFamily>& worker_key_families();

// What the program is made of. Plain data.
struct WorkerConfig {
  ConfigMap properties;  // all keys as written, placeholders resolved, defaults put in
  std::vector<std::string> listeners, metrics_listeners;
  std::string advertised_host, advertised_port;  // empty: as bound
  std::string plugin_path;                       // empty: the default place
  std::string state_file;                        // empty: the default place
  std::string override_policy;
  worker::ConverterClasses converters;
  Milliseconds commit_interval{0}, shutdown_timeout{0};
  std::size_t memory_budget = 0;  // bytes; 0: by the memory of the machine
  LogLevel log_level = LogLevel::info;
  ConfigProviders providers;
};

// Keys with where each comes from: "worker.properties:3", or the flag that set it.
struct WorkerProperties {
  std::string source;  // the file
  ConfigMap values;
  std::map<std::string, std::string, std::less<>> places;
};
[[nodiscard]] Result<WorkerProperties> read_worker_properties(const std::string& path);

// Error: one line for each key that is wrong or missing, with its place and what is allowed. Unknown keys become
// warnings with the nearest known name.
[[nodiscard]] Result<WorkerConfig> make_worker_config(const WorkerProperties& properties, const Logger& log);

// "256m" and the like; nothing: not a size.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);

}  // namespace sinkway::app
