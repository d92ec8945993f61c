#include "host/worker/task_configs.hpp"

#include <gtest/gtest.h>

#include "host/worker/task_memory.hpp"

namespace sinkway::worker {
namespace {

TEST(TaskConfigs, HidePlaceholdersAgainAndCarryClassAndTopics) {
  const ConfigMap connector{{"name", "a"}, {"topics", "t"}, {"connection.password", "${file:/x:password}"},
                            {"user", "ada"}};
  const ConfigMap of_plugin{{"connection.password", "hush"}, {"user", "bob"}, {"shard", "1"}};
  const auto completed = complete_task_configs({of_plugin}, connector, "org.acme.DuckSinkConnector");
  ASSERT_EQ(completed.size(), 1U);
  EXPECT_EQ(completed[0], (ConfigMap{{"connection.password", "${file:/x:password}"},
                                     {"user", "bob"},
                                     {"shard", "1"},
                                     {"task.class", "org.acme.DuckSinkTask"},
                                     {"topics", "t"}}));
}

TEST(TaskConfigs, KnowPlaceholders) {
  EXPECT_TRUE(has_placeholder("a${b:c}d"));
  for (const auto* text : {"", "plain", "${", "}${", "$ {a}"}) EXPECT_FALSE(has_placeholder(text)) << text;
}

TEST(TaskMemory, IsWhatMakesATaskFastUntilTheBudgetIsShort) {
  constexpr std::size_t kMega = 1 << 20;
  EXPECT_EQ(memory_of_task(1024 * kMega, 1).batch_bytes, 16 * kMega);
  EXPECT_EQ(memory_of_task(1024 * kMega, 1).queue_bytes, 8 * kMega);
  EXPECT_EQ(memory_of_task(1024 * kMega, 10).batch_bytes, 16 * kMega);
  const auto small = memory_of_task(64 * kMega, 1);
  EXPECT_LT(small.batch_bytes, 14 * kMega);
  EXPECT_GT(small.batch_bytes, 12 * kMega);
  for (std::size_t tasks = 1; tasks < 40; ++tasks) {
    const auto memory = memory_of_task(256 * kMega, tasks);
    const double used = (3.6 * static_cast<double>(memory.queue_bytes) +
                         3 * static_cast<double>(memory.batch_bytes)) * static_cast<double>(tasks);
    if (memory.queue_bytes > kMega && memory.batch_bytes > kMega) {
      EXPECT_LE(used, 256.1 * kMega) << tasks;
    }
    EXPECT_GE(memory.queue_bytes, kMega);
  }
  EXPECT_EQ(memory_of_task(0, 0).batch_bytes, kMega);
}

}  // namespace
}  // namespace sinkway::worker
