#include "host/convert/csv.hpp"

#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

using test::Conversion;

Conversion csv(const ConfigMap& config) { return Conversion(std::make_unique<CsvConverter>(config)); }

struct Case {
  std::string_view text, outcome;
};

TEST(CsvConverter, LinesAreCutByTheRfc) {
  const Case cases[] = {{"1,x", R"({a: "1", b: "x"})"},
                        {"1,x\n", R"({a: "1", b: "x"})"},
                        {"1,x\r\n", R"({a: "1", b: "x"})"},
                        {" 1 ,x ", R"({a: " 1 ", b: "x "})"},
                        {R"("1","x")", R"({a: "1", b: "x"})"},
                        {R"("a,b","say ""hi""")", R"({a: "a,b", b: "say "hi""})"},
                        {"\"two\nlines\",x", "{a: \"two\nlines\", b: \"x\"}"},
                        {R"("""",x)", R"({a: """, b: "x"})"},
                        {",", "{a: null, b: null}"},
                        {R"("",)", R"({a: "", b: null})"},
                        {"\xC3\xA4,\xE2\x82\xAC", "{a: \"\xC3\xA4\", b: \"\xE2\x82\xAC\"}"},
                        {"1", "! csv.columns"},
                        {"", "! csv.columns"},
                        {"1,2,3", "! csv.columns"},
                        {"1,2\n3,4", "! csv.rows"},
                        {"1,2\n\n", "! csv.rows"},
                        {R"(1,"x)", "! csv.quote"},
                        {R"(1,"x"y)", "! csv.quote"},
                        {R"(1,x"y)", "! csv.quote"},
                        {"1,\xFF", "! csv.utf8"}};
  Conversion conversion = csv({{"columns", "a,b"}});
  for (const Case& c : cases) EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text;
  EXPECT_EQ(conversion.outcome(std::nullopt), "null");
}

