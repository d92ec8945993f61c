// The definition of a configuration: one table drives parsing, validation, documentation and --help.
#pragma once

#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace sinkway {

// Kafka Connect's own words; closed lists, since tools treat them as such (rest-contract 2.5).
enum class ConfigType { boolean, string, integer, short_integer, long_integer, floating, list, class_name, password };
enum class Importance { high, medium, low };
enum class Width { none, short_width, medium, long_width };

// BOOLEAN STRING INT SHORT LONG DOUBLE LIST CLASS PASSWORD
[[nodiscard]] std::string_view name_of(ConfigType type);      
[[nodiscard]] std::string_view name_of(Importance importance);  // HIGH MEDIUM LOW
[[nodiscard]] std::string_view name_of(Width width);            // NONE SHORT MEDIUM LONG

// One option. `check` sees the parsed value as text, or nothing when it is missing or did not parse, and answers the
// reason why it is not allowed ("Value must be at least 1"), or nothing.
struct ConfigKey {
  std::string name;
  ConfigType type = ConfigType::string;
  std::optional<std::string> default_value;  // nothing and !required: the default is null
  bool required = false;
  Importance importance = Importance::medium;
  std::string group{};                       // empty: no group (JSON null)
  int order = -1;                            // inside the group, from 1
  Width width = Width::none;
  std::string display_name{};                // empty: the name
  std::string documentation{};
  std::vector<std::string> dependents{};
  std::vector<std::string> recommended{};    // values to choose from
  std::vector<std::string> aliases{};        // other keys that mean the same
  std::function<std::optional<std::string>(const std::optional<std::string>&)> check{};
};

namespace check {
using Check = std::function<std::optional<std::string>(const std::optional<std::string>&)>;
[[nodiscard]] Check at_least(double minimum);
[[nodiscard]] Check between(double minimum, double maximum);
[[nodiscard]] Check one_of(std::vector<std::string> allowed);
[[nodiscard]] Check one_of_any_case(std::vector<std::string> allowed);  // Connect's CaseInsensitiveValidString
[[nodiscard]] Check non_empty();                        // "String may not be empty"
[[nodiscard]] Check non_empty_without_control_chars();  // the rule for connector names
}  // namespace check

// An ordered table of options. A later definition of the same name replaces the earlier one in its place.
class ConfigDef {
 public:
  ConfigDef() = default;
  ConfigDef(std::initializer_list<ConfigKey> keys) {
    for (const auto& key : keys) add(key);
  }
  void add(ConfigKey key);
  void add_all(const ConfigDef& other);  // keys that are already here stay as they are
  [[nodiscard]] const ConfigKey* find(std::string_view name) const;  // by name, else by alias
  [[nodiscard]] const std::vector<ConfigKey>& keys() const { return keys_; }

 private:
  std::vector<ConfigKey> keys_;
};

// The value of a key parsed and printed again in its normal form: trimmed, "true"/"false", lists joined with "," and so
// on (runtime-semantics 9.2). Error: the whole sentence "Invalid value x for configuration k: reason".
[[nodiscard]] Result<std::string> parse_value(const ConfigKey& key, std::string_view text);

// A text without the blanks around it, as every value is taken (Java's trim).
[[nodiscard]] std::string_view trimmed(std::string_view text);
// The items of a LIST: split at commas, trimmed; empty text: no items.
[[nodiscard]] std::vector<std::string> list_items(std::string_view text);
// The sentence for a value that is not allowed; a password is shown as [hidden], a missing value as null.
[[nodiscard]] std::string invalid_value(const ConfigKey& key, const std::optional<std::string>& value,
                                        std::string_view reason);

}  // namespace sinkway
