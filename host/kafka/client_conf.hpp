// Checked properties to a configuration that a client can be made from.
#pragma once

#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// True: the value of this property, in Java's or librdkafka's spelling, must never be shown.
[[nodiscard]] bool is_secret_property(std::string_view key);

// True: this librdkafka has the property, whether it takes the value or not.
[[nodiscard]] bool is_property(std::string_view key, const std::string& value);

// Sets one property. Error: librdkafka does not know it or refuses the value; a secret value is not quoted.
[[nodiscard]] Result<void> set_property(rd_kafka_conf_t& conf, std::string_view key, const std::string& value);

// All properties, in librdkafka's spelling; null values are left out.
[[nodiscard]] Result<ConfHandle> make_conf(const ConfigMap& properties);

// A client that owns `conf` from then on. Error: properties that do not go together, a file that cannot be read.
[[nodiscard]] Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf);

}  // namespace sinkway::kafka
