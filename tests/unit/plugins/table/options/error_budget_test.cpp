#include "plugins/table/options/error_budget.hpp"

#include <gtest/gtest.h>

namespace sinkway::table {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::chrono::steady_clock::time_point kStart{};

TEST(ErrorBudget, IsReadFromThreeForms) {
  EXPECT_EQ(parse_budget("1000")->records, 1'000U);
  EXPECT_DOUBLE_EQ(parse_budget("2.5%")->share, 0.025);
  EXPECT_EQ(parse_budget("100/2h")->time, hours(2));
  EXPECT_EQ(parse_budget("0")->records, 0U);
  for (const char* wrong : {"", "x", "-1", "5 %", "101%", "10/", "10/h", "10/0h", "10/5", "10/5w", "1e3", "nan%"})
    EXPECT_FALSE(parse_budget(wrong)) << wrong;
}

TEST(ErrorBudget, OfATotalIsNeverEarnedBack) {
  ErrorBudget budget(*parse_budget("3"));
  EXPECT_TRUE(budget.spend(10, 2, kStart));
  EXPECT_FALSE(budget.spend(10, 2, kStart + hours(1'000)));
  EXPECT_TRUE(budget.spend(10, 1, kStart));
  EXPECT_FALSE(budget.spend(1, 1, kStart));
  EXPECT_TRUE(budget.spend(1'000, 0, kStart));  // good records never exceed it
}

TEST(ErrorBudget, OfAWindowIsEarnedBackWithTime) {
  ErrorBudget budget(*parse_budget("5/1m"));
  EXPECT_TRUE(budget.spend(10, 5, kStart));
  EXPECT_FALSE(budget.spend(10, 1, kStart + minutes(1) - std::chrono::seconds(1)));
  EXPECT_TRUE(budget.spend(10, 5, kStart + minutes(1)));
}

// A window may be of days, and of most batches there is nothing to tell.
TEST(ErrorBudget, OfAWindowRemembersBatchesWithBadRowsAlone) {
  ErrorBudget budget(*parse_budget("5/30d"));
  for (int n = 0; n < 1'000; ++n) EXPECT_TRUE(budget.spend(10, n < 5 ? 1 : 0, kStart + minutes(n)));
  EXPECT_EQ(budget.remembered(), 5U);
  EXPECT_FALSE(budget.spend(10, 1, kStart + hours(24)));
  EXPECT_TRUE(budget.spend(10, 1, kStart + hours(24 * 30)));
}

TEST(ErrorBudget, OfAShareLooksAtTheLastTenThousandRecords) {
  ErrorBudget budget(*parse_budget("10%"));
  EXPECT_TRUE(budget.spend(500, 400, kStart));  // too few to tell
  EXPECT_FALSE(budget.spend(500, 1, kStart));
  ErrorBudget long_one(*parse_budget("10%"));
  for (int n = 0; n < 20; ++n) EXPECT_TRUE(long_one.spend(1'000, 100, kStart)) << n;
  EXPECT_FALSE(long_one.spend(1'000, 200, kStart));
}

}  // namespace
}  // namespace sinkway::table
