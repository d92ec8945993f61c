// consumer.override.*, producer.override.*, admin.override.*: which keys of a connector may reach its Kafka clients,
// and whether their values can be understood.
#pragma once

#include <string>
#include <string_view>

#include "host/config/validation.hpp"

namespace sinkway::worker {

// connector.client.config.override.policy (KIP-458): All, None, or Principal, which lets sasl.jaas.config,
// sasl.mechanism and security.protocol through. `key` without its prefix.
[[nodiscard]] bool override_allowed(std::string_view policy, std::string_view key);

// True for keys whose values must not be shown.
[[nodiscard]] bool is_secret_client_key(std::string_view key);

// Appends an entry for each such key of `config` (rest-contract 2.5): the consumer's always, those of producer and
// admin where they are used, with a dead letter queue.
void add_overrides(const ConfigMap& config, std::string_view policy, Validation& validation);

}  // namespace sinkway::worker
