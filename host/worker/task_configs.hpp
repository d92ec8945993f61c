// Connector config to task configs, without the plugin: pure.
#pragma once

#include <string>
#include <vector>

#include "host/config/config_map.hpp"

namespace sinkway::worker {

// True if the text holds a ${...} that a config provider may replace.
[[nodiscard]] bool has_placeholder(std::string_view text);

// What a plugin answered (made from the resolved config), as it is kept and shown: keys that held a placeholder in the
// connector's config hold it again, so that no secret is stored or printed (runtime-semantics 5); task.class, topics
// and topics.regex are put in.
[[nodiscard]] std::vector<ConfigMap> complete_task_configs(std::vector<ConfigMap> from_plugin,
                                                           const ConfigMap& connector,
                                                           const std::string& connector_class);

}  // namespace sinkway::worker
