#include "host/errors/retry.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sinkway::errors {
namespace {

using std::chrono::duration_cast;

const Instant kStart{std::chrono::hours(1)};

// Delays in milliseconds until it gives up, at most `most` of them; each try takes no time.
std::vector<std::int64_t> delays(const RetryLimits& limits, std::size_t most = 100) {
  std::vector<std::int64_t> found;
  Retry retry(limits, kStart, 7);
  Instant now = kStart;
  while (found.size() < most) {
    const auto next = retry.next(now);
    if (!next) break;
    found.push_back(duration_cast<Milliseconds>(*next - now).count());
    now = *next;
  }
  return found;
}

TEST(Retry, DoesNothingByDefault) { EXPECT_TRUE(delays({}).empty()); }

TEST(Retry, DoublesFromThreeHundredMillisecondsToTheDeadline) {
  EXPECT_EQ(delays({Milliseconds(5'000), Milliseconds(60'000)}),
            (std::vector<std::int64_t>{300, 600, 1'200, 2'400, 500}));
}

TEST(Retry, TakesARandomDelayBelowTheMostWhereItWouldBeLonger) {
  const auto found = delays({Milliseconds(-1), Milliseconds(1'000)}, 100);
  ASSERT_EQ(found.size(), 100U) << "-1 is for ever";
  EXPECT_EQ(found[0], 300);
  EXPECT_EQ(found[1], 600);
  bool differ = false;
  for (std::size_t n = 2; n < found.size(); ++n) {
    EXPECT_GE(found[n], 0);
    EXPECT_LT(found[n], 1'000);
    differ = differ || found[n] != found[2];
  }
  EXPECT_TRUE(differ);
}

TEST(Retry, NeverRunsOver) {
  for (const auto delay : delays({Milliseconds(-1), Milliseconds(INT64_MAX)}, 70)) EXPECT_GT(delay, 0);
}

TEST(Retry, HoldsWithoutAnyDelay) {
  const auto found = delays({Milliseconds(-1), Milliseconds(0)}, 5);
  EXPECT_EQ(found, (std::vector<std::int64_t>(5, 0)));
}

}  // namespace
}  // namespace sinkway::errors
