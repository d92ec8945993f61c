#include "host/kafka/client_config.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "host/kafka/handles.hpp"
#include "host/kafka/jaas.hpp"

namespace sinkway::kafka {
namespace {

struct Rename {
  std::string_view java;
  std::string_view ours;
};

// Same meaning, another name.
constexpr std::array kRenames = {
    Rename{"fetch.max.wait.ms", "fetch.wait.max.ms"},
    Rename{"metadata.max.age.ms", "topic.metadata.refresh.interval.ms"},
    Rename{"send.buffer.bytes", "socket.send.buffer.bytes"},
    Rename{"receive.buffer.bytes", "socket.receive.buffer.bytes"},
    Rename{"socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.ms"},
    Rename{"ssl.truststore.certificates", "ssl.ca.pem"},
    Rename{"ssl.keystore.key", "ssl.key.pem"},
    Rename{"ssl.keystore.certificate.chain", "ssl.certificate.pem"},
};

// Java's ways that have no counterpart and change nothing that is delivered.
constexpr std::array<std::string_view, 22> kJavaOnly = {
    "key.deserializer", "value.deserializer", "key.serializer", "value.serializer", "interceptor.classes", "metric.reporters",
    "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms", "max.poll.records", "max.block.ms",
    "default.api.timeout.ms", "exclude.internal.topics", "auto.include.jmx.reporter", "enable.metrics.push", "security.providers",
    "ssl.enabled.protocols", "ssl.protocol", "ssl.provider", "sasl.client.callback.handler.class", "sasl.login.class",
    "socket.connection.setup.timeout.max.ms"};

bool is_secret(std::string_view key) {
  return key.find("password") != key.npos || key.find("secret") != key.npos || key.find("jaas") != key.npos ||
         key.ends_with(".pem") || key.find("keystore.key") != key.npos;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// org.apache.kafka.clients.consumer.RangeAssignor,... -> range,...
Result<std::string> assignors(std::string_view text) {
  constexpr std::array kNames = {Rename{"RangeAssignor", "range"}, Rename{"RoundRobinAssignor", "roundrobin"},
                                 Rename{"StickyAssignor", "range"}, Rename{"CooperativeStickyAssignor", "cooperative-sticky"}};
  std::string names;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    text = comma == text.npos ? "" : text.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    const std::string_view simple = one.substr(one.rfind('.') + 1);
    const auto known = std::find_if(kNames.begin(), kNames.end(), [&](const Rename& name) { return name.java == simple; });
    names += (names.empty() ? "" : ",") + std::string(known == kNames.end() ? simple : known->ours);
  }
  // Java's default list offers a cooperative and an eager way; librdkafka cannot mix them, and the eager one is what both can do.
  if (names.find("cooperative-sticky") != names.npos && names != "cooperative-sticky") names = "range";
  return names;
}

// One property; what it becomes is added to `out`.
class Translation {
 public:
  Translation(ClientKind kind, const ConfigMap& java, const Logger& log)
      : kind_(kind), java_(java), log_(log), scratch_(rd_kafka_conf_new()) {}

  Result<ConfigMap> run() {
    for (const auto& [key, value] : java_) {
      if (!value) continue;
      if (auto done = property(key, *value); !done) return std::move(done).error();
    }
    return std::move(out_);
  }

 private:
  Result<void> property(const std::string& key, const std::string& value) {
    for (const auto& rename : kRenames)
      if (key == rename.java) return put(key, rename.ours, value);
    if (std::find(kJavaOnly.begin(), kJavaOnly.end(), key) != kJavaOnly.end()) return ignored(key);
    if (key == "auto.offset.reset") return put(key, key, value == "none" ? "error" : value);
    if (key == "request.timeout.ms" && kind_ != ClientKind::producer) return put(key, "socket.timeout.ms", value);
    if (key == "security.protocol") return put(key, key, lower(value));
    if (key == "ssl.endpoint.identification.algorithm") return put(key, key, value.empty() ? "none" : lower(value));
    if (key == "partition.assignment.strategy") return put(key, key, *assignors(value));
    if (key == "sasl.jaas.config") return jaas(value);
    if (key.starts_with("ssl.truststore.") || key.starts_with("ssl.keystore.")) return store(key, value);
    return put(key, key, value);
  }

  Result<void> ignored(const std::string& key) {
    log_.warn("{} is known to Java clients only and has no effect here", key);
    return {};
  }

