// What survives a restart of the worker: the interface.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/herder/target_state.hpp"

namespace sinkway::herder {

struct StoredConnector {
  std::string name;
  ConfigMap config;  // as the user wrote it, placeholders included
  TargetState target = TargetState::started;
  bool operator==(const StoredConnector&) const = default;
};

// [herder-thread]
class ConfigStore {
 public:
  virtual ~ConfigStore() = default;
  // Everything that was saved last; nothing saved yet is an empty list. A store that cannot be read, or holds what it
  // should not, is an error: never a silent loss.
  [[nodiscard]] virtual Result<std::vector<StoredConnector>> load() = 0;
  // All connectors at once: after it returned, a crash of the machine keeps them; if it fails, what was there before is
  // still there.
  [[nodiscard]] virtual Result<void> save(const std::vector<StoredConnector>& connectors) = 0;
};

}  // namespace sinkway::herder
