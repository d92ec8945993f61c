#include "host/worker/connector_config.hpp"

#include <algorithm>
#include <array>

#include "host/convert/converter_set.hpp"
#include "host/kafka/topic_pattern.hpp"

namespace sinkway::worker {
namespace {

using enum ConfigType;

constexpr const char* kCommon = "Common";
constexpr const char* kErrors = "Error Handling";

// One key of the table.
struct Row {
  std::string name;
  ConfigType type = string;
  std::optional<std::string> otherwise;
  Importance importance = Importance::medium;
  const char* group = kCommon;
  int order = 0;
  Width width = Width::medium;
  std::string shown, documentation;
  check::Check check = nullptr;
  std::vector<std::string> choices = {};
};

ConfigKey key_of(Row row) {
  ConfigKey key;
  // name and connector.class are all that a connector must say.
  key.required = row.name == "name" || row.name == "connector.class";
  key.name = std::move(row.name);
  key.type = row.type;
  key.default_value = std::move(row.otherwise);
  key.importance = row.importance;
  key.group = row.group;
  key.order = row.order;
  key.width = row.width;
  key.display_name = std::move(row.shown);
  key.documentation = std::move(row.documentation);
  key.check = std::move(row.check);
  key.recommended = std::move(row.choices);
  return key;
}

std::vector<std::string> converter_names(bool for_headers) {
  std::vector<std::string> names;
  for (const auto& each : convert::converter_classes())
    if (!for_headers || each.for_headers) names.push_back(each.name);
  return names;
}

check::Check known_converter(bool for_headers) {
  return [for_headers](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value) return std::nullopt;
    const auto* found = convert::find_converter(*value);
    if (!found) return "Class " + *value + " could not be found.";
    if (for_headers && !found->for_headers) return "Class " + *value + " is not a header converter.";
    return std::nullopt;
  };
}

void add_converter(std::vector<Row>& rows, const std::string& what, const std::string& shown, const std::string& worker,
                   int order) {
  const auto otherwise = worker.empty() ? std::nullopt : std::optional(worker);
  rows.push_back({what + ".converter", class_name, otherwise, Importance::low, kCommon, order, Width::short_width,
                  shown + " converter class",
                  "How the bytes of a record's " + what + " become data. The worker's converter, with the worker's "
                  "settings, unless it is set here; settings beside it then count alone.",
                  known_converter(what == "header"), converter_names(what == "header")});
  rows.push_back({what + ".converter.plugin.version", string, std::nullopt, Importance::low, kCommon, order + 1,
                  Width::short_width, shown + " converter version", "The version of the " + what + " converter.",
                  nullptr, {std::string(kConnectVersion)}});
}

std::vector<Row> common_rows(const ConverterClasses& worker) {
  std::vector<Row> rows = {
      {"name", string, {}, Importance::high, kCommon, 1, Width::medium, "Connector name",
       "The name of the connector, unique in the worker. Its consumer group is connect-<name>.",
       check::non_empty_without_control_chars()},
      {"connector.class", string, {}, Importance::high, kCommon, 2, Width::long_width, "Connector class",
       "The class of the connector: its full name, or the last part of it, with or without Connector at its end."},
      {"connector.plugin.version", string, {}, Importance::medium, kCommon, 3, Width::medium, "Connector version",
       "The version of the connector's plugin; the loaded one when it is left out."},
      {"tasks.max", integer, "1", Importance::high, kCommon, 4, Width::short_width, "Tasks max",
       "At most this many tasks share the partitions of the topics.", check::at_least(1)},
      {"tasks.max.enforce", boolean, "true", Importance::low, kCommon, 5, Width::short_width, "Enforce tasks max",
       "Whether a connector that wants more tasks than tasks.max fails."},
  };
  add_converter(rows, "key", "Key", worker.key, 6);
  add_converter(rows, "value", "Value", worker.value, 8);
  add_converter(rows, "header", "Header", worker.header, 10);
  return rows;
}

std::vector<Row> processing_rows() {
  return {
      {"transforms", list, "", Importance::low, "Transforms", 12, Width::long_width, "Transforms",
       "Names of the transformations of each record, in their order. Not available in this version of sinkway."},
      {"predicates", list, "", Importance::low, "Predicates", 13, Width::long_width, "Predicates",
       "Names of the predicates that transformations may ask. Not available in this version of sinkway."},
      {"config.action.reload", string, "restart", Importance::low, kCommon, 14, Width::medium, "Reload action",
       "What to do when a config provider reports that a value has run out.", check::one_of({"none", "restart"}),
       {"none", "restart"}},
      {"errors.retry.timeout", long_integer, "0", Importance::medium, kErrors, 1, Width::medium,
       "Retry timeout for errors",
       "For how many milliseconds the conversion of a record is tried again when time may heal the error; -1: for "
       "ever."},
      {"errors.retry.delay.max.ms", long_integer, "60000", Importance::medium, kErrors, 2, Width::medium,
       "Maximum delay between retries for errors", "The longest time in milliseconds between two tries."},
      {"errors.tolerance", string, "none", Importance::medium, kErrors, 3, Width::short_width, "Error tolerance",
       "none: a record that cannot be delivered fails the task. all: it is skipped and counted. A dead letter is sent "
       "in both cases.",
       check::one_of({"none", "all"}), {"none", "all"}},
      {"errors.log.enable", boolean, "false", Importance::medium, kErrors, 4, Width::short_width, "Log errors",
       "Whether each record that cannot be delivered is logged with the reason."},
      {"errors.log.include.messages", boolean, "false", Importance::medium, kErrors, 5, Width::short_width,
       "Log error details",
       "Whether such a line also names topic, partition, offset and timestamp. The content of a record is never "
       "logged."},
  };
}

std::vector<Row> sink_rows() {
  return {
      {"topics", list, "", Importance::high, kCommon, 4, Width::long_width, "Topics",
       "The topics to read, separated by commas. Either this or topics.regex."},
      {"topics.regex", string, "", Importance::high, kCommon, 4, Width::long_width, "Topics regex",
       "A regular expression that the whole name of a topic to read matches. Either this or topics."},
      {"errors.deadletterqueue.topic.name", string, "", Importance::medium, kErrors, 6, Width::medium,
       "Dead Letter Queue Topic Name",
       "The topic for records that cannot be delivered: each is sent there as it was consumed, and its offset is "
       "committed only when Kafka has it. Blank: there is none. It must not be one of the topics that the connector "
       "reads."},
      {"errors.deadletterqueue.topic.replication.factor", short_integer, "3", Importance::medium, kErrors, 7,
       Width::medium, "Dead Letter Queue Topic Replication Factor",
       "Used when the dead letter topic is created, with one partition, at the start of a task; 1 for a single "
       "broker."},
      {"errors.deadletterqueue.context.headers.enable", boolean, "false", Importance::medium, kErrors, 8, Width::medium,
       "Enable Error Context Headers",
       "Whether dead letters carry the headers __connect.errors.* that tell where they come from and what went wrong."},
  };
}

std::vector<Row> sinkway_rows() {
  return {
      {"sinkway.batch.bytes", integer, "16777216", Importance::low, "Sinkway", 1, Width::medium, "Batch bytes",
       "A batch is handed to the connector when its records take this many bytes.", check::between(65'536, 1 << 28)},
      {"sinkway.batch.linger.ms", integer, "1000", Importance::low, "Sinkway", 2, Width::medium, "Batch linger",
       "A record waits at most this many milliseconds for others to fill its batch.", check::between(0, 3'600'000)},
  };
}

void add(ConfigDef& definition, std::vector<Row> rows) {
  for (auto& row : rows) definition.add(key_of(std::move(row)));
}

void add_error(Validation& validation, std::string_view name, const std::string& message) {
  if (auto* found = validation.find(name)) found->errors.push_back(message);
}

// Whoever reads the own dead letters makes new ones of them for ever (KAFKA-9985).
void check_dead_letter_topic(const ConfigMap& config, Validation& validation) {
  const std::string letters = dead_letter_topic(config);
  if (letters.empty()) return;
  const auto topics = topics_of(config);
  if (std::find(topics.begin(), topics.end(), letters) != topics.end())
    add_error(validation, "topics",
              "The DLQ topic '" + letters + "' may not be included in the list of topics ('topics=" +
                  config.get_or("topics", "") + "') consumed by the connector");
  const std::string regex(trimmed(config.get_or("topics.regex", "")));
  if (regex.empty()) return;
  if (const auto pattern = kafka::compile_pattern(regex); pattern && std::regex_match(letters, *pattern))
    add_error(validation, "topics.regex",
              "The DLQ topic '" + letters + "' may not be included in the regex matching the topics ('topics.regex=" +
                  regex + "') consumed by the connector");
}

}  // namespace

std::string dead_letter_topic(const ConfigMap& config) {
  return std::string(trimmed(config.get_or("errors.deadletterqueue.topic.name", "")));
}

ConfigDef sink_connector_config(const ConverterClasses& worker) {
  ConfigDef definition;
  add(definition, common_rows(worker));
  add(definition, processing_rows());
  add(definition, sink_rows());
  return definition;
}

ConfigDef sinkway_connector_config() {
  ConfigDef definition;
  add(definition, sinkway_rows());
  return definition;
}

void check_together(const ConfigMap& config, Validation& validation) {
  const bool topics = !trimmed(config.get_or("topics", "")).empty();
  const bool regex = !trimmed(config.get_or("topics.regex", "")).empty();
  if (topics == regex)
    for (const auto* name : {"topics", "topics.regex"})
      add_error(validation, name, topics ? "topics and topics.regex are mutually exclusive options, but both are set."
                                         : "Must configure one of topics or topics.regex");
  check_dead_letter_topic(config, validation);
  constexpr std::array kNotYet = {"transforms", "predicates"};
  for (const std::string name : kNotYet) {
    const std::string value(trimmed(config.get_or(name, "")));
    if (!value.empty())
      add_error(validation, name,
                "Invalid value " + value + " for configuration " + name + ": not available in this version of sinkway");
  }
}

std::vector<std::string> topics_of(const ConfigMap& config) {
  std::vector<std::string> topics;
  for (auto& topic : list_items(config.get_or("topics", "")))
    if (!topic.empty() && std::find(topics.begin(), topics.end(), topic) == topics.end())
      topics.push_back(std::move(topic));
  return topics;
}

std::string group_of(const std::string& name, const ConfigMap& config) {
  return config.get_or("consumer.override.group.id", "connect-" + name);
}

}  // namespace sinkway::worker
