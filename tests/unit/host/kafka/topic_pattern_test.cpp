#include "host/kafka/topic_pattern.hpp"

#include <gtest/gtest.h>

namespace sinkway::kafka {
namespace {

using Names = std::vector<std::string>;

Names match(const std::string& expression, Names topics) {
  return matching(*compile_pattern(expression), std::move(topics));
}

TEST(TopicPattern, MustMatchTheWholeName) {
  EXPECT_EQ(match("weather", {"weather", "weather-2", "my-weather"}), Names({"weather"}));
  EXPECT_EQ(match("weather.*", {"weather-2", "weather", "my-weather"}), Names({"weather", "weather-2"}));
  EXPECT_EQ(match("a|b", {"a", "b", "ab"}), Names({"a", "b"}));
  EXPECT_EQ(match("db\\.(?!tmp).*", {"db.x", "db.tmp.y", "dbx"}), Names({"db.x"}));
}

TEST(TopicPattern, NeverMatchesTopicsOfTheBrokers) {
  EXPECT_EQ(match(".*", {"__consumer_offsets", "__transaction_state", "__debezium-heartbeat.x", "_schemas", "a"}),
            Names({"__debezium-heartbeat.x", "_schemas", "a"}));
}

TEST(TopicPattern, NamesTheKeyWhenItDoesNotCompile) {
  for (const auto* expression : {"(", "[a", "*", "(?i)weather"}) {
    const auto pattern = compile_pattern(expression);
    ASSERT_FALSE(pattern.ok()) << expression;
    EXPECT_NE(pattern.error().text().find("topics.regex"), std::string::npos);
  }
}

}  // namespace
}  // namespace sinkway::kafka
