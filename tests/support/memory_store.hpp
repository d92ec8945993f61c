// A config store without a disk, which can be full.
#pragma once

#include <optional>
#include <vector>

#include "host/herder/config_store.hpp"

namespace sinkway::test {

class MemoryStore final : public herder::ConfigStore {
 public:
  std::vector<herder::StoredConnector> saved;
  std::optional<Error> fault;

  Result<std::vector<herder::StoredConnector>> load() override { return saved; }
  Result<void> save(const std::vector<herder::StoredConnector>& connectors) override {
    if (fault) return *fault;
    saved = connectors;
    return {};
  }
};

}  // namespace sinkway::test
