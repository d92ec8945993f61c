// Java client properties to librdkafka's, with the defaults that never stall.
#pragma once

#include <cstddef>
#include <string>

#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway::kafka {

enum class ClientKind { consumer, producer, admin };

// Properties as a Java client takes them, in librdkafka's spelling (runtime-semantics 1.8). A property that only a Java
// client knows is left out with a warning; librdkafka's own properties pass as they are. Errors name the key, never its
// value when it is a secret: a value that librdkafka refuses, a JKS store, a JAAS line that cannot be read.
[[nodiscard]] Result<ConfigMap> translate(ClientKind kind, const ConfigMap& java, const Logger& log = Logger::none());
[[nodiscard]] inline Result<ConfigMap> translate_consumer(const ConfigMap& java, const Logger& log = Logger::none()) {
  return translate(ClientKind::consumer, java, log);
}

// What the consumer of a sink task is made of; later layers win: our defaults, the worker's consumer.*, the connector's
// consumer.override.* (both without their prefix, in Java's spelling).
struct SinkConsumerConfig {
  std::string connector;
  int task = 0;
  std::string bootstrap_servers;
  bool exactly_once = false;        // reads committed records only, unless overridden
  std::size_t queue_bytes = 8 << 20;  // what is fetched ahead
  ConfigMap worker;
  ConfigMap overrides;
};
// librdkafka's properties, complete, for make_consumer().
[[nodiscard]] Result<ConfigMap> sink_consumer_properties(const SinkConsumerConfig& config,
                                                         const Logger& log = Logger::none());

// What a worker's configuration says to its admin clients, in Java's spelling: where Kafka is and how to speak to it,
// then admin.* without its prefix. The other keys of a worker mean nothing to a client.
[[nodiscard]] ConfigMap worker_admin_properties(const ConfigMap& worker);

// True where the library has fetch.queue.backoff.ms (2.2 and later), so that a full queue never stalls the fetcher.
[[nodiscard]] bool has_fetch_queue_backoff();

}  // namespace sinkway::kafka
