#include <gtest/gtest.h>

#include "host/task/batch_policy.hpp"
#include "host/task/cancel_signal.hpp"
#include "host/task/commit_schedule.hpp"
#include "host/task/redelivery.hpp"
#include "host/task/sampled_time.hpp"

namespace sinkway::task {
namespace {

const Instant kNow(std::chrono::hours(1));

TEST(BatchPolicy, HandsOverByRowsBytesLingerAndIdleness) {
  const BatchLimits limits{100, 1'000, Milliseconds(50), Milliseconds(2)};
  struct Case {
    const char* what;
    OpenBatch batch;
    Surroundings around;
    std::optional<Instant> at;
  };
  const Case cases[] = {
      {"nothing is open", {0, 0, kNow}, {true, true, true, true}, std::nullopt},
      {"full of rows", {100, 10, kNow}, {true, false, false, false}, kNow},
      {"full of bytes", {1, 1'000, kNow}, {true, false, false, false}, kNow},
      {"full, but no slot", {100, 1'000, kNow}, {false, false, false, false}, std::nullopt},
      {"the writer works", {1, 10, kNow}, {true, false, true, false}, kNow + Milliseconds(50)},
      {"more is there", {1, 10, kNow}, {true, true, false, false}, kNow + Milliseconds(50)},
      {"idle and drained", {1, 10, kNow}, {true, true, true, false}, kNow + Milliseconds(2)},
      {"nothing more will come", {1, 10, kNow}, {true, false, false, true}, kNow},
  };
  for (const Case& one : cases) EXPECT_EQ(hand_over_at(limits, one.batch, one.around), one.at) << one.what;
}

TEST(BatchPolicy, NeverWaitsLongerThanLinger) {
  const BatchLimits limits{100, 1'000, Milliseconds(1), Milliseconds(2)};
  EXPECT_EQ(hand_over_at(limits, {1, 1, kNow}, {true, true, true, false}), kNow + Milliseconds(1));
}

TEST(CommitSchedule, AsksEveryIntervalOneAtATime) {
  CommitSchedule schedule(Milliseconds(5'000), Milliseconds(1'000));
  schedule.begin(kNow);
  EXPECT_EQ(schedule.ask_at(), kNow + Milliseconds(5'000));
  schedule.asked(kNow + Milliseconds(5'000));
  EXPECT_EQ(schedule.ask_at(), std::nullopt);
  EXPECT_EQ(schedule.give_up_at(), std::nullopt);
  schedule.sent(kNow + Milliseconds(5'100));
  EXPECT_EQ(schedule.ask_at(), std::nullopt);
  EXPECT_EQ(schedule.give_up_at(), kNow + Milliseconds(6'100));
  schedule.finished(kNow + Milliseconds(5'200));
  EXPECT_EQ(schedule.ask_at(), kNow + Milliseconds(10'000));
}

TEST(CommitSchedule, AsksAtOnceOnRequestAndKeepsARequestThatComesMeanwhile) {
  CommitSchedule schedule(Milliseconds(5'000), Milliseconds(1'000));
  schedule.begin(kNow);
  schedule.request();
  EXPECT_LE(*schedule.ask_at(), kNow);
  schedule.asked(kNow);
  schedule.request();
  schedule.sent(kNow);
  schedule.finished(kNow);
  EXPECT_TRUE(schedule.is_requested());
  EXPECT_LE(*schedule.ask_at(), kNow);
}

TEST(RetryDelay, FollowsTheWishOfThePluginElseGrowsWithJitter) {
  RetryDelay delay(7);
  delay.failed(kNow, Milliseconds(1'234));
  EXPECT_EQ(delay.next_try(), kNow + Milliseconds(1'234));
  delay.succeeded();
  EXPECT_LE(delay.next_try(), kNow);
  Milliseconds longest{0};
  for (int n = 0; n < 20; ++n) {
    delay.failed(kNow, std::nullopt);
    const auto wait = std::chrono::duration_cast<Milliseconds>(delay.next_try() - kNow);
    EXPECT_GE(wait, RetryDelay::kFirst / 2);
    EXPECT_LE(wait, RetryDelay::kMost);
    longest = std::max(longest, wait);
  }
  EXPECT_GE(longest, RetryDelay::kMost / 2);
}

TEST(CancelSignal, EndsWithTheCommandItWasRaisedFor) {
  CancelSignal cancel;
  int told = 0;
  cancel.set_hook([&] { ++told; });
  cancel.raise(1);
  EXPECT_TRUE(cancel.raised());
  cancel.done(1);
  EXPECT_FALSE(cancel.raised());
  cancel.raise(1);  // too late: that command is done
  EXPECT_FALSE(cancel.raised());
  cancel.raise(3);
  cancel.done(2);  // an older command: the wish stands
  EXPECT_TRUE(cancel.raised());
  EXPECT_EQ(told, 2);
}

TEST(CancelSignal, OfATaskThatWasGivenUpNeverEnds) {
  CancelSignal cancel;
  cancel.raise(CancelSignal::kForEver);
  cancel.done(8);
  EXPECT_TRUE(cancel.raised());
}

TEST(SampledTime, ForgetsWhatIsOlderThanAMinute) {
  SampledTime times;
  times.add(10, kNow);
  times.add(30, kNow + std::chrono::seconds(1));
  EXPECT_EQ(times.average(kNow + std::chrono::seconds(2)), 20);
  EXPECT_EQ(times.most(kNow + std::chrono::seconds(40)), 30);
  EXPECT_EQ(times.most(kNow + std::chrono::seconds(120)), 0);
  EXPECT_EQ(times.average(kNow + std::chrono::seconds(120)), 0);
}

}  // namespace
}  // namespace sinkway::task
