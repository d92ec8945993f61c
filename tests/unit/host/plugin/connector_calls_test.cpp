#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "host/plugin/plugin_registry.hpp"

namespace sinkway::plugin {
namespace {

sinkway_string text(std::string_view words) { return {words.data(), words.size()}; }

// How the connector under test behaves, and how many of it are alive.
struct Script {
  void (*validate)(sinkway_connector*, const sinkway_finding_list*, sinkway_outcome*) = nullptr;
  void (*task_configs)(sinkway_connector*, std::int32_t, const sinkway_config_list*, sinkway_outcome*) = nullptr;
  const void* (*get_extension)(sinkway_connector*, sinkway_string) = nullptr;
  bool makes_none = false;
  int alive = 0;
} script;

sinkway_connector* create(const sinkway_descriptor*, const sinkway_host* host) {
  if (script.makes_none) return nullptr;
  ++script.alive;
  return new sinkway_connector{sizeof(sinkway_connector), 0, const_cast<sinkway_host*>(host), script.validate, script.task_configs,
                               [](sinkway_connector* connector) {
                                 --script.alive;
                                 delete connector;
                               },
                               script.get_extension};
}

class ConnectorCallsTest : public ::testing::Test {
 protected:
  ConnectorCallsTest() {
    script = {};
    descriptor_.struct_size = sizeof(sinkway_descriptor);
    descriptor_.create_connector = create;
    manifest_.name = "a.SinkConnector";
    manifest_.descriptor = &descriptor_;
    validation_.keys.push_back({});
    validation_.keys[0].name = "url";
  }
  ~ConnectorCallsTest() override { EXPECT_EQ(script.alive, 0); }

  void validate() { validate_with_plugin(manifest_, "weather", config_, validation_, Logger::none()); }
  Result<std::vector<ConfigMap>> task_configs(int most) {
    return plugin_task_configs(manifest_, "weather", config_, most, Logger::none());
  }

