#include "plugins/table/rows/utf8_text.hpp"

#include <gtest/gtest.h>

namespace sinkway::table {
namespace {

TEST(Utf8Text, IsCheckedAndMendedCharacterByCharacter) {
  struct Case {
    std::string_view bytes;
    std::string_view mended;  // ? stands for U+FFFD
  };
  for (const auto& [bytes, mended] : {
           Case{"", ""}, Case{"plain", "plain"}, Case{"\xc3\xa9", "\xc3\xa9"}, Case{"\xf0\x9f\x8c\xa6", "\xf0\x9f\x8c\xa6"},
           Case{"\xc3", "?"}, Case{"\xc3x", "?x"}, Case{"\x80", "?"}, Case{"\xc0\xaf", "??"}, Case{"\xe0\x80\x80", "???"},
           Case{"\xed\xa0\x80", "???"}, Case{"\xf4\x90\x80\x80", "????"}, Case{"\xf0\x9f\x8c", "?"},
           Case{"\xf0\x9f\x8cz", "?z"}, Case{"\xff" "a\xfe", "?a?"}, Case{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"}}) {
    std::string wanted;
    for (const char c : mended) wanted += c == '?' ? "\xef\xbf\xbd" : std::string(1, c);
    EXPECT_EQ(with_replacements(bytes), wanted);
    EXPECT_EQ(is_utf8(bytes), wanted == bytes);
  }
}

TEST(Utf8Text, IsCutBetweenCharacters) {
  EXPECT_EQ(bytes_of_characters("a\xc3\xa9z", 2), 3U);
  EXPECT_EQ(bytes_of_characters("a\xc3\xa9z", 0), 0U);
  EXPECT_EQ(bytes_of_characters("a\xc3\xa9z", 9), 4U);
}

TEST(Utf8Text, FindsTheEscapeOfNulInJson) {
  for (const char* json : {R"("\u0000")", R"("\\\u0000")", R"(["\\u0000", "\u0000"])"}) EXPECT_TRUE(has_json_nul(json)) << json;
  for (const char* json : {R"("\\u0000")", R"("u0000")", &R"("\u00000" )"[9]}) EXPECT_FALSE(has_json_nul(json)) << json;
  EXPECT_EQ(without_json_nul(R"("\u0000\\u0000\u0000")"), R"("\ufffd\\u0000\ufffd")");
}

}  // namespace
}  // namespace sinkway::table
