#include "plugins/table/rows/row_encoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "plugins/table/rows/column_arrays.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using test::null_value;
using namespace std::string_literals;

class RowEncoder : public testing::Test {
 protected:
  const sinkway_record* record(const sinkway_value& id, const sinkway_value& temperature) {
    return arena.record(null_value(), arena.object(shape, {id, temperature}));
  }
  Table table = test::weather_table();
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"id", "temperature"});
  Binder binder{table, {}};
  RowFault fault;
  ByteBuffer out;
};

TEST_F(RowEncoder, WritesTheBinaryFormOfCopy) {
  const auto* one = record(arena.text("A_1"), null_value());
  ASSERT_TRUE(append_row(*binder.bind(plain_row(*one), fault), plain_row(*one), CopyFormat::binary, out, fault));
  EXPECT_EQ(out.view(), "\0\2\0\0\0\3A_1\xff\xff\xff\xff"s);
  EXPECT_EQ(copy_header(CopyFormat::binary), "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(copy_trailer(CopyFormat::binary), "\xff\xff"s);
}

TEST_F(RowEncoder, FindsANulAtEveryPlaceOfTextsOfEveryLength) {
  for (std::size_t size = 0; size <= 20; ++size) {
    const std::string good = "abcdefghij\x01\x80\xfflmnopqrs"s.substr(0, size);
    const auto* fine = record(arena.text(good), null_value());
    const Binding& binding = *binder.bind(plain_row(*fine), fault);
    out.clear();
    ASSERT_TRUE(append_row(binding, plain_row(*fine, 0), CopyFormat::binary, out, fault)) << size;
    EXPECT_EQ(out.view().substr(6, size), good);
    for (std::size_t at = 0; at < size; ++at) {
      std::string bad = good;
      bad[at] = '\0';
      const auto* row = record(arena.text(bad), null_value());
      ASSERT_FALSE(append_row(binding, plain_row(*row, 0), CopyFormat::binary, out, fault)) << size << " " << at;
      EXPECT_EQ(fault.fault, Fault::nul);
    }
  }
}

TEST_F(RowEncoder, WritesTheTextFormOfCopy) {
  const auto* one = record(arena.text("a\tb\\c\nd\re\bf\fg\vh"), test::float64_value(1.5));
  const auto* two = record(null_value(), null_value());
  const Binding& binding = *binder.bind(plain_row(*one), fault);
  ASSERT_TRUE(append_row(binding, plain_row(*one, 0), CopyFormat::text, out, fault));
  ASSERT_TRUE(append_row(binding, plain_row(*two, 1), CopyFormat::text, out, fault));
  EXPECT_EQ(out.view(), "a\\tb\\\\c\\nd\\re\\bf\\fg\\vh\t1.5\n\\N\t\\N\n");
  EXPECT_EQ(copy_header(CopyFormat::text), "");
  EXPECT_EQ(copy_trailer(CopyFormat::text), "");
}

TEST_F(RowEncoder, ABadRowLeavesNothingBehind) {
  const auto* good = record(arena.text("A_1"), test::float64_value(1));
  const auto* bad = record(arena.text("A_2"), arena.text("warm"));
  const Binding& binding = *binder.bind(plain_row(*good), fault);
  for (const CopyFormat format : {CopyFormat::binary, CopyFormat::text}) {
    out.clear();
    ASSERT_TRUE(append_row(binding, plain_row(*good, 0), format, out, fault));
    const std::string before(out.view());
    ASSERT_FALSE(append_row(binding, plain_row(*bad, 7), format, out, fault));
    EXPECT_EQ(out.view(), before);
    EXPECT_EQ(fault.record_index, 7U);
    EXPECT_EQ(fault.column, "temperature");
    EXPECT_EQ(fault.fault, Fault::bad_format);
  }
}

TEST_F(RowEncoder, MakesArraysOfTheColumns) {
  const auto* one = record(arena.text("A"), null_value());
  const auto* bad = record(arena.text("B"), arena.text("warm"));
  const auto* two = record(arena.text("C"), test::float64_value(1));
  ColumnArrays arrays;
  arrays.begin(*binder.bind(plain_row(*one), fault));
  EXPECT_TRUE(arrays.append(plain_row(*one, 0), fault));
  EXPECT_FALSE(arrays.append(plain_row(*bad, 1), fault));
  EXPECT_EQ(fault.record_index, 1U);
  EXPECT_TRUE(arrays.append(plain_row(*two, 2), fault));
  arrays.end();
  ASSERT_EQ(arrays.rows(), 2U);
  ASSERT_EQ(arrays.columns(), 2U);
  EXPECT_EQ(arrays.array(0), "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1\0\0\0\1A\0\0\0\1C"s);
  EXPECT_EQ(arrays.array(1),
            "\0\0\0\1\0\0\0\1\0\0\2\xbd\0\0\0\2\0\0\0\1\xff\xff\xff\xff\0\0\0\x08\x3f\xf0\0\0\0\0\0\0"s);
}

}  // namespace
}  // namespace sinkway::table
