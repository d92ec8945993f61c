#include "host/convert/string_converter.hpp"

#include <gtest/gtest.h>

#include "host/convert/utf8.hpp"
#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

using test::Conversion;

Conversion text_converter(const ConfigMap& config = {}) { return Conversion(std::make_unique<StringConverter>(config)); }
Conversion number_converter(Tag tag) { return Conversion(std::make_unique<NumberConverter>(tag)); }

TEST(StringConverter, TextIsTakenAsItIs) {
  Conversion conversion = text_converter();
  EXPECT_EQ(conversion.outcome("A_1"), R"("A_1")");
  EXPECT_EQ(conversion.outcome(""), R"("")");
  EXPECT_EQ(conversion.outcome("\xC3\xA4\xF0\x9F\x98\x80"), "\"\xC3\xA4\xF0\x9F\x98\x80\"");
  EXPECT_EQ(conversion.outcome(std::string_view("a\0b", 3)), std::string("\"a\0b\"", 5));
  EXPECT_EQ(conversion.outcome(std::string(1 << 20, 'x')), "\"" + std::string(1 << 20, 'x') + "\"");
  EXPECT_EQ(conversion.last()->schema->type, SINKWAY_STRING);
  EXPECT_EQ(conversion.last()->schema->optional, 1);
}

TEST(StringConverter, ATombstoneIsNull) { EXPECT_EQ(text_converter().outcome(std::nullopt), "null"); }

TEST(StringConverter, BytesThatAreNoTextAreAnErrorOrReplaced) {
  Conversion strict = text_converter();
  EXPECT_EQ(strict.outcome("ab\xFF"), "! string.encoding");
  EXPECT_EQ(strict.last().error().message(), "the text is not UTF-8 at byte 2 of 3");
  Conversion lenient = text_converter({{"converter.encoding.errors", "replace"}});
  EXPECT_EQ(lenient.outcome("ab\xFFz"), "\"ab\xEF\xBF\xBDz\"");
}

TEST(StringConverter, OtherEncodingsAreTranslated) {
  EXPECT_EQ(text_converter({{"converter.encoding", "ISO-8859-1"}}).outcome("\xE4"), "\"\xC3\xA4\"");
  EXPECT_EQ(text_converter({{"converter.encoding", "windows-1252"}}).outcome("\x80"), "\"\xE2\x82\xAC\"");
  EXPECT_EQ(text_converter({{"converter.encoding", "UTF-16BE"}}).outcome(std::string_view("\0a\x20\xAC", 4)), "\"a\xE2\x82\xAC\"");
  EXPECT_EQ(text_converter({{"converter.encoding", "ISO-8859-1"}}).outcome(std::string(5000, '\xE4')).size(), 10'002U);
  for (const char* const name : {"UTF-16", "utf-16"}) {  // as Java reads it: big-endian unless a mark says otherwise
    Conversion marked = text_converter({{"converter.encoding", name}});
    EXPECT_EQ(marked.outcome(std::string_view("\0a\0b", 4)), R"("ab")");
    EXPECT_EQ(marked.outcome(std::string_view("\xFF\xFE" "a\0b\0", 6)), R"("ab")");
    EXPECT_EQ(marked.outcome(std::string_view("\xFE\xFF\0a\0b", 6)), R"("ab")");
  }
  EXPECT_EQ(text_converter({{"converter.encoding", "UTF-32"}}).outcome(std::string_view("\0\0\0a", 4)), R"("a")");
  Conversion cut = text_converter({{"converter.encoding", "UTF-16BE"}});
  EXPECT_EQ(cut.outcome(std::string_view("\0a\x20", 3)), "! string.encoding");
  EXPECT_EQ(cut.outcome(std::string_view("\0a", 2)), R"("a")");
}

TEST(BytesConverter, BytesAreTakenAsTheyAre) {
  Conversion conversion(std::make_unique<BytesConverter>());
  EXPECT_EQ(conversion.outcome(std::string_view("\0\xFF", 2)), "x'00ff'");
  EXPECT_EQ(conversion.outcome(""), "x''");
  EXPECT_EQ(conversion.outcome(std::nullopt), "null");
}

TEST(NumberConverter, NumbersAreBigEndianAndOfTheirLength) {
  EXPECT_EQ(number_converter(Tag::int16).outcome("\xFF\xFE"), "int16 -2");
  EXPECT_EQ(number_converter(Tag::int32).outcome(std::string_view("\0\0\x01\0", 4)), "int32 256");
  EXPECT_EQ(number_converter(Tag::int64).outcome("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "-1");
  EXPECT_EQ(number_converter(Tag::float32).outcome(std::string_view("\x3F\xC0\0\0", 4)), "float 1.5");
  EXPECT_EQ(number_converter(Tag::float64).outcome(std::string_view("\xC0\0\0\0\0\0\0\0", 8)), "-2.0");
  EXPECT_EQ(number_converter(Tag::boolean).outcome("\x01"), "true");
  EXPECT_EQ(number_converter(Tag::boolean).outcome(std::string_view("\0", 1)), "false");
}

TEST(NumberConverter, AnotherLengthIsAnError) {
  for (const Tag tag : {Tag::boolean, Tag::int16, Tag::int32, Tag::int64, Tag::float32, Tag::float64}) {
    EXPECT_EQ(number_converter(tag).outcome(""), "! number.size");
    EXPECT_EQ(number_converter(tag).outcome("123"), "! number.size");
    EXPECT_EQ(number_converter(tag).outcome(std::nullopt), "null");
  }
  EXPECT_EQ(number_converter(Tag::boolean).outcome("\x02"), "! number.boolean");
}

TEST(Utf8, OnlyWellFormedSequencesAreValid) {
  struct Case {
    std::string_view text;
    std::size_t good;
  };
  const Case cases[] = {{"", 0},
                        {"ascii text of some length", 25},
                        {"\xC3\xA4", 2},
                        {"\xE0\xA0\x80", 3},
                        {"\xED\x9F\xBF", 3},
                        {"\xEE\x80\x80", 3},
                        {"\xF0\x90\x80\x80", 4},
                        {"\xF4\x8F\xBF\xBF", 4},
                        {"a\x80", 1},
                        {"12345678\xC0\x80", 8},
                        {"\xC1\xBF", 0},
                        {"\xE0\x9F\xBF", 0},
                        {"\xED\xA0\x80", 0},
                        {"\xF0\x8F\xBF\xBF", 0},
                        {"\xF4\x90\x80\x80", 0},
                        {"\xF5\x80\x80\x80", 0},
                        {"\xC3", 0},
                        {"ok\xE2\x82", 2},
                        {"\xE2\x82\xAC\xE2\x28\xA1", 3}};
  for (const Case& c : cases) EXPECT_EQ(valid_utf8_length(c.text), c.good) << testing::PrintToString(c.text);
}

TEST(Utf8, EachBadPieceBecomesOneReplacement) {
  EXPECT_EQ(with_replacements("a\xFF\xFE z"), "a\xEF\xBF\xBD\xEF\xBF\xBD z");
  EXPECT_EQ(with_replacements("\xE2\x82"), "\xEF\xBF\xBD");
  EXPECT_EQ(with_replacements("\xF0\x9F\x98!"), "\xEF\xBF\xBD!");
  EXPECT_EQ(with_replacements("plain"), "plain");
}

}  // namespace
}  // namespace sinkway::convert
