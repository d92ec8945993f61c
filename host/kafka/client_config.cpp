#include "host/kafka/client_config.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

#include "host/kafka/client_conf.hpp"
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
    Rename{"max.request.size", "message.max.bytes"},
    Rename{"max.partition.fetch.bytes", "fetch.message.max.bytes"},
    Rename{"ssl.truststore.certificates", "ssl.ca.pem"},
    Rename{"ssl.keystore.key", "ssl.key.pem"},
    Rename{"ssl.keystore.certificate.chain", "ssl.certificate.pem"},
};

struct Range {
  std::string_view key;
  std::int64_t least;
  std::int64_t most;
};

// What Java clients take and librdkafka refuses: the nearest number means the same in practice.
constexpr std::array kRanges = {
    Range{"fetch.max.bytes", 0, 2'147'483'135},
    Range{"fetch.min.bytes", 1, 100'000'000},
    Range{"fetch.wait.max.ms", 0, 300'000},
    Range{"fetch.message.max.bytes", 1, 1'000'000'000},
    Range{"max.poll.interval.ms", 1, 86'400'000},
    Range{"session.timeout.ms", 1, 3'600'000},
    Range{"heartbeat.interval.ms", 1, 3'600'000},
    Range{"socket.timeout.ms", 10, 300'000},
    Range{"socket.connection.setup.timeout.ms", 1'000, 2'147'483'647},
    Range{"socket.send.buffer.bytes", 0, 100'000'000},
    Range{"socket.receive.buffer.bytes", 0, 100'000'000},
    Range{"topic.metadata.refresh.interval.ms", 10, 3'600'000},
    Range{"connections.max.idle.ms", 0, 2'147'483'647},
    Range{"reconnect.backoff.ms", 0, 3'600'000},
    Range{"reconnect.backoff.max.ms", 0, 3'600'000},
    Range{"retry.backoff.ms", 1, 300'000},
    Range{"batch.size", 1, 2'147'483'647},
    Range{"linger.ms", 0, 900'000},
    Range{"message.max.bytes", 1'000, 1'000'000'000},
    Range{"queue.buffering.max.kbytes", 1, 2'147'483'647},
};

// Java's ways that have no counterpart and change nothing that is delivered.
constexpr std::array<std::string_view, 24> kJavaOnly = {
    "key.deserializer", "value.deserializer", "key.serializer", "value.serializer", "interceptor.classes",
    "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
    "max.poll.records", "max.block.ms", "default.api.timeout.ms", "exclude.internal.topics",
    "auto.include.jmx.reporter", "enable.metrics.push", "security.providers", "ssl.enabled.protocols",
    "ssl.protocol", "ssl.provider", "ssl.keymanager.algorithm", "sasl.client.callback.handler.class",
    "sasl.login.class", "sasl.login.callback.handler.class", "socket.connection.setup.timeout.max.ms"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// org.apache.kafka.clients.consumer.RangeAssignor,... -> range,...
std::string assignors(std::string_view text) {
  constexpr std::array kNames = {
      Rename{"RangeAssignor", "range"}, Rename{"RoundRobinAssignor", "roundrobin"}, Rename{"StickyAssignor", "range"},
      Rename{"CooperativeStickyAssignor", "cooperative-sticky"}};
  std::string names;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string one = trimmed(text.substr(0, comma));
    text = comma == text.npos ? "" : text.substr(comma + 1);
    const std::string_view simple = std::string_view(one).substr(one.rfind('.') + 1);
    const auto known = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const Rename& name) { return name.java == simple; });
    names += (names.empty() ? "" : ",") + std::string(known == kNames.end() ? simple : known->ours);
  }
  // Java's default list offers a cooperative and an eager way; librdkafka cannot mix them, and the eager one is what
  // both can do.
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
  Result<void> property(const std::string& key, const std::string& written) {
    const std::string value = is_secret_property(key) ? written : trimmed(written);
    for (const auto& rename : kRenames)
      if (key == rename.java) return put(key, rename.ours, value);
    if (std::find(kJavaOnly.begin(), kJavaOnly.end(), key) != kJavaOnly.end()) {
      log_.warn("{} is known to Java clients only and has no effect here", key);
      return {};
    }
    if (key == "auto.offset.reset") return put(key, key, lower(value) == "none" ? "error" : lower(value));
    if (key == "request.timeout.ms" && kind_ != ClientKind::producer) return put(key, "socket.timeout.ms", value);
    if (key == "buffer.memory") return buffer_memory(value);
    if (key == "security.protocol") return put(key, key, lower(value));
    if (key == "ssl.endpoint.identification.algorithm") return put(key, key, value.empty() ? "none" : lower(value));
    if (key == "partition.assignment.strategy") return put(key, key, assignors(value));
    if (key == "sasl.jaas.config") return jaas(value);
    if (key.starts_with("ssl.truststore.") || key.starts_with("ssl.keystore.")) return store(key, value);
    return put(key, key, value);
  }

  // Bytes in Java, kilobytes here.
  Result<void> buffer_memory(const std::string& value) {
    const auto bytes = number(value);
    return put("buffer.memory", "queue.buffering.max.kbytes", bytes ? std::to_string(*bytes / 1'024) : value);
  }

  Result<void> jaas(const std::string& value) {
    auto login = translate_jaas(value);
    if (!login) return std::move(login).error();
    for (const auto& [key, setting] : *login)
      if (auto done = put("sasl.jaas.config", key, *setting); !done) return done;
    return {};
  }

  Result<void> store(const std::string& key, const std::string& value) {
    const bool trust = key.starts_with("ssl.truststore.");
    const std::string type = lower(java_.get_or(trust ? "ssl.truststore.type" : "ssl.keystore.type", "JKS"));
    if (key.ends_with(".type") || (trust && key.ends_with(".password"))) return {};
    if (key.ends_with(".location") && type != "pem" && (trust || type != "pkcs12"))
      return Error("Invalid value for configuration " + key + ": stores of type " + type + " cannot be read")
          .with_hint(trust ? "convert it to PEM and set ssl.truststore.type=PEM"
                           : "convert it to PKCS12 or PEM and set ssl.keystore.type");
    if (trust) return put(key, "ssl.ca.location", value);
    if (type != "pem") return put(key, key, value);
    if (key.ends_with(".location")) {
      if (auto done = put(key, "ssl.certificate.location", value); !done) return done;
      return put(key, "ssl.key.location", value);
    }
    return put(key, "ssl.key.password", value);
  }

  Result<void> put(std::string_view java, std::string_view ours, std::string value) {
    const auto range = std::find_if(kRanges.begin(), kRanges.end(), [&](const Range& one) { return one.key == ours; });
    if (const auto given = range == kRanges.end() ? std::nullopt : number(value); given) {
      const auto taken = std::clamp(*given, range->least, range->most);
      if (taken != *given) log_.warn("{}={} is beyond what this Kafka client takes; {} is used", java, *given, taken);
      value = std::to_string(taken);
    }
    if (!is_property(ours, value)) {
      log_.warn("{} is not known to this Kafka client and has no effect", java);
      return {};
    }
    if (auto done = set_property(*scratch_, ours, value); !done) {
      if (is_secret_property(java) || is_secret_property(ours))
        return Error("Invalid value [hidden] for configuration " + std::string(java));
      return java == ours ? std::move(done) : Result<void>(std::move(done).error().at(java));
    }
    out_.set(ours, std::move(value));
    return {};
  }

  ClientKind kind_;
  const ConfigMap& java_;
  const Logger& log_;
  ConfHandle scratch_;
  ConfigMap out_;
};

ConfigMap defaults(const SinkConsumerConfig& config) {
  const std::size_t queue = std::clamp<std::size_t>(config.queue_bytes, 1 << 20, 2'000'000'000);
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
                {"queued.max.messages.kbytes", std::to_string(queue >> 10)},
                {"queued.min.messages", "20000"},
                {"fetch.wait.max.ms", "100"},
                {"fetch.message.max.bytes", "524288"},
                {"fetch.max.bytes", std::to_string(queue)},
                {"socket.nagle.disable", "true"},
                {"reconnect.backoff.max.ms", "2000"},
                {"log.connection.close", "false"}};
  if (has_fetch_queue_backoff()) out.set("fetch.queue.backoff.ms", "1");
  return out;
}

// Rules between properties that Java clients do not know.
void reconcile(ConfigMap& out) {
  const auto value = [&](std::string_view key, std::int64_t otherwise) {
    return number(out.get_or(key, "")).value_or(otherwise);
  };
  const bool broker_assigns = out.get_or("group.protocol", "classic") == "consumer";  // KIP-848: both are the broker's
  // Round robin leaves no task idle where many topics have one partition each; range is what other members may know.
  if (!broker_assigns && !out.has("partition.assignment.strategy"))
    out.set("partition.assignment.strategy", "roundrobin,range");
  const std::int64_t poll = value("max.poll.interval.ms", 300'000);
  if (!broker_assigns && poll < value("session.timeout.ms", 45'000))
    out.set("session.timeout.ms", std::to_string(poll));
  const std::int64_t fetch = value("fetch.max.bytes", 50 << 20);
  if (fetch < value("message.max.bytes", 1'000'000))
    out.set("message.max.bytes", std::to_string(std::max<std::int64_t>(fetch, 1'000)));
  // Offsets are the task's own business, whatever a copied configuration says.
  out.set("enable.auto.commit", "false");
  out.set("enable.auto.offset.store", "false");
  out.set("enable.partition.eof", "true");
}

}  // namespace

bool has_fetch_queue_backoff() {
  static const bool known = is_property("fetch.queue.backoff.ms", "1");
  return known;
}

Result<ConfigMap> translate(ClientKind kind, const ConfigMap& java, const Logger& log) {
  return Translation(kind, java, log).run();
}

ConfigMap worker_admin_properties(const ConfigMap& worker) {
  ConfigMap properties{{"bootstrap.servers", worker.get_or("bootstrap.servers", "")}};
  for (const auto& [key, value] : worker)
    if (key.starts_with("security.") || key.starts_with("sasl.") || key.starts_with("ssl.")) properties.set(key, value);
  for (const auto& [key, value] : worker.with_prefix("admin.")) properties.set(key, value);
  return properties;
}

Result<ConfigMap> sink_consumer_properties(const SinkConsumerConfig& config, const Logger& log) {
  ConfigMap out = defaults(config);
  for (const ConfigMap* layer : {&config.worker, &config.overrides}) {
    auto translated = translate_consumer(*layer, log);
    if (!translated) return translated;
    for (const auto& [key, value] : *translated) out.set(key, value);
  }
  reconcile(out);
  return out;
}

}  // namespace sinkway::kafka
