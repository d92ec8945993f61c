#include "host/worker/connector_validation.hpp"

#include <algorithm>
#include <array>

#include "host/convert/converter_set.hpp"
#include "host/kafka/topic_pattern.hpp"
#include "host/plugin/plugin_registry.hpp"
#include "host/worker/client_overrides.hpp"
#include "host/worker/task_configs.hpp"

namespace sinkway::worker {
namespace {

constexpr std::array<std::string_view, 3> kConverters = {"key", "value", "header"};

void add_error(Validation& validation, std::string_view name, std::string message) {
  if (auto* found = validation.find(name)) found->errors.push_back(std::move(message));
}

// latest and the version that is loaded are what can be had; Connect also knows ranges (KIP-891).
void check_version(const std::string& key, const std::string& plugin, const std::string& version,
                   const ConfigMap& config,
                   Validation& validation) {
  const auto asked = config.get(key);
  if (!asked || trimmed(*asked).empty() || trimmed(*asked) == "latest" || trimmed(*asked) == version) return;
  add_error(validation, key,
            "Plugin " + plugin + " not found that matches the version range [" + *asked + "," + *asked +
                                 "], available versions: [" + version + "]");
}

void check_pattern(const ConfigMap& config, Validation& validation) {
  const std::string regex(trimmed(config.get_or("topics.regex", "")));
  if (regex.empty()) return;
  if (const auto compiled = kafka::compile_pattern(regex); !compiled)
    add_error(validation, "topics.regex",
              "Invalid value " + regex + " for configuration topics.regex: Must be a valid regex");
}

void append(Validation& validation, Validation more) {
  for (auto& key : more.keys)
    if (key.definition) validation.keys.push_back(std::move(key));
  for (auto& group : more.groups)
    if (std::find(validation.groups.begin(), validation.groups.end(), group) == validation.groups.end())
      validation.groups.push_back(std::move(group));
}

// The settings of a converter that the connector names itself; without that the worker's hold, and settings here do not
// count.
void add_converter_keys(std::string_view role, const ConfigMap& config, Validation& validation) {
  const std::string prefix = std::string(role) + ".converter";
  const auto class_name = config.get(prefix);
  const auto* converter = class_name ? convert::find_converter(trimmed(*class_name)) : nullptr;
  if (!converter) return;
  ConfigDef definition;
  for (ConfigKey key : converter->definition.keys()) {
    if (key.display_name.empty()) key.display_name = key.name;
    key.name.insert(0, prefix + ".");
    definition.add(std::move(key));
  }
  const auto kind = role == "key" ? convert::Role::key : role == "value" ? convert::Role::value : convert::Role::header;
  auto found = validate(definition, config);
  const bool well_formed = found.error_count() == 0;
  append(validation, std::move(found));
  if (!well_formed) return;
  if (const auto made = convert::make_converter(converter->name, kind, config.with_prefix(prefix + ".")); !made)
    add_error(validation, prefix, made.error().text());
}

void add_sinkway_keys(const ConfigMap& config, Validation& validation) {
  ConfigDef given;
  const ConfigDef all = sinkway_connector_config();
  for (const auto& key : all.keys())
    if (config.has(key.name)) given.add(key);
  append(validation, validate(given, config));
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  if (what.empty()) return text;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// Puts placeholders back where their values stand.
void hide_resolved(const ConfigMap& raw, const ConfigMap& config, Validation& validation) {
  for (const auto& [name, written] : raw) {
    const auto value = config.get(name);
    if (!written || !value || *written == *value) continue;
    if (auto* key = validation.find(name); key && key->value && *key->value != "[hidden]") key->value = written;
    const std::string shown(trimmed(*value));
    for (auto& key : validation.keys) {
      if (key.name != name && shown.size() < 4) continue;
      for (auto& error : key.errors) error = replaced(std::move(error), shown, *written);
      for (auto& note : key.notes) note = replaced(std::move(note), shown, *written);
    }
  }
}

bool is_declared(const ConfigDef& definition, std::string_view key) {
  constexpr std::array<std::string_view, 6> kFamilies = {"consumer.override.", "producer.override.", "admin.override.",
                                                         "key.converter.", "value.converter.", "header.converter."};
  return definition.find(key) || sinkway_connector_config().find(key) ||
         std::any_of(kFamilies.begin(), kFamilies.end(), [&](std::string_view family) {
           return key.starts_with(family);
         });
}

}  // namespace

ConfigDef connector_definition(const plugin::Manifest& manifest, const WorkerSettings& settings) {
  ConfigDef definition;
  const ConfigDef framework = sink_connector_config(settings.converters);
  for (ConfigKey key : framework.keys()) {
    if (key.name == "connector.plugin.version") {
      key.default_value = manifest.version;
      key.recommended = {manifest.version};
    }
    definition.add(std::move(key));
  }
  for (const auto& key : manifest.definition.keys()) definition.add(key);
  return definition;
}

Result<Validation> validate_connector(const plugin::Manifest& manifest, const std::string& name, const ConfigMap& raw,
                                      const WorkerSettings& settings) {
  auto config = settings.providers->resolve(raw);
  if (!config) return std::move(config).error();
  Validation validation = validate(connector_definition(manifest, settings), *config);
  check_together(*config, validation);
  check_pattern(*config, validation);
  check_version("connector.plugin.version", manifest.name, manifest.version, *config, validation);
  for (const auto role : kConverters) {
    const std::string key = std::string(role) + ".converter";
    check_version(key + ".plugin.version", config->get_or(key, ""), std::string(kConnectVersion), *config, validation);
  }
  const bool plugin_keys_are_fine = std::all_of(validation.keys.begin(), validation.keys.end(),
                                                [&](const ValidatedKey& key) {
    return key.errors.empty() || !manifest.definition.find(key.name);
  });
  add_overrides(*config, settings.override_policy, validation);
  for (const auto role : {"header", "key", "value"}) add_converter_keys(role, *config, validation);
  add_sinkway_keys(*config, validation);
  if (plugin_keys_are_fine) plugin::validate_with_plugin(manifest, name, *config, validation, settings.log);
  hide_resolved(raw, *config, validation);
  return validation;
}

std::vector<std::string> unknown_keys(const ConfigDef& definition, const ConfigMap& config) {
  std::vector<std::string> sentences;
  for (const auto& [key, value] : config) {
    if (is_declared(definition, key)) continue;
    const auto nearest = nearest_name(definition, key);
    sentences.push_back("unknown key " + key + (nearest ? ", did you mean " + *nearest + "?" : ""));
  }
  return sentences;
}

}  // namespace sinkway::worker
