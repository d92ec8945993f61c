#include "plugins/table/rows/value_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using test::float64_value;
using test::int64_value;
using test::integer_value;
using test::null_value;

test::ValueArena& arena() {
  static test::ValueArena values;
  return values;
}
sinkway_value text(std::string_view body) { return arena().text(body); }

std::string json(const sinkway_value& value) {
  ByteBuffer out;
  EXPECT_EQ(print_json(value, out), Fault::none);
  return std::string(out.view());
}
std::string array(const sinkway_value& value) {
  ByteBuffer out;
  EXPECT_EQ(print_array(value, out), Fault::none);
  return std::string(out.view());
}

TEST(JsonText, EscapesWhatJsonMust) {
  EXPECT_EQ(json(text("a\"b\\c\n\x01\xc3\xa9")), "\"a\\\"b\\\\c\\u000a\\u0001\xc3\xa9\"");
}

TEST(JsonText, HasAFormForEveryTag) {
  EXPECT_EQ(json(null_value()), "null");
  EXPECT_EQ(json(test::bool_value(false)), "false");
  EXPECT_EQ(json(int64_value(-5)), "-5");
  EXPECT_EQ(json(float64_value(0.1)), "0.1");
  EXPECT_EQ(json(float64_value(100'000)), "100000");
  EXPECT_EQ(json(float64_value(-0.0001)), "-0.0001");
  EXPECT_EQ(json(float64_value(0.00001)), "1e-05");
  EXPECT_EQ(json(float64_value(1e15)), "1e+15");
  EXPECT_EQ(json(float64_value(0)), "0");
  EXPECT_EQ(json(float64_value(NAN)), "\"NaN\"");
  EXPECT_EQ(json(float64_value(-INFINITY)), "\"-Infinity\"");
  EXPECT_EQ(json(arena().decimal({0x04, 0xd2}, 2)), "12.34");
  EXPECT_EQ(json(arena().bytes({1, 2})), "\"AQI=\"");
  EXPECT_EQ(json(arena().bytes({1, 2, 3, 4})), "\"AQIDBA==\"");
  EXPECT_EQ(json(arena().bytes({0xff, 0xff, 0xff})), "\"////\"");
  EXPECT_EQ(json(integer_value(SINKWAY_DATE, 0)), "\"1970-01-01\"");
  EXPECT_EQ(json(integer_value(SINKWAY_TIME_MS, 1)), "\"00:00:00.001000\"");
  EXPECT_EQ(json(integer_value(SINKWAY_TIMESTAMP_MS, 1'500)), "\"1970-01-01T00:00:01.500000+00:00\"");
}

TEST(JsonText, NestsAndLeavesAbsentFieldsOut) {
  const auto* shape = arena().shape({"a", "b", "c"});
  const sinkway_value inner = arena().array({int64_value(1), text("x")});
  EXPECT_EQ(json(arena().object(shape, {test::absent_value(), inner, null_value()})), "{\"b\":[1,\"x\"],\"c\":null}");
  EXPECT_EQ(json(arena().map({{int64_value(1), text("one")}, {text("k\""), null_value()}})),
            "{\"1\":\"one\",\"k\\\"\":null}");
  EXPECT_EQ(json(arena().map({})), "{}");
}

TEST(JsonText, KeysOfMapsMustBeValuesWithoutParts) {
  ByteBuffer out;
  EXPECT_EQ(print_json(arena().map({{arena().array({}), null_value()}}), out), Fault::wrong_type);
}

TEST(ArrayText, QuotesElementsAndNests) {
  EXPECT_EQ(array(arena().array({})), "{}");
  EXPECT_EQ(array(arena().array({int64_value(1), null_value(), text("NULL"), text("a\"b\\c,{}")})),
            "{\"1\",NULL,\"NULL\",\"a\\\"b\\\\c,{}\"}");
  EXPECT_EQ(array(arena().array({arena().array({int64_value(1)}), arena().array({int64_value(2)})})),
            "{{\"1\"},{\"2\"}}");
  EXPECT_EQ(array(arena().array({arena().bytes({0xab})})), "{\"\\\\xab\"}");
  EXPECT_EQ(array(arena().array({integer_value(SINKWAY_TIMESTAMP_MS, 0)})), "{\"1970-01-01 00:00:00+00\"}");
}

TEST(NestedValues, AreRefusedBeforeTheStackEnds) {
  sinkway_value value = arena().array({});
  for (int n = 0; n < 5'000; ++n) value = arena().array({value});
  ByteBuffer out;
  EXPECT_EQ(print_json(value, out), Fault::out_of_range);
  EXPECT_EQ(print_array(value, out), Fault::out_of_range);
}

}  // namespace
}  // namespace sinkway::table
