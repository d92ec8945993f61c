#include "host/config/json_config.hpp"

#include <gtest/gtest.h>

namespace sinkway {
namespace {

TEST(JsonConfig, KeepsScalarsAsTheyWereWritten) {
  const auto config = parse_json_config(
      R"({"a":1,"b":1.50,"c":1e3,"d":-0,"e":123456789012345678901234567890,"f":true,"g":"x\ny","h":null,"i":-7,"a":"again"})");
  ASSERT_TRUE(config) << config.error().message();
  ConfigMap expected{{"a", "again"}, {"b", "1.50"}, {"c", "1e3"}, {"d", "-0"}, {"e", "123456789012345678901234567890"},
                     {"f", "true"},  {"g", "x\ny"}};
  expected.set("h", std::nullopt);
  expected.set("i", "-7");
  EXPECT_EQ(*config, expected);
}

TEST(JsonConfig, RefusesWithThePlaceAndNeverTheValue) {
  for (const auto* text : {"", "[]", "1", "{\"a\":\"hush\"", "{\"a\":\"hush\",}", "{\"a\":\"hush\"} x", "{'a':'hush'}",
                           "{\"a\":01}",
                           "{\"a\":NaN}", "{\"a\":{\"b\":\"hush\"}}", "{\"a\":[\"hush\"]}", "{\"a\":\"hush\xFF\"}"}) {
    const auto config = parse_json_config(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().text().find("hush"), std::string::npos) << config.error().text();
  }
}

TEST(JsonConnector, ReadsItsThreeMembers) {
  const auto connector = parse_json_connector(
      R"({"name":"a","config":{"tasks.max":1},"initial_state":"PAUSED"})", true);
  ASSERT_TRUE(connector);
  EXPECT_EQ(connector->name, "a");
  EXPECT_EQ(connector->config, (ConfigMap{{"tasks.max", "1"}}));
  EXPECT_EQ(connector->initial_state, "PAUSED");
}

TEST(JsonConnector, RefusesUnknownMembersWhenStrict) {
  const auto* text = R"({"connector.class":"x","name":"a"})";
  const auto strict = parse_json_connector(text, true);
  ASSERT_FALSE(strict);
  EXPECT_TRUE(strict.error().message().starts_with("Unrecognized field \"connector.class\""));
  EXPECT_TRUE(parse_json_connector(text, false));
}

TEST(JsonConnector, KnowsNothingFromNull) {
  EXPECT_TRUE(parse_json_connector("", true)->empty);
  EXPECT_TRUE(parse_json_connector("null", true)->empty);
  EXPECT_FALSE(parse_json_connector("{}", true)->empty);
}

}  // namespace
}  // namespace sinkway
