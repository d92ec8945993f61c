#include "plugins/table/rows/structure_text.hpp"

#include <gtest/gtest.h>

#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using test::float64_value;
using test::int64_value;
using test::null_value;

test::ValueArena arena;

ColumnType typed(Structure structure) {
  ColumnType type;
  type.structure = structure;
  return type;
}

std::string printed(const sinkway_value& value, const ColumnType& type) {
  ByteBuffer out;
  const Fault fault = print_structure(value, type, out);
  return fault == Fault::none ? std::string(out.view()) : std::string(id_of(fault));
}

TEST(StructureText, OfHstoreIsPairs) {
  const ColumnType type = typed(Structure::hstore);
  EXPECT_EQ(printed(arena.map({{arena.text("a"), int64_value(1)}, {arena.text("b\"c"), null_value()}}), type),
            R"("a"=>"1", "b\"c"=>NULL)");
  EXPECT_EQ(printed(arena.object(arena.shape({"x", "y", "z"}),
                                 {arena.text("p\\q"), test::absent_value(), arena.array({int64_value(1)})}), type),
            R"("x"=>"p\\q", "z"=>"[1]")");
  EXPECT_EQ(printed(arena.map({}), type), "");
  EXPECT_EQ(printed(arena.array({}), type), "table.wrong_type");
  EXPECT_EQ(printed(arena.map({{null_value(), int64_value(1)}}), type), "table.wrong_type");
  EXPECT_EQ(printed(arena.map({{arena.text(std::string_view("\0", 1)), int64_value(1)}}), type), "table.nul");
}

TEST(StructureText, OfCompositesIsByNameOrByPlace) {
  ColumnType type = typed(Structure::composite);
  const std::vector<std::string> attributes = {"id", "name", "size"};
  type.attributes = &attributes;
  EXPECT_EQ(printed(arena.object(arena.shape({"size", "more", "id"}), {float64_value(1.5), int64_value(9), int64_value(1)}),
                    type), R"(("1",,"1.5"))");
  EXPECT_EQ(printed(arena.array({int64_value(1), arena.text("a \"b\""), null_value()}), type), R"(("1","a \"b\"",))");
  EXPECT_EQ(printed(arena.map({{arena.text("name"), arena.bytes({0xff})}}), type), R"((,"\\xff",))");
  EXPECT_EQ(printed(arena.array({int64_value(1)}), type), "table.bad_format");
}

TEST(StructureText, OfPointsIsTwoNumbers) {
  const ColumnType type = typed(Structure::point);
  EXPECT_EQ(printed(arena.array({float64_value(1.5), int64_value(-2)}), type), "(1.5,-2)");
  EXPECT_EQ(printed(arena.object(arena.shape({"y", "x"}), {int64_value(2), int64_value(1)}), type), "(1,2)");
  EXPECT_EQ(printed(arena.array({int64_value(1)}), type), "table.bad_format");
  EXPECT_EQ(printed(arena.object(arena.shape({"x"}), {int64_value(1)}), type), "table.bad_format");
}

TEST(StructureText, OfOtherTypesIsJsonOrALiteral) {
  EXPECT_EQ(printed(arena.array({float64_value(1.5), int64_value(2)}), typed(Structure::json)), "[1.5,2]");
  EXPECT_EQ(printed(arena.array({arena.text("a"), null_value()}), typed(Structure::list)), "{\"a\",NULL}");
  EXPECT_EQ(printed(arena.map({}), typed(Structure::list)), "table.wrong_type");
}

}  // namespace
}  // namespace sinkway::table
