#include "host/kafka/client_conf.hpp"

#include <algorithm>
#include <array>

namespace sinkway::kafka {

bool is_secret_property(std::string_view key) {
  constexpr std::array<std::string_view, 7> kParts = {"password", "secret", "jaas", ".pem", "keystore.key",
                                                      "oauthbearer.config", "token"};
  return key != "sasl.oauthbearer.token.endpoint.url" &&
         std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) { return key.find(part) != key.npos; });
}

bool is_property(std::string_view key, const std::string& value) {
  const ConfHandle scratch(rd_kafka_conf_new());
  return rd_kafka_conf_set(scratch.get(), std::string(key).c_str(), value.c_str(), nullptr, 0) != RD_KAFKA_CONF_UNKNOWN;
}

Result<void> set_property(rd_kafka_conf_t& conf, std::string_view key, const std::string& value) {
  const std::string name(key);
  std::array<char, 512> why{};
  switch (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), why.data(), why.size())) {
    case RD_KAFKA_CONF_OK: return {};
    case RD_KAFKA_CONF_UNKNOWN: return Error("Unknown configuration " + name + " of the Kafka client");
    default: break;
  }
  // What the library says quotes the value.
  if (is_secret_property(key)) return Error("Invalid value [hidden] for configuration " + name);
  return Error("Invalid value " + value + " for configuration " + name + ": " + why.data());
}

Result<ConfHandle> make_conf(const ConfigMap& properties) {
  ConfHandle conf(rd_kafka_conf_new());
  for (const auto& [key, value] : properties) {
    if (!value) continue;
    if (auto done = set_property(*conf, key, *value); !done) return std::move(done).error();
  }
  return conf;
}

Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf) {
  std::array<char, 512> why{};
  ClientHandle client(rd_kafka_new(type, conf.get(), why.data(), why.size()));
  if (!client) return Error("Kafka client: " + std::string(why.data()));
  (void)conf.release();  // the client owns it now
  return client;
}

}  // namespace sinkway::kafka