TEST(CsvConverter, OptionsChangeWhatStandsBetweenAndAroundCells) {
  EXPECT_EQ(csv({{"columns", "a,b"}, {"delimiter", "\\t"}}).outcome("1\t2,3"), R"({a: "1", b: "2,3"})");
  EXPECT_EQ(csv({{"columns", "a,b"}, {"delimiter", ";"}, {"quote", "'"}}).outcome("'it''s';\"x"), R"({a: "it's", b: ""x"})");
  EXPECT_EQ(csv({{"columns", "a,b"}, {"null.text", "\\N"}}).outcome("\\N,"), R"({a: null, b: ""})");
  EXPECT_EQ(csv({{"columns", "a,b"}, {"null.text", "NA"}}).outcome("\"NA\",NA"), R"({a: "NA", b: null})");
}

TEST(CsvConverter, AHeaderNamesTheColumnsOfItsRecord) {
  Conversion conversion = csv({{"header", "true"}});
  EXPECT_EQ(conversion.outcome("a,b\n1,2"), R"({a: "1", b: "2"})");
  const Shape* const shape = conversion.last()->value.as.object->shape;
  EXPECT_EQ(conversion.outcome("a,b\r\n3,4\r\n"), R"({a: "3", b: "4"})");
  EXPECT_EQ(conversion.last()->value.as.object->shape, shape);
  EXPECT_EQ(conversion.outcome("b\n5"), R"({b: "5"})");
  EXPECT_EQ(conversion.outcome("a,a\n1,2"), "! csv.names");
  EXPECT_EQ(conversion.outcome("a,b"), "! csv.columns");
  for (const std::string_view nameless : {"", "\n", "a,\n1,2", "a,\"\"\n1,2"}) EXPECT_EQ(conversion.outcome(nameless), "! csv.names") << nameless;
}

TEST(CsvConverter, AHeaderAloneIsNoRow) {
  Conversion conversion = csv({{"header", "true"}});
  for (const std::string_view alone : {"a", "a\n", "a\r\n"}) EXPECT_EQ(conversion.outcome(alone), "! csv.columns") << alone;
  EXPECT_EQ(conversion.outcome("a\n\n"), "{a: null}");
}

TEST(CsvConverter, AByteOrderMarkIsNoPartOfTheFirstCell) {
  EXPECT_EQ(csv({{"header", "true"}}).outcome("\xEF\xBB\xBF" "a,b\n1,2"), R"({a: "1", b: "2"})");
  EXPECT_EQ(csv({{"columns", "a,b"}}).outcome("\xEF\xBB\xBF\"1\",2"), R"({a: "1", b: "2"})");
  EXPECT_EQ(csv({{"columns", "a"}}).outcome("\xEF\xBB\xBF\xEF\xBB\xBF"), "{a: \"\xEF\xBB\xBF\"}");
}

TEST(CsvConverter, AHeaderOfVeryManyNamesIsRefused) {
  std::string names = "n", cells = "1";
  for (int n = 0; n < 80'000; ++n) {
    names += ",n" + std::to_string(n);
    cells += ",1";
  }
  EXPECT_EQ(csv({{"header", "true"}}).outcome(names + "\n" + cells), "! json.fields");
}

TEST(CsvConverter, TheSinksColumnsNameAndTypeTheCells) {
  const HintColumn columns[] = {{"id", Tag::string},   {"n", Tag::int32},   {"temperature", Tag::float64},
                                {"good", Tag::boolean}, {"tm", Tag::timestamp_us}, {"price", Tag::decimal}};
  Conversion conversion = csv({});
  EXPECT_EQ(conversion.outcome("A_1"), "! csv.names");
  conversion.converter().hint(columns, true);
  EXPECT_EQ(conversion.outcome("A_1, 7 ,75.3,Yes,2026-01-01 00:00:00.0,1.50"),
            R"({id: "A_1", n: int32 7, temperature: 75.3, good: true, tm: "2026-01-01 00:00:00.0", price: "1.50"})");
  EXPECT_EQ(conversion.outcome("A_1,,-inf,f,,"), "{id: \"A_1\", n: null, temperature: -inf, good: false, tm: null, price: null}");
  EXPECT_EQ(conversion.outcome("A_1,x,1,t,,"), "! csv.type");
  EXPECT_EQ(conversion.last().error().message(), "column n: the cell is no value of the type that the target's column has");
  EXPECT_EQ(conversion.outcome("A_1,1,1,maybe,,"), "! csv.type");
}

TEST(CsvConverter, ANumberBeyondItsColumnIsLeftToTheSink) {
  const HintColumn columns[] = {{"n", Tag::int32}, {"m", Tag::int64}, {"x", Tag::float32}};
  Conversion conversion = csv({});
  conversion.converter().hint(columns, true);
  EXPECT_EQ(conversion.outcome("2147483648,-9223372036854775809,1"), R"({n: "2147483648", m: "-9223372036854775809", x: float 1.0})");
  EXPECT_EQ(conversion.outcome("1, +9223372036854775808 ,1e39"), R"({n: int32 1, m: " +9223372036854775808 ", x: "1e39"})");
  EXPECT_EQ(conversion.outcome("2147483648x,1,1"), "! csv.type");
  EXPECT_EQ(conversion.outcome("1,1,1e39x"), "! csv.type");
}

TEST(CsvConverter, NamesOfTheUserGetTheTypesOfTheSinkInWhateverCase) {
  const HintColumn columns[] = {{"n", Tag::int64}, {"m", Tag::int64}};
  Conversion conversion = csv({{"columns", "N,other"}});
  conversion.converter().hint(columns, false);
  EXPECT_EQ(conversion.outcome("+5,6"), R"({N: 5, other: "6"})");
}

TEST(CsvConverter, ANewHintChangesTheColumns) {
  const HintColumn one[] = {{"a", Tag::string}};
  const HintColumn two[] = {{"a", Tag::string}, {"b", Tag::int8}};
  Conversion conversion = csv({});
  conversion.converter().hint(one, false);
  EXPECT_EQ(conversion.outcome("1"), R"({a: "1"})");
  conversion.converter().hint(two, false);
  EXPECT_EQ(conversion.outcome("1,2"), R"({a: "1", b: int8 2})");
}

}  // namespace
}  // namespace sinkway::convert
