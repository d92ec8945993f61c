// Connectors, tasks and plugins in the shapes of the contract (rest-contract 2.1, 2.4).
#pragma once

#include <string>
#include <vector>

#include "host/herder/herder.hpp"

namespace sinkway::rest {

[[nodiscard]] std::string connector_json(const herder::ConnectorInfo& info);
[[nodiscard]] std::string config_json(const ConfigMap& config);
[[nodiscard]] std::string names_json(const std::vector<std::string>& names);
[[nodiscard]] std::string tasks_json(const std::vector<herder::TaskInfo>& tasks);
[[nodiscard]] std::string plugins_json(const std::vector<herder::PluginInfo>& plugins);
[[nodiscard]] std::string worker_json(const herder::WorkerInfo& worker);
[[nodiscard]] std::string health_json(const herder::Health& health);

}  // namespace sinkway::rest
