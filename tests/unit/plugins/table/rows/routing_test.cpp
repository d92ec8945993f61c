#include "plugins/table/rows/routing.hpp"

#include <gtest/gtest.h>

#include "plugins/table/options/connection_url.hpp"
#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

class Routing : public testing::Test {
 protected:
  std::optional<std::string> name(std::string_view format, RoutingRules rules = {}) {
    rules.format = parse_name_format("table.name.format", format);
    return table_text(rules, row, fault);
  }
  test::ValueArena arena;
  const sinkway_record* record = arena.record(
      test::null_value(),
      arena.object(arena.shape({"county", "n", "odd", "source", "gone"}),
                   {arena.text("Dade"), test::int64_value(5), arena.text("a.b\"c"),
                    arena.object(arena.shape({"table"}), {arena.text("orders")}), test::null_value()}));
  Row row = plain_row(*record);
  RowFault fault;
};

TEST_F(Routing, PlaceholdersStandForWhatTheRecordSays) {
  EXPECT_EQ(name("s.${topic}"), "s.weather");
  EXPECT_EQ(name("w_${field:county}_${field:n}"), "w_Dade_5");
  EXPECT_EQ(name("${source.table}"), "orders");
  const_cast<sinkway_record*>(record)->timestamp = 1'700'000'000'000;
  EXPECT_EQ(name("w_${timestamp:yyyyMMdd_HHmm}"), "w_20231114_2213");
}

TEST_F(Routing, ANameThatCannotBeMadeIsTheRecordsFault) {
  for (const char* format : {"${field:none}", "${field:gone}", "${field:source}", "${header:none}", "${field:odd}"}) {
    EXPECT_FALSE(name(format)) << format;
    EXPECT_EQ(fault.fault, Fault::no_route) << format;
  }
  RoutingRules normal;
  normal.normalize = true;
  EXPECT_EQ(name("${field:odd}", normal), "a_b_c");
}

TEST_F(Routing, TheMapGoesBeforeTheTemplateAndThePatternWorksOnTopics) {
  RoutingRules rules;
  rules.topics = {{"weather", "archive.w"}};
  EXPECT_EQ(name("${field:none}", rules), "archive.w");
  RoutingRules stripped;
  stripped.rewriting.emplace(std::regex("^wea"), "fea");
  EXPECT_EQ(name("${topic}_x", stripped), "feather_x");
}

TEST_F(Routing, OnlyTemplatesOfRecordsCostEachRecord) {
  const auto by_record = [](std::string_view format) {
    RoutingRules rules;
    rules.format = parse_name_format("k", format);
    return rules.by_record();
  };
  EXPECT_FALSE(by_record("s.${topic}_raw"));
  EXPECT_TRUE(by_record("${header:h}"));
  for (const char* wrong : {"${topc}", "${field:}", "${topic", "${source.}"})
    EXPECT_THROW((void)parse_name_format("k", wrong), OptionError) << wrong;
}

}  // namespace
}  // namespace sinkway::table
