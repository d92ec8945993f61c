// Connectors in files on the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/herder/target_state.hpp"

namespace sinkway::app {

struct ConnectorFile {
  std::string path;
  std::string name;
  ConfigMap config;
  std::optional<herder::TargetState> initial_state;  // counts for a connector that is new
};

// A JSON object of keys with a name, or {"name", "config", "initial_state"}, or .properties with a name (KIP-980).
// Pure.
[[nodiscard]] Result<ConnectorFile> parse_connector_file(const std::string& path, std::string_view text);
// Error: the first file that cannot be read or understood, by its path.
[[nodiscard]] Result<std::vector<ConnectorFile>> read_connector_files(const std::vector<std::string>& paths);

}  // namespace sinkway::app
