#include "host/worker/connector_validation.hpp"

#include <gtest/gtest.h>

#include "host/worker/client_overrides.hpp"
#include "host/worker/dead_letter_config.hpp"
#include "host/worker/task_spec.hpp"
#include "host/worker/worker.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sinkway::worker {
namespace {

plugin::Manifest duck() {
  ConfigKey url, size, delivery;
  url.name = "connection.url";
  url.required = true;
  url.group = "Database";
  size.name = "batch.size";
  size.type = ConfigType::integer;
  size.default_value = "50000";
  size.check = check::at_least(1);
  delivery.name = "delivery";
  delivery.default_value = "exactly_once";
  plugin::Manifest manifest;
  manifest.name = "org.acme.DuckSinkConnector";
  manifest.version = "1.2.0";
  manifest.definition = {url, size, delivery};
  return manifest;
}

class ConnectorValidationTest : public testing::Test {
 protected:
  ConnectorValidationTest() {
    folder.write("db.properties", "url=jdbc:postgresql://secret-host/db\nsize=none\n");
    properties = {{"bootstrap.servers", "localhost:1"},
                  {"config.providers", "file"},
                  {"config.providers.file.class", "FileConfigProvider"},
                  {"value.converter.schemas.enable", "false"},
                  {"consumer.max.poll.interval.ms", "60000"}};
    providers = *ConfigProviders::make(properties, Logger::none());
    registry.add(duck());
    settings.properties = properties;
    settings.converters = {"org.apache.kafka.connect.storage.StringConverter",
                           "org.apache.kafka.connect.json.JsonConverter",
                           "org.apache.kafka.connect.storage.SimpleHeaderConverter"};
    settings.plugins = &registry;
    settings.providers = &providers;
    settings.memory_budget = std::size_t{1} << 30;
  }
  static ConfigMap config(const ConfigMap& more = {}) {
    ConfigMap whole{{"name", "a"}, {"connector.class", "DuckSink"}, {"topics", "t"}, {"connection.url", "x"}};
    for (const auto& [key, value] : more) whole.set(key, value);
    return whole;
  }
  [[nodiscard]] Validation validated(const ConfigMap& more = {}) const {
    auto found = validate_connector(duck(), "a", config(more), settings);
    EXPECT_TRUE(found) << found.error().text();
    return *found;
  }
  [[nodiscard]] std::string errors(const ConfigMap& more) const {
    std::string text;
    const Validation found = validated(more);
    for (const auto& key : found.keys)
      for (const auto& error : key.errors) text += key.name + ": " + error + "\n";
    return text;
  }
  [[nodiscard]] Result<task::TaskSpec> spec(const ConfigMap& more, bool paused = false) const {
    return make_task_spec({{"a", 3}, config(more), config(more), 4, paused}, *registry.find("DuckSink"), 1, settings);
  }

