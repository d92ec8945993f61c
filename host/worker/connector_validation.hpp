// A connector's whole configuration validated: the framework, the plugin, its converters and its Kafka clients.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/validation.hpp"
#include "host/plugin/manifest.hpp"
#include "host/worker/worker_settings.hpp"

namespace sinkway::worker {

// The keys of a connector: the framework's in their places, then the plugin's; a key that both define is the plugin's.
[[nodiscard]] ConfigDef connector_definition(const plugin::Manifest& manifest, const WorkerSettings& settings);

// In the order of rest-contract 2.5. Placeholders are resolved for the checks; the answer shows them and never what
// they stand for (KIP-297 showed the resolved values). The plugin's own checks run when its keys are well formed: they
// may wait for a server. Error: a provider cannot read its source. [connector-thread]
[[nodiscard]] Result<Validation> validate_connector(const plugin::Manifest& manifest, const std::string& name,
                                                    const ConfigMap& config,
                                                    const WorkerSettings& settings);

// One sentence for each key that nobody declares, with the nearest name that somebody does.
[[nodiscard]] std::vector<std::string> unknown_keys(const ConfigDef& definition, const ConfigMap& config);

}  // namespace sinkway::worker
