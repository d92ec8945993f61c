#include "host/errors/letter_tally.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sinkway::errors {
namespace {

const auto kNever = [] { return false; };

TEST(LetterTally, D6_SettlesUpToATicketWhateverTheOrderOfAnswers) {
  LetterTally tally;
  EXPECT_TRUE(tally.settled(0));
  EXPECT_EQ(tally.open(), 1U);
  EXPECT_EQ(tally.open(), 2U);
  EXPECT_EQ(tally.open(), 3U);
  EXPECT_EQ(tally.issued(), 3U);
  EXPECT_TRUE(tally.settled(0));
  tally.acknowledged(2);
  EXPECT_FALSE(tally.settled(2));
  tally.acknowledged(1);
  EXPECT_TRUE(tally.settled(2));
  EXPECT_FALSE(tally.settled(3));
  tally.acknowledged(3);
  EXPECT_TRUE(tally.settled(3));
}

TEST(LetterTally, D6_ALetterThatIsRefusedIsNeverSettled) {
  LetterTally tally;
  const auto ticket = tally.open();
  tally.refused("first");
  tally.refused("second");
  EXPECT_EQ(tally.failure(), "first");
  EXPECT_FALSE(tally.settled(ticket));
  EXPECT_FALSE(tally.wait(ticket, Milliseconds(60'000), kNever)) << "at once";
}

TEST(LetterTally, TellsWhatIsInTheWayUntilALetterArrives) {
  LetterTally tally;
  const auto ticket = tally.open();
  tally.delayed("away");
  EXPECT_EQ(tally.trouble(), "away");
  EXPECT_FALSE(tally.settled(ticket));
  EXPECT_FALSE(tally.failure());
  tally.acknowledged(ticket);
  EXPECT_EQ(tally.trouble(), "");
}

TEST(LetterTally, WaitsUntilTheAnswerOrTheEndOfTheTime) {
  LetterTally tally;
  const auto ticket = tally.open();
  EXPECT_FALSE(tally.wait(ticket, Milliseconds(1), kNever));
  std::thread answers([&] { tally.acknowledged(ticket); });
  EXPECT_TRUE(tally.wait(ticket, Milliseconds(60'000), kNever));
  answers.join();
}

TEST(LetterTally, AWaitEndsWhenItIsCancelled) {
  LetterTally tally;
  const auto ticket = tally.open();
  std::atomic<bool> cancelled = false;
  std::thread cancels([&] {
    cancelled = true;
    tally.interrupt();
  });
  EXPECT_FALSE(tally.wait(ticket, Milliseconds(60'000), [&] { return cancelled.load(); }));
  cancels.join();
}

TEST(LetterTally, TellsEachChangeUntilTheHookIsTaken) {
  LetterTally tally;
  int told = 0;
  tally.set_hook([&] { ++told; });
  const auto ticket = tally.open();
  tally.delayed("away");
  tally.acknowledged(ticket);
  EXPECT_EQ(told, 2);
  tally.set_hook(nullptr);
  tally.refused("late");
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace sinkway::errors
