#include "host/app/options.hpp"

#include <gtest/gtest.h>

#include "host/app/connector_files.hpp"
#include "host/app/worker_config.hpp"
#include "tests/support/golden.hpp"

namespace sinkway::app {
namespace {

WorkerOptions worker_options(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  if (auto* options = std::get_if<WorkerOptions>(&parsed)) return *options;
  ADD_FAILURE() << std::get<Answer>(parsed).text;
  return {};
}

Answer answer(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  if (auto* given = std::get_if<Answer>(&parsed)) return *given;
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(Options, AreFilesAndFlags) {
  const auto options = worker_options({"worker", "--listen", "http://:1", "worker.properties", "a.json",
                                       "b.properties", "--log-level=debug",
                                       "--set", "consumer.x=a=b", "--set", "plugin.path="});
  EXPECT_EQ(options.properties_file, "worker.properties");
  EXPECT_EQ(options.connector_files, (std::vector<std::string>{"a.json", "b.properties"}));
  std::string settings;
  for (const auto& [flag, key, value] : options.settings) settings += flag + " | " + key + " | " + value + "\n";
  EXPECT_EQ(settings,
            "--listen | listeners | http://:1\n"
            "--log-level | sinkway.log.level | debug\n"
            "--set consumer.x | consumer.x | a=b\n"
            "--set plugin.path | plugin.path | \n");
}

TEST(Options, OfWrongUsageEndWithOneAndSayWhatIsWrong) {
  EXPECT_EQ(answer({}).code, kUsageError);
  EXPECT_NE(answer({"worker"}).text.find("worker.properties is missing"), std::string::npos);
  EXPECT_NE(answer({"worker", "w", "--lisen", "x"}).text.find("--lisen"), std::string::npos);
  EXPECT_EQ(answer({"worker", "w", "--lisen", "x"}).code, kUsageError);
  EXPECT_EQ(answer({"walker"}).code, kUsageError);
  EXPECT_EQ(answer({"worker", "w", "--set", "x"}).code, kUsageError);
}

TEST(Help, IsWhatTheGoldenFilesSay) {
  EXPECT_EQ(answer({"--help"}).code, 0);
  EXPECT_TRUE(test::matches_golden("help/sinkway.txt", answer({"--help"}).text));
  EXPECT_EQ(answer({"worker", "--help"}).code, 0);
  EXPECT_TRUE(test::matches_golden("help/sinkway-worker.txt", answer({"worker", "-h"}).text));
}

TEST(Help, NamesEveryKey) {
  const std::string text = worker_help();
  for (const auto& key : worker_definition().keys()) {
    EXPECT_NE(text.find("\n  " + key.name), std::string::npos) << key.name;
    EXPECT_FALSE(key.documentation.empty()) << key.name;
  }
}

TEST(Version, NamesBoth) { EXPECT_TRUE(answer({"--version"}).text.starts_with("sinkway ")); }

TEST(ConnectorFiles, HaveThreeForms) {
  const ConfigMap config{{"name", "a"}, {"tasks.max", "2"}};
  for (const auto* text : {R"({"name":"a","tasks.max":2})", R"( {"config":{"name":"a","tasks.max":"2"}})",
                           "# x\nname=a\ntasks.max = 2\n"}) {
    const auto file = parse_connector_file("x", text);
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_EQ(file->name, "a");
    EXPECT_EQ(file->config, config) << text;
    EXPECT_FALSE(file->initial_state);
  }
  const auto whole = parse_connector_file(
      "x", R"({"name":" a ","config":{"b":"c"},"initial_state":"paused","more":1})");
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_EQ(whole->name, "a");
  EXPECT_EQ(whole->initial_state, herder::TargetState::paused);
}

TEST(ConnectorFiles, AreRefusedByTheirPath) {
  for (const auto* text : {"", "{", R"({"tasks.max":2})", R"({"name":"a","config":{},"initial_state":"asleep"})",
                           "tasks.max=1", "a=\\u1"}) {
    const auto file = parse_connector_file("dir/x.json", text);
    ASSERT_FALSE(file) << text;
    EXPECT_TRUE(file.error().message().starts_with("dir/x.json")) << file.error().text();
  }
  EXPECT_FALSE(read_connector_files({"/nowhere/a.json"}));
}

}  // namespace
}  // namespace sinkway::app
