#include "plugins/table/statements/optimistic_copy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sinkway::table {
namespace {

TEST(OptimisticCopy, PausesTwiceAsLongAfterEachConflictAndStartsAfreshAfterASuccess) {
  OptimisticCopy optimism;
  const auto batches_without = [&] {
    std::size_t batches = 0;
    while (!optimism.takes_chance()) ++batches;
    return batches;
  };
  EXPECT_EQ(batches_without(), 0U);
  std::vector<std::size_t> pauses;
  for (int n = 0; n < 9; ++n) {
    optimism.met_conflict();
    pauses.push_back(batches_without());
  }
  EXPECT_EQ(pauses, (std::vector<std::size_t>{1, 2, 4, 8, 16, 32, 64, 64, 64}));
  optimism.succeeded();
  optimism.met_conflict();
  EXPECT_EQ(batches_without(), 1U);
}

}  // namespace
}  // namespace sinkway::table
