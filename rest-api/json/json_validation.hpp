// Validation results and config definitions in the shapes of the contract (rest-contract 2.5).
#pragma once

#include <string>

#include "host/config/config_def.hpp"
#include "host/config/validation.hpp"

namespace sinkway::rest {

[[nodiscard]] std::string validation_json(const Validation& validation);
// The list of ConfigKeyInfo that describes a plugin.
[[nodiscard]] std::string definition_json(const ConfigDef& definition);

}  // namespace sinkway::rest
