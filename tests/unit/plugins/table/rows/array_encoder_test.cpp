#include "plugins/table/rows/array_encoder.hpp"

#include <gtest/gtest.h>

#include "plugins/table/rows/value_encoder.hpp"
#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using test::int64_value;
using test::null_value;

test::ValueArena arena;

ColumnType element(std::uint32_t type) {
  Column column;
  column.type = column.base_type = type;
  return type_of(column);
}

// As the literal that the payload spells, or the id of the fault.
std::string literal(const sinkway_value& value, std::uint32_t type) {
  const ColumnType of = element(type);
  ByteBuffer payload, out;
  const Fault fault = encode_array(value, of, payload);
  if (fault != Fault::none) return std::string(id_of(fault));
  print_array_payload(payload.view(), of, out);
  return std::string(out.view());
}

TEST(ArrayEncoder, HasTheServersBytes) {
  ByteBuffer payload;
  ASSERT_EQ(encode_array(arena.array({int64_value(1), null_value()}), element(oid::kInt4), payload), Fault::none);
  EXPECT_EQ(payload.view(), std::string_view("\0\0\0\1\0\0\0\1\0\0\0\27\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\1\377\377\377\377", 32));
  payload.clear();
  ASSERT_EQ(encode_array(arena.array({}), element(oid::kText), payload), Fault::none);
  EXPECT_EQ(payload.view(), std::string_view("\0\0\0\0\0\0\0\0\0\0\0\31", 12));
}

TEST(ArrayEncoder, MakesDimensionsOfInnerArrays) {
  const auto row = [](std::vector<sinkway_value> items) { return arena.array(std::move(items)); };
  EXPECT_EQ(literal(row({row({int64_value(1), int64_value(2)}), row({int64_value(3), null_value()})}), oid::kInt8),
            R"({{"1","2"},{"3",NULL}})");
  EXPECT_EQ(literal(row({row({row({int64_value(1)})})}), oid::kInt2), R"({{{"1"}}})");
  EXPECT_EQ(literal(row({row({}), row({})}), oid::kInt2), "{}");
  for (const auto& ragged : {row({row({int64_value(1)}), row({})}), row({row({int64_value(1)}), int64_value(2)}),
                             row({int64_value(1), row({int64_value(2)})}), row({row({int64_value(1)}), null_value()}),
                             row({row({int64_value(1)}), row({row({int64_value(1)})})})})
    EXPECT_EQ(literal(ragged, oid::kInt4), "table.bad_format");
  sinkway_value deep = int64_value(1);
  for (int n = 0; n < 7; ++n) deep = row({deep});
  EXPECT_EQ(literal(deep, oid::kInt4), "table.bad_format") << "six dimensions at most";
}

TEST(ArrayEncoder, TakesInnerArraysOfJsonForValues) {
  EXPECT_EQ(literal(arena.array({arena.array({int64_value(1)}), arena.map({}), arena.text("null"), null_value()}),
                    oid::kJsonb), R"({"[1]","{}","null",NULL})");
}

TEST(ArrayEncoder, ReadsLiterals) {
  struct Case {
    const char* text;
    std::uint32_t type;
    const char* printed;
  };
  for (const auto& [text, type, printed] : {
           Case{"{}", oid::kInt4, "{}"}, Case{" { 1 , 2,NULL } ", oid::kInt4, R"({"1","2",NULL})"},
           Case{R"({a,"b c",  d e ,"NULL",null,\"x,"q\"\\r"})", oid::kText,
                R"({"a","b c","d e","NULL",NULL,"\"x","q\"\\r"})"},
           Case{"{{1,2},{3,4}}", oid::kInt2, R"({{"1","2"},{"3","4"}})"},
           Case{"[0:1]={7,8}", oid::kInt8, R"([0:1]={"7","8"})"},
           Case{"[2]={7,8}", oid::kInt8, R"({"7","8"})"},
           Case{"[-1:0][2:3]={{1,2},{3,4}}", oid::kInt4, R"([-1:0][2:3]={{"1","2"},{"3","4"}})"},
           Case{R"({"{\"a\": 1}"})", oid::kJson, R"({"{\"a\": 1}"})"},
           Case{R"({"\\xff"})", oid::kBytea, R"({"\\xff"})"},
           Case{"{2024-05-01 12:00:00+02}", oid::kTimestamptz, R"({"2024-05-01 10:00:00+00"})"}})
    EXPECT_EQ(literal(arena.text(text), type), printed) << text;
}

TEST(ArrayEncoder, RefusesWhatSpellsNoArray) {
  for (const char* text : {"", "1", "{", "{1", "{1,}", "{,1}", "{1}}", "{1}x", "{\"a}", "{a\"b\"}", "{{1},2}", "{1,{2}}",
                           "{{1},{2,3}}", "[1:2]={1}", "[1:2]{1,2}", "[2:1]={}", "[x]={1}", "{\\", "{{{{{{{1}}}}}}}"})
    EXPECT_EQ(literal(arena.text(text), oid::kInt4), "table.bad_format") << text;
  EXPECT_EQ(literal(int64_value(1), oid::kInt4), "table.wrong_type");
  EXPECT_EQ(literal(arena.array({int64_value(40'000)}), oid::kInt2), "table.out_of_range");
  EXPECT_EQ(literal(arena.array({arena.text("x")}), oid::kInt2), "table.bad_format");
}

}  // namespace
}  // namespace sinkway::table
