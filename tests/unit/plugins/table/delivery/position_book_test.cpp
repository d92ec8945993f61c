#include "plugins/table/delivery/position_book.hpp"

#include <gtest/gtest.h>

namespace sinkway::table {
namespace {

constexpr sinkway_string text(std::string_view view) { return {view.data(), view.size()}; }

const sinkway_string kA = text("a");
const sinkway_string kB = text("b");

// A batch that has positions only.
struct Positions {
  std::vector<sinkway_position> list{};
  [[nodiscard]] sdk::BatchView batch() {
    raw.struct_size = sizeof(raw);
    raw.record_size = sizeof(sinkway_record);
    raw.position_size = sizeof(sinkway_position);
    raw.position_count = list.size();
    raw.positions = list.data();
    return sdk::BatchView(raw);
  }
  sinkway_batch raw{};
};

sinkway_position position(const sinkway_string& topic, std::int32_t partition, std::int64_t expected, std::int64_t next,
                          std::uint64_t generation = 1) {
  return {&topic, partition, 0, generation, expected, next};
}

sinkway_record record(const sinkway_string& topic, std::int32_t partition, std::int64_t offset) {
  sinkway_record made{};
  made.original_topic = &topic;
  made.original_partition = partition;
  made.offset = offset;
  return made;
}

TEST(PositionBook, advances_what_is_new_in_the_order_of_the_locks) {
  PositionBook book;
  book.acquired("b", 0, 1, 10, 3);
  book.acquired("a", 2, 1, 20, 1);
  book.acquired("a", 1, 1, 30, 2);
  const AdvancePlan plan =
      book.plan(Positions{{position(kB, 0, 10, 15), position(kA, 2, 20, 20), position(kA, 1, 25, 40)}}.batch());
  EXPECT_FALSE(plan.trouble);
  ASSERT_EQ(plan.advances.size(), 2u);
  EXPECT_EQ(plan.advances[0].topic, "a");
  EXPECT_EQ(plan.advances[0].from, 30);
  EXPECT_EQ(plan.advances[0].to, 40);
  EXPECT_EQ(plan.advances[0].epoch, 2);
  EXPECT_EQ(plan.advances[1].topic, "b");
  book.committed(plan.advances);
  EXPECT_TRUE(book.plan(Positions{{position(kB, 0, 10, 15), position(kA, 1, 25, 40)}}.batch()).advances.empty());
}

TEST(PositionBook, skips_records_below_the_position_of_their_own_partition) {
  PositionBook book;
  book.acquired("a", 0, 1, 10, 1);
  book.acquired("b", 0, 1, 5, 1);
  EXPECT_TRUE(book.is_applied(record(kA, 0, 9)));
  EXPECT_FALSE(book.is_applied(record(kA, 0, 10)));
  EXPECT_TRUE(book.is_applied(record(kB, 0, 4)));
  EXPECT_FALSE(book.is_applied(record(kB, 0, 9)));
  EXPECT_TRUE(book.is_applied(record(kA, 0, 3)));
  EXPECT_FALSE(book.is_applied(record(kA, 1, 3)));
  book.acquired("a", 1, 1, 4, 1);
  EXPECT_TRUE(book.is_applied(record(kA, 1, 3)));
}

TEST(PositionBook, refuses_a_batch_of_another_assignment_or_behind_a_gap) {
  PositionBook book;
  book.acquired("a", 0, 2, 10, 1);
  EXPECT_TRUE(book.plan(Positions{{position(kA, 0, 10, 15, 1)}}.batch()).trouble);
  EXPECT_TRUE(book.plan(Positions{{position(kA, 1, 10, 15, 2)}}.batch()).trouble);
  EXPECT_TRUE(book.plan(Positions{{position(kA, 0, 11, 15, 2)}}.batch()).trouble);
  EXPECT_FALSE(book.plan(Positions{{position(kA, 0, 10, 15, 2)}}.batch()).trouble);
  book.closed("a", 0);
  EXPECT_TRUE(book.plan(Positions{{position(kA, 0, 10, 15, 2)}}.batch()).trouble);
}

TEST(PositionBook, settles_a_doubt_by_the_answer_of_the_database) {
  const Advance advance{"a", 0, 1, 10, 15};
  struct Case {
    std::optional<std::int64_t> answer;
    bool ours;
    std::size_t advances;  // of the same batch put again
  };
  for (const Case& one : {Case{10, true, 1}, Case{15, true, 0}, Case{12, false, 1}, Case{std::nullopt, false, 1}}) {
    PositionBook book;
    book.acquired("a", 0, 1, 10, 1);
    book.in_doubt({advance});
    ASSERT_EQ(book.doubtful().size(), 1u);
    EXPECT_EQ(book.reclaimed(advance, one.answer), one.ours);
    EXPECT_EQ(book.plan(Positions{{position(kA, 0, 10, 15)}}.batch()).advances.size(), one.advances);
    book.settled();
    EXPECT_TRUE(book.doubtful().empty());
  }
}

TEST(PositionBook, forgets_the_doubt_of_a_partition_that_left) {
  PositionBook book;
  book.acquired("a", 0, 1, 10, 1);
  book.acquired("a", 1, 1, 10, 1);
  book.in_doubt({{"a", 0, 1, 10, 15}, {"a", 1, 1, 10, 12}});
  book.closed("a", 0);
  ASSERT_EQ(book.doubtful().size(), 1u);
  EXPECT_EQ(book.doubtful()[0].partition, 1);
}

}  // namespace
}  // namespace sinkway::table
