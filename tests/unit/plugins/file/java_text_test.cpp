#include "plugins/file/java_text.hpp"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::file {
namespace {

using sdk::testing::bytes_value;
using sdk::testing::number_value;
using sdk::testing::SampleBatch;
using sdk::testing::text_value;
using sdk::testing::value_of;

std::string text_of(const sinkway_value& value) {
  std::string line;
  append_java_text(line, value);
  return line;
}

TEST(JavaText, NumbersAndWordsAreSpelledAsJavaDoes) {
  const struct {
    sinkway_value value;
    std::string_view text;
  } cases[] = {
      {value_of(SINKWAY_NULL), "null"},
      {value_of(SINKWAY_BOOL, 1), "true"},
      {value_of(SINKWAY_BOOL, 0), "false"},
      {value_of(SINKWAY_INT8, -128), "-128"},
      {value_of(SINKWAY_INT64, INT64_MIN), "-9223372036854775808"},
      {text_value("as it is"), "as it is"},
      {text_value(""), ""},
      {bytes_value(SINKWAY_BYTES, std::string_view("\x00\xFFz", 3)), "00ff7a"},
  };
  for (const auto& each : cases) EXPECT_EQ(text_of(each.value), each.text);
}

TEST(JavaText, DoublesFollowDoubleToString) {
  const struct {
    double number;
    std::string_view text;
  } cases[] = {
      {0, "0.0"},       {-0.0, "-0.0"},         {1, "1.0"},          {-1.5, "-1.5"},           {0.1, "0.1"},
      {0.001, "0.001"}, {0.00099, "9.9E-4"},    {100, "100.0"},      {1234567, "1234567.0"},   {9999999, "9999999.0"},
      {1e7, "1.0E7"},   {12345678, "1.2345678E7"}, {1e10, "1.0E10"}, {3.14159, "3.14159"},     {1e-10, "1.0E-10"},
      {NAN, "NaN"},     {INFINITY, "Infinity"}, {-INFINITY, "-Infinity"}, {DBL_MAX, "1.7976931348623157E308"},
  };
  for (const auto& each : cases) EXPECT_EQ(text_of(number_value(SINKWAY_FLOAT64, each.number)), each.text);
  EXPECT_EQ(text_of(number_value(SINKWAY_FLOAT32, 0.1f)), "0.1") << "the shortest float, not the double behind it";
  EXPECT_EQ(text_of(number_value(SINKWAY_FLOAT64, 0.1f)), "0.10000000149011612");
}

TEST(JavaText, DecimalsArePlain) {
  using namespace std::string_view_literals;
  const struct {
    std::string_view unscaled;
    int scale;
    std::string_view text;
  } cases[] = {
      {"\x00"sv, 0, "0"},     {"\x00"sv, 2, "0.00"},        {"\x7F"sv, 0, "127"},         {"\x80"sv, 0, "-128"},
      {"\xFF"sv, 3, "-0.001"}, {"\x30\x39"sv, 2, "123.45"}, {"\xCF\xC7"sv, 2, "-123.45"}, {"\x05"sv, -3, "5000"},
      {"\x00"sv, -3, "0"},    {""sv, 0, "0"},               {"\x0D\xE0\xB6\xB3\xA7\x64\x00\x00"sv, 18, "1.000000000000000000"},
  };
  for (const auto& each : cases) EXPECT_EQ(text_of(bytes_value(SINKWAY_DECIMAL, each.unscaled, each.scale)), each.text);
}

TEST(JavaText, TimesAreIso8601InUtc) {
  const struct {
    int tag;
    std::int64_t ticks;
    std::string_view text;
  } cases[] = {
      {SINKWAY_DATE, 0, "1970-01-01"},
      {SINKWAY_DATE, -1, "1969-12-31"},
      {SINKWAY_DATE, 11016, "2000-02-29"},
      {SINKWAY_DATE, 19782, "2024-02-29"},
      {SINKWAY_DATE, -719528, "0000-01-01"},
      {SINKWAY_DATE, -719529, "-0001-12-31"},
      {SINKWAY_DATE, INT64_MAX, "9223372036854775807"},
      {SINKWAY_TIME_MS, 86'399'999, "23:59:59.999"},
      {SINKWAY_TIME_US, 1, "00:00:00.000001"},
      {SINKWAY_TIMESTAMP_MS, -1, "1969-12-31T23:59:59.999Z"},
      {SINKWAY_TIMESTAMP_MS, 1'700'000'000'000, "2023-11-14T22:13:20.000Z"},
      {SINKWAY_TIMESTAMP_US, 0, "1970-01-01T00:00:00.000000Z"},
      {SINKWAY_TIMESTAMP_US, INT64_MAX, "294247-01-10T04:00:54.775807Z"},
      {SINKWAY_TIMESTAMP_MS, INT64_MIN, "-292275055-05-16T16:47:04.192Z"},
  };
  for (const auto& each : cases) EXPECT_EQ(text_of(value_of(each.tag, each.ticks)), each.text);
}

TEST(JavaText, CollectionsAreSpelledAsJavaDoes) {
  SampleBatch sample;
  EXPECT_EQ(text_of(sample.items(SINKWAY_ARRAY, {})), "[]");
  const sinkway_value one = value_of(SINKWAY_INT8, 1), none = value_of(SINKWAY_NULL);
  EXPECT_EQ(text_of(sample.items(SINKWAY_ARRAY, {one, text_value("b"), none})), "[1, b, null]");
  EXPECT_EQ(text_of(sample.items(SINKWAY_MAP, {text_value("a"), one, text_value("b"), none})), "{a=1, b=null}");
  const sinkway_value inner = sample.object({{"deep", value_of(SINKWAY_BOOL, 1)}});
  const sinkway_value outer =
      sample.object({{"id", text_value("x")}, {"gone", value_of(SINKWAY_ABSENT)}, {"no", none}, {"in", inner}});
  EXPECT_EQ(text_of(outer), "{id=x, no=null, in={deep=true}}");
}

TEST(JavaText, AStructWithSchemaLeavesOutItsNulls) {
  SampleBatch sample;
  const sinkway_schema schema{};
  sinkway_value value = sample.object({{"id", text_value("x")}, {"no", value_of(SINKWAY_NULL)}, {"n", value_of(SINKWAY_INT8, 1)}});
  sinkway_shape shape = *value.as.object->shape;
  shape.schema = &schema;
  const_cast<sinkway_struct*>(value.as.object)->shape = &shape;
  EXPECT_EQ(text_of(value), "Struct{id=x,n=1}");
}

}  // namespace
}  // namespace sinkway::file
