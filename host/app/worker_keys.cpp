// The table of worker keys.
#include "host/app/worker_config.hpp"

#include "host/convert/converter_set.hpp"

namespace sinkway::app {
namespace {

using enum ConfigType;

constexpr const char* kKafka = "Kafka";
constexpr const char* kConverters = "Converters";
constexpr const char* kRest = "REST and metrics";
constexpr const char* kTasks = "Plugins, tasks and state";
constexpr const char* kIgnored = "Accepted for compatibility, without effect";

struct Row {
  const char* name;
  ConfigType type;
  std::optional<std::string> otherwise;
  const char* group;
  const char* documentation;
  check::Check check = nullptr;
};

check::Check a_converter() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value || convert::find_converter(*value)) return std::nullopt;
    std::string names;
    for (const auto& known : convert::converter_classes()) names += (names.empty() ? "" : ", ") + known.name;
    return "Class " + *value + " could not be found, there are: " + names;
  };
}

check::Check a_size() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value || value->empty() || parse_size(*value)) return std::nullopt;
    return "Not a number of bytes, with k, m or g behind it for kilobytes, megabytes or gigabytes";
  };
}

check::Check http_listeners() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    for (const auto& item : list_items(value.value_or("")))
      if (!item.starts_with("http://"))
        return "Must be a list of http://host:port (https is not available in this version of sinkway)";
    return std::nullopt;
  };
}

// A door that somebody wanted locked must not stand open because the lock is unknown here.
check::Check not_available() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value || value->empty()) return std::nullopt;
    return "Not available in this version of sinkway, and the REST API would be open without it";
  };
}

