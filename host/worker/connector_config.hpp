// The framework's keys of a sink connector, and what their values mean together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/config/validation.hpp"

namespace sinkway::worker {

// The release of Kafka Connect whose REST contract this worker honours; clients read features out of it (rest-contract
// 1h).
inline constexpr std::string_view kConnectVersion = "4.1.1";

// The converters of the worker, which hold for connectors that name none of their own.
struct ConverterClasses {
  std::string key, value, header;
};

// name to errors.deadletterqueue.context.headers.enable, in the order, groups and widths of rest-contract 2.5 and 4.
[[nodiscard]] ConfigDef sink_connector_config(const ConverterClasses& worker);

// Sinkway's own keys for every connector. They are validated and shown only where they are given, so that the list
// above stays the one that tools know.
[[nodiscard]] ConfigDef sinkway_connector_config();

// What the keys mean together, added to the errors of a validated config: topics against topics.regex, the dead letter
// topic against both, and every feature that this version has not (a setting that does nothing would be a silent lie).
// `config` is resolved.
void check_together(const ConfigMap& config, Validation& validation);

// topics as a list: trimmed, empty ones dropped, each once, in their order.
[[nodiscard]] std::vector<std::string> topics_of(const ConfigMap& config);

// errors.deadletterqueue.topic.name, trimmed; empty: there is no dead letter queue.
[[nodiscard]] std::string dead_letter_topic(const ConfigMap& config);

// connect-<name>, unless consumer.override.group.id says otherwise.
[[nodiscard]] std::string group_of(const std::string& name, const ConfigMap& config);

}  // namespace sinkway::worker
