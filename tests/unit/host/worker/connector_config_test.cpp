#include "host/worker/connector_config.hpp"

#include <gtest/gtest.h>

namespace sinkway::worker {
namespace {

const ConverterClasses kClasses{"org.apache.kafka.connect.storage.StringConverter",
                                "org.apache.kafka.connect.json.JsonConverter",
                                "org.apache.kafka.connect.storage.SimpleHeaderConverter"};

TEST(SinkConnectorConfig, HasConnectsKeysInConnectsOrder) {
  std::string listed;
  const ConfigDef definition = sink_connector_config(kClasses);
  for (const auto& key : definition.keys())
    listed += key.name + " | " + key.group + " " + std::to_string(key.order) + " | " +
              std::string(name_of(key.width)) + "\n";
  EXPECT_EQ(listed,
            "name | Common 1 | MEDIUM\n"
            "connector.class | Common 2 | LONG\n"
            "connector.plugin.version | Common 3 | MEDIUM\n"
            "tasks.max | Common 4 | SHORT\n"
            "tasks.max.enforce | Common 5 | SHORT\n"
            "key.converter | Common 6 | SHORT\n"
            "key.converter.plugin.version | Common 7 | SHORT\n"
            "value.converter | Common 8 | SHORT\n"
            "value.converter.plugin.version | Common 9 | SHORT\n"
            "header.converter | Common 10 | SHORT\n"
            "header.converter.plugin.version | Common 11 | SHORT\n"
            "transforms | Transforms 12 | LONG\n"
            "predicates | Predicates 13 | LONG\n"
            "config.action.reload | Common 14 | MEDIUM\n"
            "errors.retry.timeout | Error Handling 1 | MEDIUM\n"
            "errors.retry.delay.max.ms | Error Handling 2 | MEDIUM\n"
            "errors.tolerance | Error Handling 3 | SHORT\n"
            "errors.log.enable | Error Handling 4 | SHORT\n"
            "errors.log.include.messages | Error Handling 5 | SHORT\n"
            "topics | Common 4 | LONG\n"
            "topics.regex | Common 4 | LONG\n"
            "errors.deadletterqueue.topic.name | Error Handling 6 | MEDIUM\n"
            "errors.deadletterqueue.topic.replication.factor | Error Handling 7 | MEDIUM\n"
            "errors.deadletterqueue.context.headers.enable | Error Handling 8 | MEDIUM\n");
}

TEST(SinkConnectorConfig, DocumentsEveryKeyAndShowsTheWorkersConverters) {
  const ConfigDef definition = sink_connector_config(kClasses);
  for (const auto& key : definition.keys())
    EXPECT_FALSE(key.documentation.empty() || key.display_name.empty()) << key.name;
  EXPECT_EQ(definition.find("value.converter")->default_value, kClasses.value);
  EXPECT_FALSE(definition.find("value.converter")->recommended.empty());
}

std::string errors_of(const ConfigMap& config) {
  ConfigMap whole{{"name", "a"}, {"connector.class", "x"}};
  for (const auto& [key, value] : config) whole.set(key, value);
  auto validation = validate(sink_connector_config(kClasses), whole);
  check_together(whole, validation);
  std::string text;
  for (const auto& key : validation.keys)
    for (const auto& error : key.errors) text += key.name + ": " + error + "\n";
  return text;
}

TEST(CheckTogether, WantsTopicsOrAPattern) {
  EXPECT_EQ(errors_of({{"topics", "a"}}), "");
  EXPECT_EQ(errors_of({{"topics.regex", "a.*"}}), "");
  EXPECT_EQ(errors_of({{"topics", " "}}),
            "topics: Must configure one of topics or topics.regex\n"
            "topics.regex: Must configure one of topics or topics.regex\n");
  EXPECT_EQ(errors_of({{"topics", "a"}, {"topics.regex", "b"}}),
            "topics: topics and topics.regex are mutually exclusive options, but both are set.\n"
            "topics.regex: topics and topics.regex are mutually exclusive options, but both are set.\n");
}

TEST(CheckTogether, RefusesWhatThisVersionWouldSilentlyIgnore) {
  EXPECT_EQ(errors_of({{"topics", "a"}, {"transforms", "route"}}),
            "transforms: Invalid value route for configuration transforms: not available in this version of sinkway\n");
  EXPECT_NE(errors_of({{"topics", "a"}, {"predicates", "p"}}), "");
  EXPECT_EQ(errors_of({{"topics", "a"}, {"transforms", ""}, {"errors.retry.timeout", "-1"},
                       {"errors.retry.delay.max.ms", "5"}}), "");
}

TEST(CheckTogether, RefusesADeadLetterTopicThatIsReadAgain) {
  EXPECT_EQ(errors_of({{"topics", "a,b"}, {"errors.deadletterqueue.topic.name", "dlq"}}), "");
  EXPECT_EQ(errors_of({{"topics", "a"}, {"errors.deadletterqueue.topic.name", " "}}), "");
  EXPECT_EQ(errors_of({{"topics", "a, dlq"}, {"errors.deadletterqueue.topic.name", " dlq "}}),
            "topics: The DLQ topic 'dlq' may not be included in the list of topics ('topics=a, dlq') consumed by the "
            "connector\n");
  EXPECT_EQ(errors_of({{"topics.regex", "d.*"}, {"errors.deadletterqueue.topic.name", "dlq"}}),
            "topics.regex: The DLQ topic 'dlq' may not be included in the regex matching the topics "
            "('topics.regex=d.*') consumed by "
            "the connector\n");
  EXPECT_EQ(errors_of({{"topics.regex", "d"}, {"errors.deadletterqueue.topic.name", "dlq"}}), "")
      << "the whole name must match";
}

TEST(SinkConnectorConfig, RefusesUnknownConverters) {
  EXPECT_EQ(errors_of({{"topics", "a"}, {"value.converter", "com.acme.X"}}),
            "value.converter: Invalid value com.acme.X for configuration value.converter: "
            "Class com.acme.X could not be found.\n");
  EXPECT_EQ(errors_of({{"topics", "a"}, {"value.converter", "JsonConverter"}}), "");
}

TEST(Topics, AreTrimmedAndEachOnce) {
  EXPECT_EQ(topics_of({{"topics", " b, a ,,b,c"}}), (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_TRUE(topics_of({}).empty());
}

TEST(Group, IsTheConnectorsUnlessOverridden) {
  EXPECT_EQ(group_of("a", {}), "connect-a");
  EXPECT_EQ(group_of("a", {{"consumer.override.group.id", "mine"}}), "mine");
}

}  // namespace
}  // namespace sinkway::worker