  test::TemporaryFolder folder;
  ConfigMap properties;
  ConfigProviders providers;
  plugin::PluginRegistry registry;
  WorkerSettings settings;
};

TEST_F(ConnectorValidationTest, ListsTheFrameworksKeysThenThePlugins) {
  auto found = validated();
  EXPECT_EQ(found.error_count(), 0U) << errors({});
  EXPECT_EQ(found.name, "DuckSink");
  EXPECT_EQ(found.keys.front().name, "name");
  EXPECT_EQ(found.keys.back().name, "delivery");
  EXPECT_EQ(found.groups,
            (std::vector<std::string>{"Common", "Transforms", "Predicates", "Error Handling", "Database"}));
  EXPECT_EQ(found.find("connector.plugin.version")->value, "1.2.0");
}

TEST_F(ConnectorValidationTest, ChecksTheClientsOfDeadLettersWhereThereAreSome) {
  const ConfigMap overrides{{"producer.override.acks", "many"}, {"admin.override.ssl.key.password", "s3cret"}};
  EXPECT_EQ(errors(overrides), "") << "they are not used";
  ConfigMap with_letters = overrides;
  with_letters.set("errors.deadletterqueue.topic.name", "dlq");
  EXPECT_NE(errors(with_letters).find("producer.override.acks: Invalid value many"), std::string::npos)
      << errors(with_letters);
  EXPECT_EQ(validated(with_letters).find("admin.override.ssl.key.password")->value, "[hidden]");
  settings.override_policy = "None";
  EXPECT_NE(errors(with_letters).find("The 'None' policy does not allow 'ssl.key.password'"), std::string::npos);
}

TEST_F(ConnectorValidationTest, DeadLettersGoWhereTheirLayersSay) {
  properties.set("producer.linger.ms", "7");
  properties.set("producer.client.id", "worker's");
  properties.set("admin.client.id", "worker's");
  properties.set("sasl.username", "u");
  properties.set("consumer.client.id", "no");
  settings.properties = properties;
  const auto address = dead_letter_address(config({{"errors.deadletterqueue.topic.name", " dlq "},
                                                   {"errors.deadletterqueue.topic.replication.factor", " 2"},
                                                   {"producer.override.client.id", "own"},
                                                   {"producer.override.max.request.size", "2000000"}}),
                                           settings, Logger::none());
  ASSERT_TRUE(address) << address.error().text();
  EXPECT_EQ(address->topic, "dlq");
  EXPECT_EQ(address->replication_factor, 2);
  EXPECT_EQ(address->producer.get("client.id"), "own");
  EXPECT_EQ(address->producer.get("linger.ms"), "7");
  EXPECT_EQ(address->producer.get("message.max.bytes"), "2000000");
  EXPECT_EQ(address->producer.get("acks"), "all");
  EXPECT_EQ(address->producer.get("sasl.username"), std::nullopt)
      << "as in Kafka Connect, only admin clients have the worker's own";
  EXPECT_EQ(address->admin.get("client.id"), "worker's");
  EXPECT_EQ(address->admin.get("sasl.username"), "u");
  EXPECT_EQ(address->admin.get("bootstrap.servers"), address->producer.get("bootstrap.servers"));
}

TEST_F(ConnectorValidationTest, ATaskKnowsWhatToDoAboutErrors) {
  errors::DeadLetterSender sender{Logger::none()};
  settings.dead_letters = &sender;
  auto plain = spec({});
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(plain->dead_letters.queue, nullptr);
  EXPECT_EQ(plain->retries.timeout, Milliseconds(0));
  EXPECT_EQ(plain->retries.delay_max, Milliseconds(60'000));
  EXPECT_EQ(plain->value_class, "org.apache.kafka.connect.json.JsonConverter");
  auto full = spec({{"errors.deadletterqueue.topic.name", "dlq"},
                    {"errors.deadletterqueue.context.headers.enable", "true"},
                    {"errors.retry.timeout", "-1"},
                    {"errors.retry.delay.max.ms", "5"},
                    {"errors.log.include.messages", "TRUE"},
                    {"value.converter", "StringConverter"}});
  ASSERT_TRUE(full) << full.error().text();
  ASSERT_NE(full->dead_letters.queue, nullptr);
  EXPECT_EQ(full->dead_letters.queue->topic(), "dlq");
  EXPECT_TRUE(full->dead_letters.context_headers);
  EXPECT_EQ(full->retries.timeout, Milliseconds(-1));
  EXPECT_EQ(full->retries.delay_max, Milliseconds(5));
  EXPECT_TRUE(full->log_places);
  EXPECT_EQ(full->value_class, "org.apache.kafka.connect.storage.StringConverter");
}

TEST_F(ConnectorValidationTest, FindsWhatIsWrong) {
  struct Case {
    ConfigMap more;
    const char* expected;
  };
  const Case cases[] = {
      {{{"batch.size", "0"}}, "batch.size: Invalid value 0 for configuration batch.size: Value must be at least 1\n"},
      {{{"topics", ""}, {"topics.regex", "a("}},
       "topics.regex: Invalid value a( for configuration topics.regex: Must be a valid regex\n"},
      {{{"connector.plugin.version", "9.9"}},
       "connector.plugin.version: Plugin org.acme.DuckSinkConnector not found that matches the version range "
       "[9.9,9.9], available versions: [1.2.0]\n"},
      {{{"connector.plugin.version", "1.2.0"}}, ""},
      {{{"consumer.override.auto.offset.reset", "latest"}}, ""},
      {{{"value.converter", "JsonConverter"}, {"value.converter.schemas.enable", "maybe"}},
       "value.converter.schemas.enable: Invalid value maybe for configuration value.converter.schemas.enable: "
       "Expected value to be either true or false\n"},
      {{{"value.converter.schemas.enable", "maybe"}}, ""},  // without value.converter it does not count
      {{{"sinkway.batch.bytes", "1"}},
       "sinkway.batch.bytes: Invalid value 1 for configuration sinkway.batch.bytes: Value must be at least 65536\n"},
      {{{"anything.else", "1"}}, ""},
  };
  for (const auto& each : cases) EXPECT_EQ(errors(each.more), each.expected);
}

TEST_F(ConnectorValidationTest, ShowsPlaceholdersAndNeverTheirValues) {
  const std::string url = "${file:" + folder.path("db.properties") + ":url}", size =
      "${file:" + folder.path("db.properties") + ":size}";
  auto found = validated({{"connection.url", url}, {"batch.size", size}});
  EXPECT_EQ(found.find("connection.url")->value, url);
  ASSERT_FALSE(found.find("batch.size")->errors.empty());
  EXPECT_EQ(found.find("batch.size")->errors[0],
            "Invalid value " + size + " for configuration batch.size: Not a number of type INT");
  const auto missing = validate_connector(duck(), "a", config({{"connection.url", "${file:/nowhere:url}"}}), settings);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text().find("connection.url"), std::string::npos);
}

TEST_F(ConnectorValidationTest, HoldsOverridesAgainstThePolicyAndTheClient) {
  settings.override_policy = "None";
  EXPECT_EQ(errors({{"consumer.override.max.poll.records", "1"}}),
            "consumer.override.max.poll.records: The 'None' policy does not allow 'max.poll.records' to be "
            "overridden in the connector configuration.\n");
  settings.override_policy = "Principal";
  EXPECT_EQ(errors({{"consumer.override.sasl.mechanism", "PLAIN"}}), "");
  EXPECT_NE(errors({{"consumer.override.max.poll.records", "1"}}), "");
  settings.override_policy = "All";
  EXPECT_NE(errors({{"consumer.override.session.timeout.ms", "soon"}}), "");
  auto found = validated({{"consumer.override.ssl.key.password", "hush"}});
  const auto* entry = found.find("consumer.override.ssl.key.password");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->value, "[hidden]");
  EXPECT_EQ(entry->definition->display_name, "ssl.key.password");
  EXPECT_EQ(entry->definition->order, -1);
}

TEST_F(ConnectorValidationTest, NamesUnknownKeysWithTheNearestKnownOne) {
  const auto definition = connector_definition(duck(), settings);
  EXPECT_EQ(unknown_keys(definition,
                         config({{"topcs", "x"}, {"consumer.override.x", "1"}, {"value.converter.x", "1"},
                                 {"qqqqqq", "1"}})),
            (std::vector<std::string>{"unknown key topcs, did you mean topics?", "unknown key qqqqqq"}));
}

TEST_F(ConnectorValidationTest, ChoosesConvertersAsConnectDoes) {
  EXPECT_EQ(choose_converter("value", {}, settings).class_name, settings.converters.value);
  EXPECT_EQ(choose_converter("value", {{"value.converter.schemas.enable", "true"}}, settings).settings,
            (ConfigMap{{"schemas.enable", "false"}}))
      << "settings without a class do not count";
  const auto own = choose_converter("value", {{"value.converter", " JsonConverter "}, {"value.converter.a", "b"}},
                                    settings);
  EXPECT_EQ(own.class_name, "JsonConverter");
  EXPECT_EQ(own.settings, (ConfigMap{{"a", "b"}})) << "the worker's settings are not mixed in";
}

TEST_F(ConnectorValidationTest, TurnsAConfigurationIntoATask) {
  const auto made = spec({{"batch.size", "3000"},
                          {"sinkway.batch.linger.ms", "1"},
                          {"errors.tolerance", "all"},
                          {"errors.log.enable", "TRUE"},
                          {"topics", "x, y,x"},
                          {"connection.url", "${file:" + folder.path("db.properties") + ":url}"}},
                         true);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->connector, "a");
  EXPECT_EQ(made->index, 3);
  EXPECT_EQ(made->plugin->name, "org.acme.DuckSinkConnector");
  EXPECT_EQ(made->topics, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(made->config.get("connection.url"), "jdbc:postgresql://secret-host/db");
  EXPECT_TRUE(made->tolerate_all);
  EXPECT_TRUE(made->log_errors);
  EXPECT_TRUE(made->start_paused);
  EXPECT_EQ(made->limits.rows, 3'000U);
  EXPECT_EQ(made->limits.bytes, std::size_t{16} << 20);
  EXPECT_EQ(made->limits.linger, Milliseconds(1));
  EXPECT_LE(made->limits.min_linger, made->limits.linger);
  EXPECT_EQ(made->max_poll_interval, Milliseconds(60'000));
  EXPECT_TRUE(made->make_value_converter());
  EXPECT_TRUE(made->make_header_converter());
}

TEST_F(ConnectorValidationTest, RefusesATaskThatCannotWork) {
  const auto converter = spec({{"value.converter", "JsonConverter"}, {"value.converter.schemas.enable", "maybe"}});
  ASSERT_FALSE(converter);
  EXPECT_NE(converter.error().text().find("value.converter"), std::string::npos);
  EXPECT_FALSE(spec({{"consumer.override.session.timeout.ms", "soon"}}));
  EXPECT_FALSE(spec({{"connection.url", "${file:/nowhere:url}"}}));
}

TEST_F(ConnectorValidationTest, WorkerMakesTaskConfigsForTasksMax) {
  Worker worker(settings);
  const std::string url = "${file:" + folder.path("db.properties") + ":url}";
  const auto made = worker.task_configs(*worker.find_plugin("DuckSink"), "a",
                                        config({{"tasks.max", "3"}, {"connection.url", url}}));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 3U);
  EXPECT_EQ((*made)[2].get("connection.url"), url);
  EXPECT_EQ((*made)[2].get("task.class"), "org.acme.DuckSinkTask");
  const auto lost = worker.start_task({{"a", 0}, {{"connector.class", "Vault"}}, {}, 1, false}, nullptr);
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().text().find("Vault"), std::string::npos);
  EXPECT_EQ(worker.reap(Milliseconds(0)), 0U);
}

}  // namespace
}  // namespace sinkway::worker
