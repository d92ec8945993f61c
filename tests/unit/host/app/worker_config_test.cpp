#include "host/app/worker_config.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "host/app/cluster_id_watch.hpp"
#include "host/app/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sinkway::app {
namespace {

const std::string kMinimum =
    "key.converter=org.apache.kafka.connect.storage.StringConverter\nvalue.converter=JsonConverter\n";

class WorkerConfigTest : public testing::Test {
 protected:
  Result<WorkerConfig> read(const std::string& text) {
    auto properties = read_worker_properties(folder.write("worker.properties", text));
    if (!properties) return std::move(properties).error();
    return make_worker_config(*properties, Logger::standard(LogLevel::warn));
  }
  std::string warnings(const std::string& text) {
    testing::internal::CaptureStderr();
    const auto config = read(text);
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(config) << config.error().text();
    return said;
  }
  test::TemporaryFolder folder;
};

TEST_F(WorkerConfigTest, HasOurDefaults) {
  const auto config = read(kMinimum);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->listeners, std::vector<std::string>{"http://127.0.0.1:8083"});
  EXPECT_TRUE(config->metrics_listeners.empty());
  EXPECT_EQ(config->commit_interval, Milliseconds(5'000));
  EXPECT_EQ(config->shutdown_timeout, Milliseconds(5'000));
  EXPECT_EQ(config->converters.header, "org.apache.kafka.connect.storage.SimpleHeaderConverter");
  EXPECT_EQ(config->properties.get("bootstrap.servers"), "localhost:9092");
  EXPECT_EQ(config->override_policy, "All");
  EXPECT_EQ(config->log_level, LogLevel::info);
}

TEST_F(WorkerConfigTest, RefusesWithFileLineKeyAndWhatIsAllowed) {
  struct Case {
    const char* line;
    const char* said;
  };
  const Case cases[] = {
      {"offset.flush.interval.ms=soon",
       "Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG"},
      {"offset.flush.interval.ms=0", "Value must be at least 1"},
      {"sinkway.memory.budget=lots", "Not a number of bytes"},
      {"sinkway.log.level=loud", "String must be one of: trace, debug, info, warn, error, off"},
      {"listeners=https://:8443", "http://host:port"},
      {"header.converter=com.acme.X", "could not be found, there are: "},
      {"rest.extension.classes=com.acme.Login", "the REST API would be open"},
      {"connector.client.config.override.policy=Some", "All, None, Principal"},
  };
  for (const auto& each : cases) {
    const auto config = read(kMinimum + each.line + "\n");
    ASSERT_FALSE(config) << each.line;
    EXPECT_NE(config.error().text().find(folder.path("worker.properties") + ":3: "), std::string::npos)
        << config.error().text();
    EXPECT_NE(config.error().text().find(each.said), std::string::npos) << config.error().text();
    EXPECT_EQ(config.error().text().find("null"), std::string::npos) << config.error().text();
  }
}

TEST_F(WorkerConfigTest, NamesEveryMissingKey) {
  const auto config = read("bootstrap.servers=x:1\n");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().text().find("worker.properties: Missing required configuration \"key.converter\""),
            std::string::npos);
  EXPECT_NE(config.error().text().find("\"value.converter\""), std::string::npos);
}

TEST_F(WorkerConfigTest, WarnsOfUnknownKeysWithTheNearestName) {
  const std::string said = warnings(kMinimum + "offset.flush.intervall.ms=1\n");
  EXPECT_NE(said.find(":3: unknown key offset.flush.intervall.ms, did you mean offset.flush.interval.ms?"),
            std::string::npos) << said;
}

TEST_F(WorkerConfigTest, IsQuietAboutFamiliesAndHarmlessKeysOfConnect) {
  EXPECT_EQ(warnings(kMinimum +
                     "consumer.session.timeout.ms=6000\nvalue.converter.schemas.enable=false\n"
                     "producer.x=1\nssl.ca.location=/x\n"
                                "offset.storage.file.filename=/tmp/x\nplugin.discovery=only_scan\n"),
            "");
}

TEST_F(WorkerConfigTest, SaysThatDistributedModeIsNotThere) {
  EXPECT_NE(warnings(kMinimum + "group.id=connect\n").find("group.id has no effect: This worker runs alone"),
            std::string::npos);
}

TEST_F(WorkerConfigTest, ReplacesPlaceholdersSaveInPluginPath) {
  ::setenv("SINKWAY_TEST_BOOTSTRAP", "broker:1", 1);
  const auto config = read(kMinimum +
                           "config.providers=env\nconfig.providers.env.class=EnvVarConfigProvider\n"
                           "bootstrap.servers=${env:SINKWAY_TEST_BOOTSTRAP}\n"
                           "plugin.path=${env:SINKWAY_TEST_BOOTSTRAP}\n");
  ::unsetenv("SINKWAY_TEST_BOOTSTRAP");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->properties.get("bootstrap.servers"), "broker:1");
  EXPECT_EQ(config->plugin_path, "${env:SINKWAY_TEST_BOOTSTRAP}");
}

TEST(Sizes, HaveUnits) {
  EXPECT_EQ(parse_size("1"), 1U);
  EXPECT_EQ(parse_size("2k"), 2'048U);
  EXPECT_EQ(parse_size("512m"), std::size_t{512} << 20);
  EXPECT_EQ(parse_size("1G"), std::size_t{1} << 30);
  for (const auto* text : {"", "m", "0", "-1", "1t", "1 m", "99999999999g", "99999999999999999999999"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Places, OfTheStateFile) {
  const auto with = [](std::map<std::string, std::string> values) {
    return default_state_file([values = std::move(values)](const char* name) {
      const auto found = values.find(name);
      return found == values.end() ? std::nullopt : std::optional(found->second);
    });
  };
  EXPECT_EQ(with({{"STATE_DIRECTORY", "/var/lib/sinkway:/x"}, {"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}}),
            "/var/lib/sinkway/connectors.json");
  EXPECT_EQ(with({{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}}), "/s/sinkway/connectors.json");
  EXPECT_EQ(with({{"HOME", "/h"}}), "/h/.local/state/sinkway/connectors.json");
  EXPECT_EQ(with({}), "");
}

TEST(Places, OfTheMemory) {
  constexpr std::size_t kMega = 1 << 20;
  EXPECT_EQ(default_memory_budget("max\n", 1'024 * kMega), 256 * kMega);
  EXPECT_EQ(default_memory_budget("268435456\n", 16'384 * kMega), 64 * kMega);
  EXPECT_EQ(default_memory_budget("", 64'000 * kMega), 1'024 * kMega);
  EXPECT_EQ(default_memory_budget("99999999999999999\n", 400 * kMega), 100 * kMega);
}

TEST(Places, OfThePlugins) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(default_plugin_path(folder.path("usr/bin")), "");
  std::filesystem::create_directories(folder.path("build/plugins/table"));
  folder.write("build/plugins/table/sinkway_table.so", "");
  EXPECT_EQ(default_plugin_path(folder.path("build/host/app")), folder.path("build/plugins/table/sinkway_table.so"));
  std::filesystem::create_directories(folder.path("usr/lib/sinkway/plugins"));
  EXPECT_EQ(default_plugin_path(folder.path("usr/bin")), folder.path("usr/lib/sinkway/plugins"));
}

TEST(AdminProperties, AreTheWorkersClientKeys) {
  EXPECT_EQ(admin_properties({{"bootstrap.servers", "x:1"},
                              {"ssl.ca.location", "/a"},
                              {"admin.ssl.ca.location", "/b"},
                              {"listeners", "y"},
                              {"consumer.ssl.ca.location", "/c"}}),
            (ConfigMap{{"client.id", "sinkway-worker"}, {"bootstrap.servers", "x:1"}, {"ssl.ca.location", "/b"}}));
}

}  // namespace
}  // namespace sinkway::app
