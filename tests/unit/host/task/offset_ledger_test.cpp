#include "host/task/offset_ledger.hpp"

#include <gtest/gtest.h>

#include <random>

#include "host/data/topic_names.hpp"

namespace sinkway::task {
namespace {

class OffsetLedgerTest : public testing::Test {
 protected:
  Ledgered& opened(std::int32_t partition, std::uint64_t generation, std::int64_t offset) {
    ledger_.add({topic_, partition}, generation);
    Ledgered* const one = ledger_.find({topic_, partition});
    ledger_.start(*one, offset);
    return *one;
  }
  std::vector<Position> position(std::int32_t partition, std::uint64_t generation, std::int64_t next) {
    return {{topic_, partition, 0, generation, 0, next}};
  }

  TopicNames names_;
  TopicName topic_ = names_.intern("weather");
  OffsetLedger ledger_;
};

TEST_F(OffsetLedgerTest, KnowsNothingBeforeThePluginHasOpened) {
  ledger_.add({topic_, 0}, 1);
  EXPECT_EQ(ledger_.find({topic_, 0})->accepted, -1);
  EXPECT_FALSE(ledger_.any_fetching());
  EXPECT_FALSE(ledger_.has_news());
  EXPECT_EQ(ledger_.find({topic_, 1}), nullptr);
}

TEST_F(OffsetLedgerTest, TellsKafkaWhereAPartitionStartedEvenWithoutARecord) {
  opened(0, 1, 40);
  EXPECT_TRUE(ledger_.has_news());
  ASSERT_EQ(ledger_.to_commit().size(), 1U);
  EXPECT_EQ(ledger_.to_commit()[0].offset, 40);
}

TEST_F(OffsetLedgerTest, D1_CommitsOnlyWhatPreCommitAllowed) {
  Ledgered& one = opened(0, 1, 10);
  ledger_.commit({{{{topic_, 0}, 10}}});
  one.read = 20;
  ledger_.hand_over(position(0, 1, 20));
  ledger_.accept(position(0, 1, 20));
  EXPECT_TRUE(ledger_.has_news());
  EXPECT_TRUE(ledger_.to_commit().empty());
  EXPECT_EQ(ledger_.allow(position(0, 1, 15)), 0U);
  ASSERT_EQ(ledger_.to_commit().size(), 1U);
  EXPECT_EQ(ledger_.to_commit()[0].offset, 15);
  EXPECT_EQ(ledger_.allow(position(0, 1, 21)), 1U);
  EXPECT_EQ(one.allowed, 15);
}

TEST_F(OffsetLedgerTest, IgnoresAnswersOfAnotherGeneration) {
  Ledgered& one = opened(0, 2, 10);
  one.read = 20;
  ledger_.hand_over(position(0, 1, 20));
  EXPECT_EQ(one.handed, 10);
  ledger_.hand_over(position(0, 2, 20));
  ledger_.accept(position(0, 1, 20));
  EXPECT_EQ(one.accepted, 10);
  ledger_.accept(position(0, 2, 20));
  ledger_.allow(position(0, 1, 20));
  EXPECT_EQ(one.allowed, 10);
}

TEST_F(OffsetLedgerTest, KnowsHowOldTheOldestWaitingRecordIs) {
  Ledgered& one = opened(0, 1, 0);
  EXPECT_EQ(one.waiting.oldest(), std::nullopt);
  one.waiting.add(0, 100);
  one.waiting.add(10, 200);
  one.read = 20;
  ledger_.hand_over(position(0, 1, 20));
  EXPECT_EQ(one.waiting.oldest(), 100);
  ledger_.accept(position(0, 1, 10));
  EXPECT_EQ(one.waiting.oldest(), 200);
  ledger_.accept(position(0, 1, 20));
  EXPECT_EQ(one.waiting.oldest(), std::nullopt);
}

// read >= handed >= accepted >= allowed >= committed, and none ever goes back within a generation, whatever comes in any order.
TEST_F(OffsetLedgerTest, KeepsItsOrderWhateverHappens) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    std::minstd_rand random(seed + 1);
    OffsetLedger ledger;
    std::uint64_t generation = 0;
    const auto below = [&](std::int64_t most) { return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(most)); };
    for (int step = 0; step < 200; ++step) {
      const kafka::TopicPartition at{topic_, static_cast<std::int32_t>(below(3))};
      const std::vector<Position> some{{topic_, at.partition, 0, generation - (below(4) == 0 ? 1 : 0), 0, below(100)}};
      const std::vector<Ledgered> before(ledger.all().begin(), ledger.all().end());
      switch (below(7)) {
        case 0:
          ledger.add(at, ++generation);
          ledger.start(*ledger.find(at), below(50));
          break;
        case 1:
          if (Ledgered* const one = ledger.find(at)) one->read += below(5);
          break;
        case 2: ledger.hand_over(some); break;
        case 3: ledger.accept(some); break;
        case 4: ledger.allow(some); break;
        case 5: ledger.commit({{{at, below(100)}}}); break;
        default:
          if (below(10) == 0) ledger.remove(at);
      }
      for (const Ledgered& one : ledger.all()) {
        ASSERT_GE(one.read, one.handed) << "seed " << seed;
        ASSERT_GE(one.handed, one.accepted) << "seed " << seed;
        ASSERT_GE(one.accepted, one.allowed) << "seed " << seed;
        ASSERT_GE(one.allowed, one.committed) << "seed " << seed;
        for (const Ledgered& old : before)
          if (old.at == one.at && old.generation == one.generation) {
            ASSERT_GE(one.accepted, old.accepted) << "seed " << seed;
            ASSERT_GE(one.committed, old.committed) << "seed " << seed;
          }
      }
    }
  }
}

}  // namespace
}  // namespace sinkway::task
