// Status in the shapes of the contract (rest-contract 2.2, 2.3).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "host/herder/herder.hpp"

namespace sinkway::rest {

[[nodiscard]] std::string status_json(const herder::ConnectorStatus& status);
[[nodiscard]] std::string task_status_json(int task, const herder::WorkState& state);

// What GET /connectors?expand=... shows of one connector, in the order asked.
struct Expanded {
  std::optional<herder::ConnectorInfo> info;
  std::optional<herder::ConnectorStatus> status;
  bool status_first = false;
};
[[nodiscard]] std::string expanded_json(const std::vector<std::pair<std::string, Expanded>>& connectors);

}  // namespace sinkway::rest
