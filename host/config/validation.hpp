// A configuration held against a definition: values, errors, recommendations, nearest names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"

namespace sinkway {

// One key as PUT /connector-plugins/{p}/config/validate shows it (rest-contract 2.5). Plain data.
struct ValidatedKey {
  std::optional<ConfigKey> definition;  // nothing: the key is not declared but has an error
  std::string name;
  std::optional<std::string> value;     // parsed; nothing: null, unset or unparsable. A password is "[hidden]"
  std::vector<std::string> recommended;
  std::vector<std::string> errors;
  bool visible = true;
  std::vector<std::string> notes{};     // what was found out and is no fault; shown behind the documentation
};

struct Validation {
  std::string name;  // the connector.class text as given
  std::vector<std::string> groups;
  std::vector<ValidatedKey> keys;
  [[nodiscard]] std::size_t error_count() const;
  [[nodiscard]] ValidatedKey* find(std::string_view key);
};

// Holds `config` against `definition`, key by key, in the order of the definition. Never fails: errors are in the answer.
[[nodiscard]] Validation validate(const ConfigDef& definition, const ConfigMap& config);

// The known key that is spelt most alike, for "did you mean"; nothing when none is near.
[[nodiscard]] std::optional<std::string> nearest_name(const ConfigDef& definition, std::string_view key);

// The parsed values: what is given, else the defaults. Keys without either are left out. Only for a config that validated
// without errors.
[[nodiscard]] ConfigMap resolved(const ConfigDef& definition, const ConfigMap& config);

}  // namespace sinkway
