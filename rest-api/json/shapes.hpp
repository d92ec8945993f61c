// The one JSON type of this folder, and the shapes that several answers share.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "host/herder/herder.hpp"

namespace sinkway::rest {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json shape_of(const ConfigMap& config);
[[nodiscard]] Json shape_of(const herder::TaskId& id);
[[nodiscard]] Json shape_of(const herder::ConnectorInfo& info);
[[nodiscard]] Json shape_of(const herder::ConnectorStatus& status);

// Printed without blanks; bytes that are not UTF-8 are replaced, never an error.
[[nodiscard]] std::string text_of(const Json& json);

}  // namespace sinkway::rest
