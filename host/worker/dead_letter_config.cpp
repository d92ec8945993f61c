#include "host/worker/dead_letter_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "host/kafka/client_config.hpp"
#include "host/worker/connector_config.hpp"

namespace sinkway::worker {
namespace {

// As Kafka Connect's producer: acknowledged by all replicas and kept in order, without asking for rights that
// idempotence needs on old brokers. A record is given back after half a minute, so that its trouble can be told before
// it is sent again. It may be larger than a client's default allows: what was consumed is for the topic's own limit to
// refuse.
ConfigMap producer_defaults(const WorkerSettings& settings) {
  return {{"bootstrap.servers", settings.properties.get_or("bootstrap.servers", "")},
          {"client.id", "connector-dlq-producer"},
          {"acks", "all"},
          {"enable.idempotence", "false"},
          {"max.in.flight.requests.per.connection", "1"},
          {"message.timeout.ms", "30000"},
          {"message.max.bytes", "33554432"},
          {"queue.buffering.max.kbytes", "65536"},
          {"linger.ms", "0"},  // a batch waits for its letters; those that come while one is on its way travel together
          {"compression.type", "none"},
          {"socket.nagle.disable", "true"},
          {"reconnect.backoff.max.ms", "2000"}};
}

ConfigMap admin_defaults() {
  return {{"client.id", "connector-dlq-adminclient"}, {"reconnect.backoff.max.ms", "2000"}};
}

Result<ConfigMap> layered(kafka::ClientKind kind, ConfigMap all, std::initializer_list<ConfigMap> layers,
                          const Logger& log) {
  for (const ConfigMap& layer : layers) {
    auto translated = kafka::translate(kind, layer, log);
    if (!translated) return translated;
    for (const auto& [key, value] : *translated) all.set(key, value);
  }
  return all;
}

}  // namespace

Result<errors::DeadLetterSender::Address> dead_letter_address(const ConfigMap& connector,
                                                              const WorkerSettings& settings, const Logger& log) {
  errors::DeadLetterSender::Address address;
  address.topic = dead_letter_topic(connector);
  const auto factor = connector.get("errors.deadletterqueue.topic.replication.factor");
  const auto digits = trimmed(factor ? std::string_view(*factor) : std::string_view());
  std::from_chars(digits.data(), digits.data() + digits.size(), address.replication_factor);
  auto producer =
      layered(kafka::ClientKind::producer, producer_defaults(settings),
              {settings.properties.with_prefix("producer."), connector.with_prefix("producer.override.")}, log);
  if (!producer) return std::move(producer).error().at("the producer of dead letters");
  auto admin =
      layered(kafka::ClientKind::admin, admin_defaults(),
              {kafka::worker_admin_properties(settings.properties), connector.with_prefix("admin.override.")}, log);
  if (!admin) return std::move(admin).error().at("the admin client of dead letters");
  address.producer = std::move(*producer);
  address.admin = std::move(*admin);
  return address;
}

}  // namespace sinkway::worker
