#include "plugins/table/rows/row_group.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

class SortByKey : public testing::Test {
 protected:
  // Rows with these ids, in this order.
  RowGroup group(const std::vector<sinkway_value>& ids) {
    RowGroup made;
    for (const sinkway_value& id : ids) {
      const auto* record = arena.record(test::null_value(), arena.object(shape, {id, test::null_value()}));
      made.binding = binder.bind(plain_row(*record), fault);
      made.rows.push_back(plain_row(*record, made.rows.size()));
    }
    made.table = &table;
    return made;
  }
  static std::string order(const RowGroup& sorted) {
    std::string text;
    for (const Row& row : sorted.rows) text += std::to_string(row.index) + " ";
    return text;
  }
  static Table keyed() {
    Table made = test::weather_table();
    made.primary_key = {"id"};
    return made;
  }
  Table table = keyed();
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"id", "location"});
  Binder binder{table, {}};
  RowFault fault;
};

TEST_F(SortByKey, BringsRowsIntoOrderAndKeepsEqualKeysAsTheyCame) {
  RowGroup rows = group({arena.text("b"), arena.text("a"), arena.text("b"), arena.text("a"), arena.text("")});
  EXPECT_TRUE(sort_by_key(rows));
  EXPECT_EQ(order(rows), "4 1 3 0 2 ");
}

TEST_F(SortByKey, LooksBehindTheFirstEightBytes) {
  RowGroup rows = group({arena.text("A_1000002"), arena.text("A_1000001"), arena.text("A_100000"),
                         arena.text("A_10000011")});
  EXPECT_TRUE(sort_by_key(rows));
  EXPECT_EQ(order(rows), "2 1 3 0 ");
}

TEST_F(SortByKey, ABadOrNullKeyComesFirstAndIsReportedLater) {
  RowGroup rows = group({arena.text("b"), arena.bytes({0xff}), arena.text("a"), test::null_value()});
  EXPECT_TRUE(sort_by_key(rows));
  EXPECT_EQ(order(rows), "1 3 2 0 ");
}

TEST_F(SortByKey, LeavesAloneWhatIsNearlyInOrder) {
  std::vector<sinkway_value> ids;
  for (int n = 0; n < 1'000; ++n) ids.push_back(arena.text(std::to_string(10'000 + n)));
  RowGroup sorted = group(ids);
  EXPECT_FALSE(sort_by_key(sorted));
  std::swap(ids[400], ids[401]);
  RowGroup nearly = group(ids);
  EXPECT_FALSE(sort_by_key(nearly));
  for (std::size_t n = 0; n + 1 < ids.size(); n += 20) std::swap(ids[n], ids[n + 1]);
  RowGroup scattered = group(ids);
  EXPECT_TRUE(sort_by_key(scattered));
}

TEST_F(SortByKey, TellsTheOrderOfManyRowsByAFewOfThem) {
  constexpr int kRows = 20'000;
  std::vector<sinkway_value> ids;
  for (int n = 0; n < kRows; ++n) ids.push_back(arena.text(std::to_string(100'000 + n)));
  RowGroup sorted = group(ids);
  EXPECT_FALSE(sort_by_key(sorted));
  for (const int rhythm : {2, 7, 64, 100}) {  // runs of that length, each in order, that lie among one another
    SCOPED_TRACE(rhythm);
    std::vector<sinkway_value> mixed;
    for (int n = 0; n < kRows; ++n) mixed.push_back(ids[static_cast<std::size_t>(n % rhythm * (kRows / rhythm) + n / rhythm) % kRows]);
    RowGroup rows = group(mixed);
    ASSERT_TRUE(sort_by_key(rows));
    for (std::size_t n = 1; n < rows.rows.size(); ++n) {
      const auto text = [&](std::size_t at) { return rows.rows[at].body->values[0].as.text; };
      ASSERT_LE(std::string_view(text(n - 1), 6), std::string_view(text(n), 6)) << n;
    }
  }
}

TEST_F(SortByKey, LeavesTablesWithoutAKeyAlone) {
  table.primary_key.clear();
  RowGroup rows = group({arena.text("b"), arena.text("a")});
  EXPECT_FALSE(sort_by_key(rows));
  EXPECT_EQ(order(rows), "0 1 ");
}

}  // namespace
}  // namespace sinkway::table
