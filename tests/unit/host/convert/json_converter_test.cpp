#include "host/convert/json_converter.hpp"

#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

using test::Conversion;

std::unique_ptr<Converter> schemaless(bool fast_way) {
  return std::make_unique<JsonConverter>(JsonConverter::Options{.schemas = false, .fast_way = fast_way});
}

std::string times(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

struct Case {
  std::string text;
  std::string outcome;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      // The record that this converter was made for.
      {R"({"ID":"A_1","LOCATION":"Alachua","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"})",
       R"({ID: "A_1", LOCATION: "Alachua", TEMPERATURE: 75.3, HUMIDITY: 60.1, TM: "2026-01-01 00:00:00.0"})"},
      {" {\t\"a\" :\r\n1 , \"b\": [ ] } \n", "{a: 1, b: []}"},
      {" {\t\"a\" :\r\n1 , \"b\": 2 } \n", "{a: 1, b: 2}"},
      {"{}", "{}"},
      {"[]", "[]"},
      {R"([1,"a",null,{"b":[true]}])", R"([1, "a", null, {b: [true]}])"},
      {R"({"a":{"b":{"c":1}},"d":[{"e":2}]})", "{a: {b: {c: 1}}, d: [{e: 2}]}"},
      {R"({"t":true,"f":false,"n":null})", "{t: true, f: false, n: null}"},
      {R"({"":1})", "{: 1}"},
      {R"({"a":""})", R"({a: ""})"},
      // A value alone.
      {"true", "true"},
      {" null ", "null"},
      {"17", "17"},
      {"-1.5e1", "-15.0"},
      {R"("text")", R"("text")"},
      // A name twice: the last value, in the first place.
      {R"({"a":1,"b":2,"a":3})", "{a: 3, b: 2}"},
      {R"({"a":1,"\u0061":2})", "{a: 2}"},
      {R"({"o":{"a":1,"a":{"b":2}}})", "{o: {a: {b: 2}}}"},
      // Integers.
      {R"({"n":0})", "{n: 0}"},
      {R"({"n":-0})", "{n: 0}"},
      {R"({"n":9223372036854775807})", "{n: 9223372036854775807}"},
      {R"({"n":-9223372036854775808})", "{n: -9223372036854775808}"},
      {R"({"n":9223372036854775808})", "{n: dec 9223372036854775808}"},
      {R"({"n":-9223372036854775809})", "{n: dec -9223372036854775809}"},
      {R"({"n":999999999999999999})", "{n: 999999999999999999}"},
      {R"({"n":1000000000000000000})", "{n: 1000000000000000000}"},
      {R"({"n":18446744073709551616})", "{n: dec 18446744073709551616}"},
      {R"({"n":340282366920938463463374607431768211456})", "{n: dec 340282366920938463463374607431768211456}"},
      // Fractions: a double where it names the same number, else every digit.
      {R"({"n":0.1})", "{n: 0.1}"},
      {R"({"n":-0.0})", "{n: -0.0}"},
      {R"({"n":1.0})", "{n: 1.0}"},
      {R"({"n":1e3})", "{n: 1000.0}"},
      {R"({"n":1E-2})", "{n: 0.01}"},
      {R"({"n":123456789012345.5})", "{n: 123456789012345.5}"},
      {R"({"n":0.30000000000000004})", "{n: 0.30000000000000004}"},
      {R"({"n":0.300000000000000040})", "{n: 0.30000000000000004}"},
      {R"({"n":0.3000000000000000444})", "{n: dec 0.3000000000000000444}"},
      {R"({"n":1234567890123456789.5})", "{n: dec 1234567890123456789.5}"},
      {R"({"n":3.141592653589793238462643})", "{n: dec 3.141592653589793238462643}"},
      {R"({"n":1e400})", "{n: dec 1" + times("0", 400) + "}"},
      {R"({"n":0e99999})", "{n: 0.0}"},
      {R"({"n":5e-324})", "{n: 5e-324}"},
      {R"({"n":1.7976931348623157e308})", "{n: 1.7976931348623157e+308}"},
      {R"({"n":)" + times("1", 1000) + "}", "{n: dec " + times("1", 1000) + "}"},
      {R"({"n":)" + times("1", 1001) + "}", "! json.number_length"},
      {R"({"n":1e40000})", "! json.number"},
      {R"({"n":01})", "! json.number"},
      {R"({"n":-})", "! json.number"},
      {R"({"n":1.})", "! json.number"},
      {R"({"n":.5})", "! json.syntax"},
      {R"({"n":+5})", "! json.syntax"},
      {R"({"n":1e})", "! json.number"},
      {R"({"n":0x10})", "! json.syntax"},
      {R"({"n":1-2})", "! json.number"},
      {R"({"n":NaN})", "! json.syntax"},
      {R"({"n":Infinity})", "! json.syntax"},
      // Text.
      {"{\"s\":\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"}", "{s: \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"}"},
      {R"({"s":"\"\\\/\b\f\n\r\t"})", "{s: \"\"\\/\b\f\n\r\t\"}"},
      {R"({"s":"\u00e4\u20AC\ud83d\ude00"})", "{s: \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"}"},
      {R"({"s":"a\u0000b"})", std::string("{s: \"a\0b\"}", 10)},
      {"{\"\xC3\xA4\":1}", "{\xC3\xA4: 1}"},
      {"{\"s\":\"\x7F\"}", "{s: \"\x7F\"}"},
      {"{\"s\":\"" + times("0123456789abcdef", 65536) + "\"}", "{s: \"" + times("0123456789abcdef", 65536) + "\"}"},
      {"{\"s\":\"\xFF\"}", "! json.utf8"},
      {"{\"s\":\"\xC0\x80\"}", "! json.utf8"},
      {"{\"s\":\"\xED\xA0\x80\"}", "! json.utf8"},
      {"{\"s\":\"\xF5\x80\x80\x80\"}", "! json.utf8"},
      {"{\"s\":\"\xE2\x82\"}", "! json.utf8"},
      {"{\"\xFF\":1}", "! json.utf8"},
      {"{\"s\":\"abc\ndef\"}", "! json.control"},
      {std::string("{\"s\":\"a\0b\"}", 11), "! json.control"},
      {R"({"s":"\x"})", "! json.escape"},
      {R"({"s":"\u12g4"})", "! json.escape"},
      {R"({"s":"\ud800"})", "! json.surrogate"},
      {R"({"s":"\udc00"})", "! json.surrogate"},
      {R"({"s":"\ud800\u0041"})", "! json.surrogate"},
      // Structure.
      {"\xEF\xBB\xBF{\"a\":1}", "{a: 1}"},
      {"", "null"},
      {" ", "! json.empty"},
      {R"({"a":1}x)", "! json.trailing"},
      {R"({"a":1} {"a":2})", "! json.trailing"},
      {R"({"a":1}})", "! json.trailing"},
      {"1 2", "! json.trailing"},
      {"\"a\" \"b\"", "! json.trailing"},
      {"nullx", "! json.trailing"},
      {std::string("{\"a\":1}\0", 8), "! json.trailing"},
      {"{", "! json.truncated"},
      {R"({"a)", "! json.truncated"},
      {R"({"a")", "! json.truncated"},
      {R"({"a":)", "! json.truncated"},
      {R"({"a":1)", "! json.truncated"},
      {R"({"a":"b)", "! json.truncated"},
      {R"({"a":"b\)", "! json.truncated"},
      {R"({"a":"b\u00)", "! json.truncated"},
      {R"({"a":tr)", "! json.truncated"},
      {"[1,2", "! json.truncated"},
      {R"({"a":1,})", "! json.syntax"},
      {R"({,"a":1})", "! json.syntax"},
      {R"({"a" 1})", "! json.syntax"},
      {R"({"a":1 "b":2})", "! json.syntax"},
      {R"({a:1})", "! json.syntax"},
      {R"({'a':1})", "! json.syntax"},
      {R"({"a":True})", "! json.syntax"},
      {"[1,]", "! json.syntax"},
      {"[1 2]", "! json.syntax"},
      {"[1}", "! json.syntax"},
      {R"({"a":1])", "! json.syntax"},
      {"A_1", "! json.syntax"},
      {times("[", 64) + times("]", 64), times("[", 64) + times("]", 64)},
      {times("[", 65) + times("]", 65), "! json.depth"},
      {times("{\"a\":", 65) + "1" + times("}", 65), "! json.depth"},
      {times("[", 100000), "! json.depth"},
  };
  return all;
}

