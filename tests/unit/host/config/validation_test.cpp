#include "host/config/validation.hpp"

#include <gtest/gtest.h>

namespace sinkway {
namespace {

ConfigDef definition() {
  ConfigKey tasks, name, secret, topics, quiet;
  tasks.name = "tasks.max";
  tasks.type = ConfigType::integer;
  tasks.default_value = "1";
  tasks.group = "Common";
  tasks.check = check::at_least(1);
  name.name = "name";
  name.required = true;
  name.group = "Common";
  name.check = check::non_empty_without_control_chars();
  secret.name = "connection.password";
  secret.type = ConfigType::password;
  secret.group = "Database";
  topics.name = "topics";
  topics.type = ConfigType::list;
  topics.default_value = "";
  topics.aliases = {"subjects"};
  quiet.name = "threshold";
  quiet.type = ConfigType::integer;
  quiet.check = check::at_least(3);
  return {tasks, name, secret, topics, quiet};
}

std::vector<std::string> errors_of(const char* key, const ConfigMap& config) {
  auto validation = validate(definition(), config);
  return validation.find(key) ? validation.find(key)->errors : std::vector<std::string>{"no such key"};
}

using Errors = std::vector<std::string>;

TEST(Validation, CountsErrorsAsConnectDoes) {
  const ConfigMap fine{{"name", "a"}};
  EXPECT_EQ(validate(definition(), fine).error_count(), 0U);
  EXPECT_EQ(errors_of("name", {}), Errors{"Missing required configuration \"name\" which has no default value."});
  EXPECT_EQ(errors_of("name", {{"name", ""}}),
            Errors{"Invalid value  for configuration name: String may not be empty"});
  EXPECT_EQ(errors_of("tasks.max", {{"tasks.max", "0"}}),
            Errors{"Invalid value 0 for configuration tasks.max: Value must be at least 1"});
  EXPECT_EQ(errors_of("tasks.max", {{"tasks.max", "zero"}}),
            (Errors{"Invalid value zero for configuration tasks.max: Not a number of type INT",
                    "Invalid value null for configuration tasks.max: Value must be non-null"}));
}

TEST(Validation, TreatsNullAsAnErrorOfDeclaredAndUndeclaredKeys) {
  ConfigMap config{{"name", "a"}};
  config.set("tasks.max", std::nullopt);
  config.set("stranger", std::nullopt);
  auto validation = validate(definition(), config);
  EXPECT_EQ(validation.find("tasks.max")->errors.size(), 2U);
  ASSERT_FALSE(validation.keys.empty());
  EXPECT_EQ(validation.keys[0].name, "stranger");
  EXPECT_FALSE(validation.keys[0].definition);
  EXPECT_EQ(validation.keys[0].errors, Errors{"Null value can not be supplied as the configuration value."});
}

TEST(Validation, LeavesAnOptionalKeyWithoutDefaultAlone) {
  EXPECT_TRUE(errors_of("threshold", {{"name", "a"}}).empty());
  EXPECT_EQ(errors_of("threshold", {{"threshold", "1"}}).size(), 1U);
}

TEST(Validation, HidesPasswordsAndParsesValues) {
  auto validation = validate(definition(), {{"name", " a "}, {"connection.password", "hush"}, {"subjects", "x , y"}});
  EXPECT_EQ(validation.find("connection.password")->value, "[hidden]");
  EXPECT_EQ(validation.find("name")->value, "a");
  EXPECT_EQ(validation.find("topics")->value, "x,y");
  EXPECT_EQ(validation.groups, (std::vector<std::string>{"Common", "Database"}));
  EXPECT_FALSE(validate(definition(), {}).find("connection.password")->value);
}

TEST(Resolved, HasGivenValuesElseDefaults) {
  const ConfigMap values = resolved(definition(), {{"name", " a "}, {"subjects", "x , y"}, {"stranger", "1"}});
  EXPECT_EQ(values, (ConfigMap{{"tasks.max", "1"}, {"name", "a"}, {"topics", "x,y"}}));
}

TEST(NearestName, FindsSlipsAndNotOtherWords) {
  EXPECT_EQ(nearest_name(definition(), "taks.max"), "tasks.max");
  EXPECT_EQ(nearest_name(definition(), "topcis"), "topics");
  EXPECT_EQ(nearest_name(definition(), "connection.passwort"), "connection.password");
  EXPECT_EQ(nearest_name(definition(), "subjcts"), "subjects");
  EXPECT_EQ(nearest_name(definition(), "flush.size"), std::nullopt);
  EXPECT_EQ(nearest_name(definition(), ""), std::nullopt);
}

}  // namespace
}  // namespace sinkway
