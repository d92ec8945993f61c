#include "plugins/table/rows/distinct_rows.hpp"

#include <gtest/gtest.h>

#include <string>

#include "plugins/table/rows/binder.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kSample = 1'024;

class Distinct : public testing::Test {
 protected:
  void add(const sinkway_value& id, const sinkway_value& location) {
    const auto* record = arena.record(test::null_value(), arena.object(shape, {id, location}));
    binding = binder.bind(plain_row(*record), fault);
    rows.push_back(plain_row(*record, rows.size()));
  }
  void add(const std::string& id, const std::string& location) { add(arena.text(id), arena.text(location)); }
  std::string answer() {
    const DistinctRows distinct = distinct_rows(rows, *binding);
    std::string text;
    for (const Row& row : distinct.rows) text += std::to_string(row.index) + " ";
    text += ":";
    for (const std::uint32_t kind : distinct.kind) text += " " + std::to_string(kind);
    return text;
  }
  Table table = test::weather_table();
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"id", "location"});
  Binder binder{table, {}};
  RowFault fault;
  const Binding* binding = nullptr;
  std::vector<Row> rows;
};

TEST_F(Distinct, TheFirstOfAKindStandsForAll) {
  for (const char* id : {"a", "b", "a", "c", "b", "a"}) add(id, "Seoul");
  EXPECT_EQ(answer(), "0 1 3 : 0 1 0 2 1 0");
}

TEST_F(Distinct, EachColumnCountsByItself) {
  add("ab", "c");
  add("a", "bc");
  add("ab", "c");
  EXPECT_EQ(answer(), "0 1 : 0 1 0");
}

TEST_F(Distinct, NullIsNoEmptyText) {
  add("a", "");
  add(arena.text("a"), test::null_value());
  add(arena.text("a"), test::null_value());
  EXPECT_EQ(answer(), "0 1 : 0 1 1");
}

TEST_F(Distinct, WhatCannotBeEncodedIsOfItsOwnKind) {
  const std::string nul("a\0b", 3);
  add(nul, "Seoul");
  add(nul, "Seoul");
  EXPECT_EQ(answer(), "0 1 : 0 1");
}

TEST_F(Distinct, RowsThatAreMostlyUnlikeAreNotCompared) {
  for (std::size_t n = 0; n < kSample; ++n) add(std::to_string(n), "Seoul");
  add("0", "Seoul");
  const DistinctRows distinct = distinct_rows(rows, *binding);
  EXPECT_EQ(distinct.rows.size(), kSample + 1);
  EXPECT_EQ(distinct.kind.back(), kSample);
}

TEST_F(Distinct, OfManyRowsAFewAreLeft) {
  for (std::size_t n = 0; n < 4 * kSample; ++n) add(std::to_string(n % 10), "Seoul");
  const DistinctRows distinct = distinct_rows(rows, *binding);
  EXPECT_EQ(distinct.rows.size(), 10U);
  EXPECT_EQ(distinct.kind.size(), 4 * kSample);
  EXPECT_EQ(distinct.kind.back(), (4 * kSample - 1) % 10);
}

TEST_F(Distinct, NoRowsAreNone) {
  add("a", "b");
  EXPECT_TRUE(distinct_rows({}, *binding).rows.empty());
}

}  // namespace
}  // namespace sinkway::table
