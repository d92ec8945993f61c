#include "host/worker/client_overrides.hpp"

#include "host/kafka/client_config.hpp"
#include "host/worker/connector_config.hpp"

namespace sinkway::worker {
namespace {

// The value alone, with the keys beside it that say how it is meant (the type of a store).
ConfigMap with_its_types(const ConfigMap& overrides, const std::string& key) {
  ConfigMap one;
  for (const auto* type : {"ssl.truststore.type", "ssl.keystore.type"})
    if (const auto value = overrides.get(type)) one.set(type, value);
  one.set(key, overrides.get(key));
  return one;
}

void add_overrides_of(kafka::ClientKind kind, const std::string& prefix, const ConfigMap& config,
                      std::string_view policy, Validation& validation) {
  const ConfigMap overrides = config.with_prefix(prefix);
  for (const auto& [key, value] : overrides) {
    ConfigKey definition;
    definition.name = prefix + key;
    definition.type = is_secret_client_key(key) ? ConfigType::password : ConfigType::string;
    definition.display_name = key;
    ValidatedKey entry{definition, definition.name, value, {}, {}, true};
    if (value && definition.type == ConfigType::password) entry.value = "[hidden]";
    if (!override_allowed(policy, key))
      entry.errors.push_back("The '" + std::string(policy) + "' policy does not allow '" + key +
                             "' to be overridden in the connector configuration.");
    else if (auto translated = kafka::translate(kind, with_its_types(overrides, key)); value && !translated)
      entry.errors.push_back(translated.error().text());
    validation.keys.push_back(std::move(entry));
  }
}

}  // namespace

bool override_allowed(std::string_view policy, std::string_view key) {
  if (policy == "None") return false;
  if (policy == "Principal") return key == "sasl.jaas.config" || key == "sasl.mechanism" || key == "security.protocol";
  return true;
}

bool is_secret_client_key(std::string_view key) {
  for (const std::string_view part : {"password", "secret", "jaas", "keystore.key", ".pem"})
    if (key.find(part) != key.npos) return true;
  return false;
}

void add_overrides(const ConfigMap& config, std::string_view policy, Validation& validation) {
  add_overrides_of(kafka::ClientKind::consumer, "consumer.override.", config, policy, validation);
  if (dead_letter_topic(config).empty()) return;
  add_overrides_of(kafka::ClientKind::producer, "producer.override.", config, policy, validation);
  add_overrides_of(kafka::ClientKind::admin, "admin.override.", config, policy, validation);
}

}  // namespace sinkway::worker
