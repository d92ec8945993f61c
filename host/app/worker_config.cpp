#include "host/app/worker_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "host/config/validation.hpp"

namespace sinkway::app {
namespace {

// The keys of distributed mode: whoever sets them expects state in Kafka, and must hear that it is elsewhere.
constexpr std::array<std::string_view, 8> kTellIfSet = {"group.id",
                                                        "config.storage.topic",
                                                        "offset.storage.topic",
                                                        "status.storage.topic",
                                                        "admin.listeners",
                                                        "access.control.allow.origin",
                                                        "response.http.headers.config",
                                                        "metric.reporters"};

std::string place_of(const WorkerProperties& properties, std::string_view key) {
  const auto place = properties.places.find(key);
  return place == properties.places.end() ? properties.source : place->second;
}

bool in_a_family(std::string_view key) {
  const auto& families = worker_key_families();
  return std::any_of(families.begin(), families.end(), [&](const KeyFamily& family) {
    return key.starts_with(family.prefix);
  });
}

void warn(const WorkerProperties& properties, const Logger& log) {
  for (const auto& [key, value] : properties.values) {
    const auto* known = worker_definition().find(key);
    if (known && value && !value->empty() && std::find(kTellIfSet.begin(), kTellIfSet.end(), key) != kTellIfSet.end())
      log.warn("{}: {} has no effect: {}", place_of(properties, key), key, known->documentation);
    if (known || in_a_family(key)) continue;
    const auto nearest = nearest_name(worker_definition(), key);
    log.warn("{}: unknown key {}{}", place_of(properties, key), key, nearest ? ", did you mean " + *nearest + "?" : "");
  }
}

Result<void> check_all(const WorkerProperties& properties, const ConfigMap& values) {
  std::string sentences;
  // The first error of a key says it; the documentation says what is allowed.
  for (const auto& key : validate(worker_definition(), values).keys)
    if (!key.errors.empty())
      sentences += fmt::format("{}{}: {}{}", sentences.empty() ? "" : "\n", place_of(properties, key.name),
                               key.errors.front(),
                               key.definition ? " (" + key.definition->documentation + ")" : "");
  if (!sentences.empty()) return Error(sentences);
  return {};
}

Result<ConfigMap> resolve(const WorkerProperties& properties, const ConfigProviders& providers) {
  ConfigMap values;
  for (const auto& [key, value] : properties.values) {
    // plugin.path is taken as it is (runtime-semantics 9.1): it is needed before anything else.
    const bool as_it_is = key == "plugin.path" || !value;
    auto text = as_it_is ? Result<std::string>(value.value_or("")) : providers.resolve_text(*value);
    if (!text) return std::move(text).error().at(key).at(place_of(properties, key));
    values.set(key, std::move(*text));
  }
  return values;
}

LogLevel level_named(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info", "warn", "error", "off"};
  return static_cast<LogLevel>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
}

Milliseconds milliseconds_of(const ConfigMap& values, std::string_view key) {
  const std::string text = values.get_or(key, "0");
  long long count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return Milliseconds(count);
}

// The values have been checked.
WorkerConfig take(const ConfigMap& written) {
  WorkerConfig config;
  const ConfigMap values = resolved(worker_definition(), written);
  config.properties = written;
  for (const auto& [key, value] : values) config.properties.set(key, value);
  config.listeners = list_items(values.get_or("listeners", ""));
  config.metrics_listeners = list_items(values.get_or("sinkway.metrics.listeners", ""));
  config.advertised_host = values.get_or("rest.advertised.host.name", "");
  config.advertised_port = values.get_or("rest.advertised.port", "");
  config.plugin_path = values.get_or("plugin.path", "");
  config.state_file = values.get_or("sinkway.state.file", "");
  config.override_policy = values.get_or("connector.client.config.override.policy", "All");
  config.converters = {values.get_or("key.converter", ""), values.get_or("value.converter", ""),
                       values.get_or("header.converter", "")};
  config.commit_interval = milliseconds_of(values, "offset.flush.interval.ms");
  config.shutdown_timeout = milliseconds_of(values, "task.shutdown.graceful.timeout.ms");
  config.memory_budget = parse_size(values.get_or("sinkway.memory.budget", "")).value_or(0);
  config.log_level = level_named(values.get_or("sinkway.log.level", "info"));
  return config;
}

}  // namespace

std::optional<std::size_t> parse_size(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::array<std::pair<std::string_view, int>, 7> kUnits = {
      {{"", 0}, {"k", 10}, {"K", 10}, {"m", 20}, {"M", 20}, {"g", 30}, {"G", 30}}};
  const auto* known = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& each) { return each.first == unit; });
  if (error != std::errc() || known == kUnits.end() || number == 0 || number > (std::size_t{1} << 50 >> known->second))
    return std::nullopt;
  return number << known->second;
}

Result<WorkerProperties> read_worker_properties(const std::string& path) {
  auto read = read_properties_file(path);
  if (!read) return std::move(read).error();
  WorkerProperties properties{path, std::move(read->values), {}};
  for (const auto& [key, line] : read->lines) properties.places[key] = fmt::format("{}:{}", path, line);
  return properties;
}

Result<WorkerConfig> make_worker_config(const WorkerProperties& properties, const Logger& log) {
  warn(properties, log);
  auto providers = ConfigProviders::make(properties.values, log);
  if (!providers) return std::move(providers).error().at(place_of(properties, "config.providers"));
  auto values = resolve(properties, *providers);
  if (!values) return std::move(values).error();
  if (auto checked = check_all(properties, *values); !checked) return std::move(checked).error();
  WorkerConfig config = take(*values);
  config.providers = std::move(*providers);
  return config;
}

}  // namespace sinkway::app