  Result<void> jaas(const std::string& value) {
    auto login = parse_jaas(value);
    if (!login) return std::move(login).error();
    out_.set("sasl.username", login->username);
    out_.set("sasl.password", login->password.reveal());
    return {};
  }

  Result<void> store(const std::string& key, const std::string& value) {
    const bool trust = key.starts_with("ssl.truststore.");
    const std::string type = lower(java_.get_or(trust ? "ssl.truststore.type" : "ssl.keystore.type", "JKS"));
    if (key.ends_with(".type") || (trust && key.ends_with(".password"))) return {};
    if (type == "jks" && key.ends_with(".location"))
      return Error("Invalid value for configuration " + key + ": JKS stores cannot be read")
          .with_hint(trust ? "convert it to PEM and set ssl.truststore.type=PEM" : "convert it to PKCS12 or PEM and set ssl.keystore.type");
    if (trust) return put(key, "ssl.ca.location", value);
    if (type == "pkcs12") return put(key, key, value);
    if (key.ends_with(".location")) {
      if (auto done = put(key, "ssl.certificate.location", value); !done) return done;
      return put(key, "ssl.key.location", value);
    }
    return put(key, "ssl.key.password", value);
  }

  Result<void> put(std::string_view java, std::string_view ours, const std::string& value) {
    std::array<char, 512> why{};
    const auto answer = rd_kafka_conf_set(scratch_.get(), std::string(ours).c_str(), value.c_str(), why.data(), why.size());
    if (answer == RD_KAFKA_CONF_UNKNOWN) return ignored(std::string(java));
    if (answer == RD_KAFKA_CONF_INVALID)
      return Error("Invalid value " + (is_secret(java) ? std::string("[hidden]") : value) + " for configuration " + std::string(java) +
                   (is_secret(java) ? "" : ": " + std::string(why.data())));
    out_.set(ours, value);
    return {};
  }

  ClientKind kind_;
  const ConfigMap& java_;
  const Logger& log_;
  ConfHandle scratch_;
  ConfigMap out_;
};

ConfigMap defaults(const SinkConsumerConfig& config) {
  const std::size_t kilobytes = std::max<std::size_t>(config.queue_bytes >> 10, 1'024);
  ConfigMap out{{"bootstrap.servers", config.bootstrap_servers},
                {"group.id", "connect-" + config.connector},
                {"client.id", "connector-consumer-" + config.connector + "-" + std::to_string(config.task)},
                {"enable.auto.commit", "false"},
                {"enable.auto.offset.store", "false"},
                {"enable.partition.eof", "true"},
                {"auto.offset.reset", "earliest"},
                {"allow.auto.create.topics", "true"},
                {"check.crcs", "true"},
                {"isolation.level", config.exactly_once ? "read_committed" : "read_uncommitted"},
                {"partition.assignment.strategy", "range,roundrobin"},
                {"session.timeout.ms", "45000"},
                {"queued.max.messages.kbytes", std::to_string(kilobytes)},
                {"queued.min.messages", "20000"},
                {"fetch.wait.max.ms", "100"},
                {"fetch.message.max.bytes", "1048576"},
                {"fetch.max.bytes", std::to_string(std::max<std::size_t>(config.queue_bytes, 1 << 20))},
                {"receive.message.max.bytes", "134217728"},
                {"socket.nagle.disable", "true"},
                {"reconnect.backoff.max.ms", "2000"},
                {"log.connection.close", "false"}};
  if (has_fetch_queue_backoff()) out.set("fetch.queue.backoff.ms", "1");
  return out;
}

}  // namespace

bool has_fetch_queue_backoff() { return rd_kafka_version() >= 0x02020000; }

Result<ConfigMap> translate(ClientKind kind, const ConfigMap& java, const Logger& log) { return Translation(kind, java, log).run(); }

Result<ConfigMap> sink_consumer_properties(const SinkConsumerConfig& config, const Logger& log) {
  ConfigMap out = defaults(config);
  for (const ConfigMap* layer : {&config.worker, &config.overrides}) {
    auto translated = translate_consumer(*layer, log);
    if (!translated) return translated;
    for (const auto& [key, value] : *translated) out.set(key, value);
  }
  // Offsets are the task's own business, whatever a copied configuration says.
  out.set("enable.auto.commit", "false");
  out.set("enable.auto.offset.store", "false");
  out.set("enable.partition.eof", "true");
  return out;
}

}  // namespace sinkway::kafka
