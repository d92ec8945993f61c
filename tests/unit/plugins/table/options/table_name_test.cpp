#include "plugins/table/options/table_name.hpp"

#include <gtest/gtest.h>

#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/rows/routing.hpp"

namespace sinkway::table {
namespace {

std::vector<TableName> candidates(std::string_view format, std::string_view topic) {
  RoutingRules rules;
  rules.format = parse_name_format("table.name.format", format);
  return table_candidates(table_text(rules, topic));
}

TEST(TableName, is_looked_for_whole_before_its_dots_count) {
  struct Case {
    const char* format;
    const char* topic;
    std::vector<TableName> candidates;
  };
  const Case cases[] = {
      {"${topic}", "weather", {{"", "weather"}}},
      {"${topic}", "public.weather", {{"", "public.weather"}, {"public", "weather"}}},
      {"${topic}", "db.public.weather", {{"", "db.public.weather"}, {"public", "weather"}}},
      {"${topic}", "a.b.c.d", {{"", "a.b.c.d"}}},
      {"kafka_${topic}", "weather", {{"", "kafka_weather"}}},
      {"s.${topic}", "weather", {{"", "s.weather"}, {"s", "weather"}}},
      {"s.\"${topic}\"", "a.b", {{"s", "a.b"}}},
      {"\"${topic}\"", "a.b", {{"", "a.b"}}},
      {"\"say \"\"hi\"\"\"", "x", {{"", "say \"hi\""}}},
      {"fixed", "x", {{"", "fixed"}}},
  };
  for (const Case& one : cases) EXPECT_EQ(candidates(one.format, one.topic), one.candidates) << one.format <<
      " " << one.topic;
}

TEST(TableName, refuses_formats_that_name_no_table) {
  for (const char* format : {"", "${topc}", "a..b\"", "\"open", "\"\""}) {
    EXPECT_THROW((void)candidates(format, "t").at(0), std::exception) << format;
  }
  EXPECT_EQ(candidates("s.${topic}_raw", "t").size(), 2U);
}

TEST(TableName, reads_the_name_of_the_offsets_table) {
  EXPECT_EQ(parse_table_name("offsets.table", "sinkway_offsets"), (TableName{"", "sinkway_offsets"}));
  EXPECT_EQ(parse_table_name("offsets.table", "ops.positions"), (TableName{"ops", "positions"}));
  EXPECT_EQ(parse_table_name("offsets.table", "\"Ops\".\"a.b\""), (TableName{"Ops", "a.b"}));
  for (const char* text : {"", ".", "a.", ".b", "a.b.c.d", "\"a", "a\"b"}) {
    EXPECT_THROW((void)parse_table_name("offsets.table", text), OptionError) << text;
  }
}

// The server would cut it, and another name could become the same.
TEST(TableName, of_the_sink_is_no_longer_than_the_server_keeps) {
  const std::string longest(63, 'n');
  EXPECT_EQ(parse_table_name("dlq.table", longest + "." + longest), (TableName{longest, longest}));
  EXPECT_THROW((void)parse_table_name("dlq.table", longest + "n"), OptionError);
  EXPECT_THROW((void)parse_table_name("dlq.table", longest + "n.t"), OptionError);
}

TEST(TableName, holds_no_zero_byte) {
  EXPECT_TRUE(table_candidates(std::string("weather\0s", 9)).empty());
  EXPECT_THROW((void)parse_table_name("dlq.table", std::string("weather\0s", 9)), OptionError);
}

}  // namespace
}  // namespace sinkway::table
