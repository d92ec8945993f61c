// Configurations written as JSON: scalars become text, numbers exactly as they were written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway {

// One JSON object of scalars: {"tasks.max": 1, "topics": "weather", "x": null}. Errors name the place (line, column) or
// the key, never a value: it may be a secret. Duplicate keys: the last one wins. Text behind the object is an error.
[[nodiscard]] Result<ConfigMap> parse_json_config(std::string_view text);

// {"name": ..., "config": {...}, "initial_state": ...}, as POST /connectors and connector files have it.
struct JsonConnector {
  std::optional<std::string> name;
  std::optional<ConfigMap> config;
  std::optional<std::string> initial_state;
  bool empty = false;  // nothing at all, or null
};
// `strict`: a member of another name is an error, "Unrecognized field".
[[nodiscard]] Result<JsonConnector> parse_json_connector(std::string_view text, bool strict);

}  // namespace sinkway
