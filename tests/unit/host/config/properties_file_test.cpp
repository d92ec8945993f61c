#include "host/config/properties_file.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace sinkway {
namespace {

TEST(Properties, AreReadAsJavaReadsThem) {
  const std::pair<std::string, ConfigMap> cases[] = {
      {"", {}},
      {"# comment\n! another\n\n   \t\n", {}},
      {"a=1", {{"a", "1"}}},
      {"a:1\r\nb 2\rc\t=\t3\n", {{"a", "1"}, {"b", "2"}, {"c", "3"}}},
      {"  a  =  b c  ", {{"a", "b c  "}}},
      {"a = = b", {{"a", "= b"}}},
      {"a", {{"a", ""}}},
      {"=x", {{"", "x"}}},
      {"a\\ b\\:c\\=d = e", {{"a b:c=d", "e"}}},
      {"a = one,\\\n     two,\\\n     three", {{"a", "one,two,three"}}},
      {"a = x\\\\\nb = y", {{"a", "x\\"}, {"b", "y"}}},
      {"a = x\\", {{"a", "x"}}},
      {"a = one\\\n# not a comment", {{"a", "one# not a comment"}}},
      {"a = \\t\\n\\r\\f\\z\\\"", {{"a", "\t\n\r\fz\""}}},
      {"a = \\u00e4\\u20AC\\uD83D\\uDE00", {{"a", "ä€😀"}}},
      {"a = ä€", {{"a", "ä€"}}},
      {"a = \xE4", {{"a", "ä"}}},  // Latin-1
      {"\xEF\xBB\xBF" "a = 1", {{"a", "1"}}},
      {"a = 1\nb = 2\na = 3", {{"a", "3"}, {"b", "2"}}},
      {"url = jdbc:postgresql://h/db?x=1", {{"url", "jdbc:postgresql://h/db?x=1"}}},
  };
  for (const auto& [text, expected] : cases) {
    const auto read = parse_properties(text);
    ASSERT_TRUE(read) << text << ": " << read.error().message();
    EXPECT_EQ(read->values, expected) << text;
  }
}

TEST(Properties, KnowTheLineOfEachKey) {
  const auto read = parse_properties("# top\na = 1\\\n  2\nb = 3\r\n\r\nc = 4\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->lines.at("a"), 2);
  EXPECT_EQ(read->lines.at("b"), 4);
  EXPECT_EQ(read->lines.at("c"), 6);
}

TEST(Properties, NameTheLineOfABadEscape) {
  for (const auto* text : {"a=1\nb=\\u12", "a=1\nb=\\u12xx", "a=1\nb=\\uD83Dx", "a=1\nb=\\uDE00",
                           "a=1\nb=\\uD83D\\u0041"}) {
    const auto read = parse_properties(text);
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(read.error().message().starts_with("line 2: ")) << read.error().message();
  }
}

TEST(PropertiesFile, NamesAFileThatCannotBeRead) {
  const auto read = read_properties_file("/nowhere/worker.properties");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("/nowhere/worker.properties"), std::string::npos);
  EXPECT_FALSE(read_text_file("/"));
}

}  // namespace
}  // namespace sinkway