  sinkway_descriptor descriptor_{};
  Manifest manifest_;
  Validation validation_;
  ConfigMap config_{{"url", "here"}, {"topics", "t"}};
};

TEST_F(ConnectorCallsTest, FindingsAreAddedToTheirKeysAndUnknownKeysComeFirst) {
  script.validate = [](sinkway_connector*, const sinkway_finding_list* findings, sinkway_outcome* outcome) {
    const sinkway_finding known{text("url"), text("nobody there")}, unknown{text("extra"), text("what is this")};
    findings->add(findings->data, &known);
    findings->add(findings->data, &unknown);
    outcome->code = SINKWAY_OK;
  };
  validate();
  ASSERT_EQ(validation_.keys.size(), 2u);
  EXPECT_EQ(validation_.keys[0].name, "extra");
  EXPECT_EQ(validation_.keys[1].errors, std::vector<std::string>{"nobody there"});
}

TEST_F(ConnectorCallsTest, NotesOfAValidationThatWentWellStandBesideTheirKeysAndAreNoErrors) {
  static const sinkway_notes kNotes{sizeof(sinkway_notes), 0,
                                    [](sinkway_connector*, const sinkway_finding_list* notes, sinkway_outcome* outcome) {
                                      const sinkway_finding known{text("url"), text("a table will be made")}, unknown{text("extra"), text("lost")};
                                      notes->add(notes->data, &known);
                                      notes->add(notes->data, &unknown);
                                      outcome->code = SINKWAY_OK;
                                    }};
  script.get_extension = [](sinkway_connector*, sinkway_string id) -> const void* {
    return std::string_view(id.data, id.size) == SINKWAY_EXT_NOTES ? &kNotes : nullptr;
  };
  script.validate = [](sinkway_connector*, const sinkway_finding_list*, sinkway_outcome* outcome) { outcome->code = SINKWAY_OK; };
  validate();
  ASSERT_EQ(validation_.keys.size(), 1u);
  EXPECT_EQ(validation_.keys[0].notes, std::vector<std::string>{"a table will be made"});
  EXPECT_EQ(validation_.error_count(), 0u);
  validation_.keys[0].notes.clear();
  script.validate = [](sinkway_connector*, const sinkway_finding_list*, sinkway_outcome* outcome) {
    outcome->code = SINKWAY_RETRIABLE;
    outcome->reason = text("server away");
  };
  validate();
  EXPECT_TRUE(validation_.find("url")->notes.empty());
}

TEST_F(ConnectorCallsTest, TheConnectorReadsItsConfigurationFromTheHost) {
  script.validate = [](sinkway_connector* connector, const sinkway_finding_list* findings, sinkway_outcome* outcome) {
    const auto* host = static_cast<const sinkway_host*>(connector->plugin_data);
    ASSERT_EQ(host->config_count(host), 2u);
    const sinkway_pair first = host->config_at(host, 0);
    EXPECT_EQ(host->config_at(host, 99).key.data, nullptr);
    EXPECT_EQ(host->task, -1);
    const sinkway_finding finding{first.key, first.value};
    findings->add(findings->data, &finding);
    outcome->code = SINKWAY_OK;
  };
  validate();
  EXPECT_EQ(validation_.keys[0].errors, std::vector<std::string>{"here"});
}

TEST_F(ConnectorCallsTest, AValidationThatFailsIsAnErrorOfTheClass) {
  const auto failed = [&](const char* words) {
    validation_.keys.erase(validation_.keys.begin(), validation_.keys.end() - 1);
    validate();
    const ValidatedKey* key = validation_.find("connector.class");
    ASSERT_NE(key, nullptr);
    EXPECT_NE(key->errors.at(0).find(words), std::string::npos) << key->errors.at(0);
  };
  script.validate = [](sinkway_connector*, const sinkway_finding_list*, sinkway_outcome* outcome) {
    outcome->code = SINKWAY_RETRIABLE;
    outcome->reason = text("server away");
  };
  failed("server away");
  script.validate = [](sinkway_connector*, const sinkway_finding_list*, sinkway_outcome*) { throw std::runtime_error("oops"); };
  failed("an exception left it");
  script.validate = [](sinkway_connector*, const sinkway_finding_list*, sinkway_outcome*) {};
  failed("without filling its outcome");
  script.makes_none = true;
  failed("it made no connector");
}

TEST_F(ConnectorCallsTest, WithoutAConnectorEachTaskGetsACopy) {
  const auto copies = [&](int most) {
    const auto configs = task_configs(most);
    return configs.ok() && configs.value().size() == static_cast<std::size_t>(most) && configs.value().back() == config_;
  };
  EXPECT_TRUE(copies(3));
  descriptor_.create_connector = nullptr;
  EXPECT_TRUE(copies(2));
  validate();
  EXPECT_EQ(validation_.error_count(), 0u);
}

TEST_F(ConnectorCallsTest, TheConnectorMayChooseFewerTasksButNotMore) {
  script.task_configs = [](sinkway_connector*, std::int32_t, const sinkway_config_list* configs, sinkway_outcome* outcome) {
    const sinkway_pair pairs[] = {{text("a"), text("1")}, {text("b"), {nullptr, 0}}};
    configs->add(configs->data, pairs, 2);
    configs->add(configs->data, pairs, 1);
    outcome->code = SINKWAY_OK;
  };
  const auto two = task_configs(5);
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two.value().size(), 2u);
  EXPECT_EQ(two.value()[0].get("a"), "1");
  EXPECT_TRUE(two.value()[0].has("b"));
  EXPECT_EQ(two.value()[0].get("b"), std::nullopt);
  const auto one = task_configs(1);
  ASSERT_FALSE(one.ok());
  EXPECT_NE(one.error().text().find("2 configurations for at most 1 tasks"), std::string::npos);
}

TEST_F(ConnectorCallsTest, ARefusalIsAnErrorAndRetriableWhenThePluginSaysSo) {
  script.task_configs = [](sinkway_connector*, std::int32_t, const sinkway_config_list*, sinkway_outcome* outcome) {
    outcome->code = SINKWAY_RETRIABLE;
    outcome->reason = text("server away");
  };
  const auto refused = task_configs(1);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().retriable());
}

}  // namespace
}  // namespace sinkway::plugin