std::vector<Row> rows() {
  return {
      {"bootstrap.servers", list, "localhost:9092", kKafka, "Brokers to ask first, host:port separated by commas.",
       check::non_empty()},
      {"connector.client.config.override.policy", string, "All", kKafka,
       "Which consumer.override.*, producer.override.* and admin.override.* keys a connector may set: All, None, or "
       "Principal (its SASL login only).",
       check::one_of({"All", "None", "Principal"})},
      {"key.converter", class_name, std::nullopt, kConverters, "How keys of records become data. Required.",
       a_converter()},
      {"value.converter", class_name, std::nullopt, kConverters, "How values of records become data. Required.",
       a_converter()},
      {"header.converter", class_name, "org.apache.kafka.connect.storage.SimpleHeaderConverter", kConverters,
       "How headers of records become data.", a_converter()},
      {"listeners", list, "http://127.0.0.1:8083", kRest,
       "Where the REST API listens, http://host:port separated by commas; no host means every address. There is no "
       "login yet: let it be reached by those only who may change connectors.",
       http_listeners()},
      {"sinkway.metrics.listeners", list, "", kRest, "Further listeners that serve GET /metrics and nothing else.",
       http_listeners()},
      {"rest.advertised.host.name", string, "", kRest, "The host in worker_id; the listener's when empty."},
      {"rest.advertised.port", string, "", kRest, "The port in worker_id; the listener's when empty."},
      {"rest.advertised.listener", string, "", kRest, "Which protocol is advertised; http is the only one.",
       check::one_of({"", "http"})},
      {"rest.extension.classes", list, "", kRest, "Extensions of the REST API, such as a login.", not_available()},
      {"plugin.path", string, "", kTasks,
       "Files and folders with plugins (*.so), separated by commas. When empty, those that came with sinkway."},
      {"config.providers", list, "", kTasks,
       "Names of config providers for ${name:...} in configurations; config.providers.<name>.class says which."},
      {"offset.flush.interval.ms", long_integer, "5000", kTasks, "How often positions are committed to Kafka.",
       check::between(1, 86'400'000)},
      {"task.shutdown.graceful.timeout.ms", long_integer, "5000", kTasks,
       "How long tasks may take to end, all together.",
       check::between(0, 86'400'000)},
      {"sinkway.memory.budget", string, "", kTasks,
       "Memory for all tasks, e.g. 512m. When empty, a quarter of the machine's or container's memory, at most 1g.",
       a_size()},
      {"sinkway.state.file", string, "", kTasks,
       "Where connectors are kept. When empty, connectors.json in $STATE_DIRECTORY, else in sinkway of $XDG_STATE_HOME "
       "or ~/.local/state."},
      {"sinkway.log.level", string, "info", kTasks, "trace, debug, info, warn, error or off.",
       check::one_of({"trace", "debug", "info", "warn", "error", "off"})},
      {"offset.storage.file.filename", string, "", kIgnored,
       "Offsets of source connectors. Sinks have theirs in Kafka or the database."},
      {"offset.flush.timeout.ms", long_integer, "5000", kIgnored, "Commits never wait here."},
      {"plugin.discovery", string, "hybrid_warn", kIgnored, "Plugins say themselves what they are."},
      {"metrics.sample.window.ms", long_integer, "30000", kIgnored, "Averages are made by Prometheus."},
      {"metrics.num.samples", integer, "2", kIgnored, "Averages are made by Prometheus."},
      {"metrics.recording.level", string, "INFO", kIgnored, "Everything is recorded."},
      {"metric.reporters", list, "", kIgnored, "See GET /metrics."},
      {"topic.tracking.enable", boolean, "true", kIgnored, "Topics of connectors are not tracked yet."},
      {"topic.tracking.allow.reset", boolean, "true", kIgnored, "Topics of connectors are not tracked yet."},
      {"admin.listeners", list, std::nullopt, kIgnored, "There are no admin resources yet."},
      {"access.control.allow.origin", string, "", kIgnored, "Browsers of other origins get no answer."},
      {"access.control.allow.methods", string, "", kIgnored, "Browsers of other origins get no answer."},
      {"response.http.headers.config", string, "", kIgnored, "No headers are added."},
      {"group.id", string, "", kIgnored,
       "This worker runs alone: distributed mode is not available in this version of sinkway."},
      {"config.storage.topic", string, "", kIgnored,
       "Distributed mode, see group.id. Connectors are kept in sinkway.state.file."},
      {"offset.storage.topic", string, "", kIgnored, "Distributed mode, see group.id."},
      {"status.storage.topic", string, "", kIgnored, "Distributed mode, see group.id."},
  };
}

ConfigDef make_definition() {
  ConfigDef definition;
  for (auto& row : rows()) {
    ConfigKey key;
    key.name = row.name;
    key.type = row.type;
    key.default_value = row.otherwise;
    key.required = key.name == "key.converter" || key.name == "value.converter";
    key.group = row.group;
    key.documentation = row.documentation;
    key.check = std::move(row.check);
    definition.add(std::move(key));
  }
  return definition;
}

}  // namespace

const ConfigDef& worker_definition() {
  static const ConfigDef definition = make_definition();
  return definition;
}

const std::vector<KeyFamily>& worker_key_families() {
  static const std::vector<KeyFamily> families = {
      {"consumer.", "Settings of the Kafka consumers of all tasks, as Java's clients or librdkafka spell them."},
      {"admin.",
       "Settings of the clients that ask for the id of the Kafka cluster and make the topics of dead letters."},
      {"producer.", "Settings of the producers of dead letters."},
      {"key.converter.", "Settings of the key converter."},
      {"value.converter.", "Settings of the value converter."},
      {"header.converter.", "Settings of the header converter."},
      {"config.providers.", "Classes and parameters of the config providers."},
      {"security.", "As admin.security."},
      {"sasl.", "As admin.sasl."},
      {"ssl.", "As admin.ssl."},
      {"config.storage.", ""},
      {"offset.storage.", ""},
      {"status.storage.", ""},
      {"internal.", ""},
      {"listeners.https.", ""},
  };
  return families;
}

}  // namespace sinkway::app
