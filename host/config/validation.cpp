#include "host/config/validation.hpp"

#include <algorithm>
#include <numeric>

namespace sinkway {
namespace {

constexpr const char* kNull = "Null value can not be supplied as the configuration value.";
constexpr const char* kHidden = "[hidden]";

struct Given {
  bool there = false;
  std::optional<std::string> text;  // nothing: null
};

// What the user wrote for a key, under its name or else under one of its aliases.
Given given(const ConfigKey& key, const ConfigMap& config) {
  if (config.has(key.name)) return {true, config.get(key.name)};
  for (const auto& alias : key.aliases)
    if (config.has(alias)) return {true, config.get(alias)};
  return {};
}

ValidatedKey validate_key(const ConfigKey& key, const ConfigMap& config) {
  ValidatedKey found{key, key.name, std::nullopt, key.recommended, {}, true};
  const Given written = given(key, config);
  std::optional<std::string> value = key.default_value;
  if (written.there && !written.text) {
    found.errors.emplace_back(kNull);
    value.reset();
  } else if (written.there) {
    auto parsed = parse_value(key, *written.text);
    if (!parsed) found.errors.push_back(parsed.error().message());
    value = parsed ? std::optional(std::move(*parsed)) : std::nullopt;
  } else if (key.required) {
    found.errors.push_back("Missing required configuration \"" + key.name + "\" which has no default value.");
    value.reset();
  }
  // A key that may be left out, and is, has nothing to check; one that did not parse is checked as null (Connect does
  // both).
  if (key.check && (value || !found.errors.empty()))
    if (const auto reason = key.check(value)) found.errors.push_back(invalid_value(key, value, *reason));
  if (value && key.type == ConfigType::password) value = kHidden;
  found.value = std::move(value);
  return found;
}

// Edit distance in which two neighbours that changed places count once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::size_t Validation::error_count() const {
  return std::accumulate(keys.begin(), keys.end(), std::size_t{0},
                         [](std::size_t sum, const ValidatedKey& key) { return sum + key.errors.size(); });
}

ValidatedKey* Validation::find(std::string_view key) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ValidatedKey& each) { return each.name == key; });
  return found == keys.end() ? nullptr : &*found;
}

Validation validate(const ConfigDef& definition, const ConfigMap& config) {
  Validation validation;
  validation.name = config.get_or("connector.class", "");
  for (const auto& [key, value] : config)
    if (!value && !definition.find(key))
      validation.keys.push_back({std::nullopt, key, std::nullopt, {}, {kNull}, true});
  for (const auto& key : definition.keys()) {
    validation.keys.push_back(validate_key(key, config));
    auto& groups = validation.groups;
    if (!key.group.empty() && std::find(groups.begin(), groups.end(), key.group) == groups.end())
      groups.push_back(key.group);
  }
  return validation;
}

std::optional<std::string> nearest_name(const ConfigDef& definition, std::string_view key) {
  // More than a third of another name is another word, not a slip.
  std::size_t best = std::min<std::size_t>(key.size() / 3, 4) + 1;
  std::optional<std::string> nearest;
  const auto consider = [&](const std::string& name) {
    const std::size_t far = distance(key, name);
    if (far >= best) return;
    best = far;
    nearest = name;
  };
  for (const auto& known : definition.keys()) {
    consider(known.name);
    for (const auto& alias : known.aliases) consider(alias);
  }
  return nearest;
}

ConfigMap resolved(const ConfigDef& definition, const ConfigMap& config) {
  ConfigMap values;
  for (const auto& key : definition.keys()) {
    const Given written = given(key, config);
    const auto text = written.text ? written.text : key.default_value;
    if (!text) continue;
    if (auto parsed = parse_value(key, *text)) values.set(key.name, std::move(*parsed));
  }
  return values;
}

}  // namespace sinkway
