#include "plugins/table/server/identifiers.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sinkway::table {
namespace {

TEST(Identifiers, AreQuotedSoThatTheServerReadsExactlyThem) {
  EXPECT_EQ(quote_identifier("weather"), "\"weather\"");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_identifier("Drop Table;--"), "\"Drop Table;--\"");
  EXPECT_EQ(quote_name("public", "weather"), "\"public\".\"weather\"");
  EXPECT_EQ(quote_name("", "we.ather"), "\"we.ather\"");
}

TEST(Identifiers, LiteralsSurviveQuotesAndBackslashes) {
  EXPECT_EQ(quote_literal("plain"), "'plain'");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_literal("a\\'b"), "E'a\\\\''b'");
}

TEST(Identifiers, ANameIsFoundExactlyElseOnlyWithoutRegardToCase) {
  const std::vector<std::string_view> names = {"id", "Location", "LOCATION", "tm", "temp_\xc3\x84"};
  EXPECT_EQ(find_name(names, "id"), 0U);
  EXPECT_EQ(find_name(names, "ID"), 0U);
  EXPECT_EQ(find_name(names, "LOCATION"), 2U) << "the exact one wins";
  EXPECT_EQ(find_name(names, "location"), std::nullopt) << "two would do";
  EXPECT_EQ(find_name(names, "humidity"), std::nullopt);
  EXPECT_EQ(find_name(names, "i"), std::nullopt);
  EXPECT_EQ(find_name(names, "TEMP_\xc3\xa4"), std::nullopt) << "only ASCII letters are folded, as the server does";
}

TEST(Identifiers, ThreeThatDifferInCaseAreAsManyAsTwo) {
  const std::vector<std::string_view> names = {"AB", "Ab", "aB"};
  EXPECT_EQ(find_name(names, "ab"), std::nullopt);
}

}  // namespace
}  // namespace sinkway::table
