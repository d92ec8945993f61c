#include "plugins/table/rows/key_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "plugins/table/rows/binder.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

class KeyOrder : public testing::Test {
 protected:
  // The key of a table whose primary key is id and location.
  bool put(const sinkway_value& id, const sinkway_value& location) {
    const auto* record = arena.record(test::null_value(), arena.object(shape, {id, location}));
    const Row row = plain_row(*record);
    const std::size_t begin = bytes.size();
    const bool is_whole = put_key(*binder.bind(row, fault), row, bytes);
    keys.push_back(last_key(bytes, begin, keys.size()));
    return is_whole;
  }
  bool put(const std::string& id, const std::string& location) { return put(arena.text(id), arena.text(location)); }
  [[nodiscard]] std::string_view key(std::size_t n) const { return bytes.view(keys[n].begin).substr(0, keys[n].end - keys[n].begin); }
  std::string order() {
    (void)sort_keys(keys, bytes);
    std::string text;
    for (const PlacedKey& placed : keys) text += std::to_string(placed.row) + " ";
    return text;
  }
  static Table keyed() {
    Table made = test::weather_table();
    made.primary_key = {"id", "location"};
    return made;
  }
  Table table = keyed();
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"id", "location"});
  Binder binder{table, {}};
  RowFault fault;
  ByteBuffer bytes;
  std::vector<PlacedKey> keys;
};

TEST_F(KeyOrder, ColumnsCountOneAfterTheOther) {
  put("ab", "a");
  put("a", "z");
  put("b", "");
  put("a", "b");
  EXPECT_EQ(order(), "3 1 0 2 ");
}

TEST_F(KeyOrder, BytesOfOneColumnAreNoneOfTheNext) {
  for (Column* column : {&table.columns[0], &table.columns[1]}) *column = test::column(column->name, oid::kBytea, "bytea");
  (void)put(arena.bytes({'a', 0, 'b'}), arena.bytes({'c'}));
  (void)put(arena.bytes({'a'}), arena.bytes({'b', 0, 'c'}));
  (void)put(arena.bytes({'a', 0, 'b'}), arena.bytes({'c'}));
  EXPECT_NE(key(0), key(1));
  EXPECT_EQ(key(0), key(2));
}

TEST_F(KeyOrder, AKeyThatIsNotWholeLeavesNothing) {
  EXPECT_FALSE(put(arena.text("a"), test::null_value()));
  EXPECT_FALSE(put(arena.text("a"), arena.bytes({0xff})));
  EXPECT_EQ(bytes.size(), 0U);
}

TEST_F(KeyOrder, ManyAreSortedAsAFewAre) {
  std::mt19937 random(7);
  std::vector<std::string> ids;
  for (int n = 0; n < 5'000; ++n) ids.push_back("A_" + std::to_string(random() % 4'000 * 1'001));  // some are prefixes, some come twice
  for (const std::string& id : ids) put(id, "here");
  EXPECT_TRUE(sort_keys(keys, bytes));
  for (std::size_t n = 1; n < keys.size(); ++n) {
    ASSERT_LE(ids[keys[n - 1].row], ids[keys[n].row]) << n;
    if (ids[keys[n - 1].row] == ids[keys[n].row]) {
      ASSERT_LT(keys[n - 1].row, keys[n].row) << "as they came";
    }
  }
  EXPECT_FALSE(sort_keys(keys, bytes));
}

}  // namespace
}  // namespace sinkway::table