TEST(JsonConverter, TheFastWayWithTheThoroughOneBehindItAnswersTheTable) {
  for (const Case& c : cases()) {
    Conversion conversion(schemaless(true));
    EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text.substr(0, 100);
    // Again, when the names are expected.
    EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text.substr(0, 100);
  }
}

TEST(JsonConverter, TheThoroughWayAloneAnswersTheTable) {
  for (const Case& c : cases()) {
    Conversion conversion(schemaless(false));
    EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text.substr(0, 100);
    EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text.substr(0, 100);
  }
}

// Names are kept for the life of a task, and no table has so many columns.
TEST(JsonConverter, ARecordOfVeryManyNamesIsRefused) {
  std::string record = "{\"n0\":0", nested;
  for (int n = 1; n <= 4'096; ++n) record += ",\"n" + std::to_string(n) + "\":1";
  record += "}";
  nested = "{\"a\":" + record + "}";
  for (const bool fast : {true, false}) {
    Conversion conversion(schemaless(fast));
    EXPECT_EQ(conversion.outcome(record), "! json.fields");
    EXPECT_EQ(conversion.outcome(nested).substr(0, 4), "{a: ") << "names inside may be data";
    EXPECT_EQ(conversion.outcome(R"({"n":1})"), "{n: 1}");
  }
}

TEST(JsonConverter, NoRecordSpoilsTheNextOne) {
  Conversion conversion(schemaless(true));
  for (int round = 0; round < 2; ++round)
    for (const Case& c : cases()) EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text.substr(0, 100);
}

TEST(JsonConverter, ATombstoneIsNullInBothModes) {
  Conversion conversion(schemaless(true));
  EXPECT_EQ(conversion.outcome(std::nullopt), "null");
  JsonConverter with_schemas(JsonConverter::Options{});
  EXPECT_EQ(conversion.outcome(with_schemas, std::nullopt), "null");
}

TEST(JsonConverter, WithoutSchemasThereIsNoSchema) {
  Conversion conversion(schemaless(true));
  conversion.outcome(R"({"a":1})");
  EXPECT_EQ(conversion.last()->schema, nullptr);
}

TEST(JsonConverter, RecordsThatLookAlikeShareTheirShape) {
  Conversion conversion(schemaless(true));
  const auto shape_of = [&](std::string_view text) {
    conversion.outcome(text);
    return conversion.last()->value.as.object->shape;
  };
  const Shape* const first = shape_of(R"({"a":1,"b":"x"})");
  EXPECT_EQ(shape_of(R"({"a":null,"b":2.5})"), first);
  EXPECT_EQ(shape_of(R"({"a":[],"b":"\n"})"), first);
  EXPECT_NE(shape_of(R"({"b":1,"a":2})"), first);
  EXPECT_NE(shape_of(R"({"a":1})"), first);
  EXPECT_EQ(shape_of(R"({"a":1,"b":"x"})"), first);
}

TEST(JsonConverter, AnErrorNamesThePlaceAndNeverTheText) {
  Conversion conversion(schemaless(true));
  conversion.outcome(R"({"secret":"value" "b":1})");
  EXPECT_EQ(conversion.last().error().message(),
            "JSON is wrong at byte 18 of 24: a comma or the end of the object is expected here");
  EXPECT_EQ(conversion.last().error().text().find("value\""), std::string::npos);
}

TEST(JsonConverter, AnObjectOfAnyWidthIsRead) {
  for (const bool fast : {true, false}) {
    Conversion conversion(schemaless(fast));
    std::string text = "{";
    std::string outcome = "{";
    for (int i = 0; i < 300; ++i) {
      text += fmt::format("{}\"name{}\":{}", i == 0 ? "" : ",", i, i);
      outcome += fmt::format("{}name{}: {}", i == 0 ? "" : ", ", i, i == 7 ? -1 : i);
    }
    EXPECT_EQ(conversion.outcome(text + ",\"name7\":-1}"), outcome + "}");
  }
}

TEST(JsonConverter, TooManyShapesShareOneThatHoldsTheirNames) {
  for (const bool fast : {true, false}) {
    Conversion conversion(schemaless(fast));
    for (int i = 0; i < 1100; ++i) {
      std::string text = "{\"a\":1";
      for (int bit = 0; bit < 11; ++bit)
        if ((i >> bit & 1) != 0) text += fmt::format(",\"b{}\":{}", bit, i);
      conversion.outcome(text + "}");
      ASSERT_TRUE(conversion.last().ok());
      const Value& value = conversion.last()->value;
      for (int bit = 0; bit < 11; ++bit) {
        const int position = ShapeTable::position(*value.as.object->shape, "b" + std::to_string(bit));
        const bool there = position >= 0 && tag_of(fields_of(value)[static_cast<std::size_t>(position)]) == Tag::int64;
        ASSERT_EQ(there, (i >> bit & 1) != 0) << i;
      }
    }
  }
}

TEST(JsonConverter, AnObjectInsideStaysAStructInHoweverManyForms) {
  Conversion conversion(schemaless(true));
  for (int i = 0; i < 1100; ++i) {
    conversion.outcome(fmt::format(R"({{"tags":{{"user{}":1}}}})", i));
    std::string text;
    for (int bit = 0; bit < 11; ++bit)
      if ((i >> bit & 1) != 0) text += fmt::format(",\"b{}\":{}", bit, i);
    conversion.outcome(R"({"after":{"a":1)" + text + "}}");
    ASSERT_TRUE(conversion.last().ok());
    const Value& after = fields_of(conversion.last()->value)[0];
    ASSERT_EQ(tag_of(after), Tag::structure) << i;
    for (int bit = 0; bit < 11; ++bit) {
      const int position = ShapeTable::position(*after.as.object->shape, "b" + std::to_string(bit));
      const bool there = position >= 0 && tag_of(fields_of(after)[static_cast<std::size_t>(position)]) == Tag::int64;
      ASSERT_EQ(there, (i >> bit & 1) != 0) << i;
    }
  }
}

TEST(JsonConverter, NamesThatAreDataDoNotUseUpTheShapesOfRecords) {
  Conversion conversion(schemaless(true));
  for (int i = 0; i < 3000; ++i) conversion.outcome(fmt::format("{{\"id\":{},\"by\":{{\"user{}\":1}}}}", i, i));
  EXPECT_EQ(conversion.outcome(R"({"id":1,"by":{"someone":1}})"), R"({id: 1, by: <"someone" = 1>})");
  EXPECT_EQ(conversion.outcome(R"({"other":1})"), "{other: 1}");
}

TEST(JsonConverter, TooManyNamesOfRecordsAreAnErrorThatSaysSo) {
  for (const bool fast : {true, false}) {
    Conversion conversion(schemaless(fast));
    std::string outcome;
    for (int i = 0; i < 4000 && outcome != "! json.fields"; ++i)
      outcome = conversion.outcome(fmt::format("{{\"name{}\":1}}", i)).substr(0, 13);
    EXPECT_EQ(outcome, "! json.fields");
    EXPECT_EQ(conversion.outcome(R"({"name0":5})"), "{name0: 5}");
  }
}

TEST(JsonConverter, ADepthOfTheUsersChoiceIsKept) {
  Conversion conversion(std::make_unique<JsonConverter>(JsonConverter::Options{.schemas = false, .max_depth = 2}));
  EXPECT_EQ(conversion.outcome("[[1]]"), "[[1]]");
  EXPECT_EQ(conversion.outcome("[[[1]]]"), "! json.depth");
  EXPECT_EQ(conversion.outcome(R"({"a":{"b":{}}})"), "! json.depth");
}

TEST(JsonConverter, ContainersThatTheSinkIgnoresMayBeLeftOut) {
  Conversion conversion(schemaless(true));
  const HintColumn columns[] = {{"ID", Tag::int64}, {"tags", Tag::string}};
  conversion.converter().hint(columns, true);
  EXPECT_EQ(conversion.outcome(R"({"id":1,"x":2,"Tags":[1],"more":{"deep":[]}})"), "{id: 1, x: 2, Tags: [1]}");
  conversion.converter().hint(columns, false);
  EXPECT_EQ(conversion.outcome(R"({"id":1,"more":{}})"), "{id: 1, more: {}}");
}

}  // namespace
}  // namespace sinkway::convert
