#include "host/kafka/lag.hpp"

#include <gtest/gtest.h>

namespace sinkway::kafka {
namespace {

TEST(Lag, CountsRecordsBetweenPositionAndEnd) {
  struct Case {
    std::int64_t position;
    std::optional<std::int64_t> end;
    std::int64_t lag;
  };
  for (const auto& [position, end, lag] : {Case{0, 0, 0}, Case{0, 10, 10}, Case{10, 10, 0}, Case{12, 10, 0},
                                           Case{3, 10, 7},
                                           Case{-1, 10, -1}, Case{5, std::nullopt, -1}})
    EXPECT_EQ(lag_records(position, end), lag) << position << " of " << end.value_or(-1);
}

TEST(Lag, IsTheAgeOfTheOldestRecordThatWaits) {
  const WallTime now{Milliseconds(100'000)};
  struct Case {
    std::int64_t records;
    std::int64_t oldest;
    double seconds;
  };
  for (const auto& [records, oldest, seconds] :
       {Case{0, 1, 0}, Case{5, 98'500, 1.5}, Case{5, 100'000, 0}, Case{5, 200'000, 0}, Case{5, -1, -1},
        Case{-1, 98'500, -1}})
    EXPECT_DOUBLE_EQ(lag_seconds(records, oldest, now), seconds) << records << " records since " << oldest;
}

}  // namespace
}  // namespace sinkway::kafka
