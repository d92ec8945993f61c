// Partitions come, leave, are lost and fenced.
#include "tests/unit/host/task/engine_world.hpp"

namespace sinkway::task {
namespace {

TEST_F(EngineTest, StartsWhereTheSinkSaysNotWhereKafkaSays) {
  produce(10);
  broker_.set_committed(zero_, 8);
  database_.owners[zero_] = {4, 3};
  begin();
  EXPECT_EQ(database_.offsets(zero_), count_up(4, 10));
}

TEST_F(EngineTest, StartsWhereKafkaSaysWhenTheSinkKeepsNoPositions) {
  test::ScriptedPlugin plugin(database_, false);
  test::SteppedTask task(broker_, plugin, clock_);
  produce(10);
  broker_.set_committed(zero_, 8);
  task.run(Milliseconds(10));
  task.consumer().assign({zero_});
  task.run(Milliseconds(10));
  EXPECT_EQ(database_.offsets(zero_), count_up(8, 10));
}

TEST_F(EngineTest, AssignmentNeverWaitsForTheDatabaseAndARevokeMayArriveWhileOpenIsPending) {
  bool fetching_before = true;
  plugin_.on_open = [&]() -> std::optional<ScriptedAnswer> {
    fetching_before = !task_.consumer().started.empty();
    task_.consumer().revoke();
    task_.block(Milliseconds(40'000), [&] { return task_.consumer().quiet(); });
    return ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  produce(3);
  begin();
  task_.run(Milliseconds(60'000));
  EXPECT_FALSE(fetching_before);
  EXPECT_TRUE(task_.consumer().started.empty());
  EXPECT_TRUE(task_.consumer().quiet());
  EXPECT_EQ(plugin_.count("open"), 1U);  // never again: the generation is over
  plugin_.on_open = {};
  task_.consumer().assign({zero_});
  task_.run(Milliseconds(100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 3));
}

TEST_F(EngineTest, ALateOpenOfADeadGenerationFetchesNothing) {
  plugin_.on_open = [&]() -> std::optional<ScriptedAnswer> {
    plugin_.on_open = {};
    task_.consumer().revoke();
    task_.block(Milliseconds(40'000), [&] { return task_.consumer().quiet(); });
    return std::nullopt;  // opens all the same
  };
  produce(3);
  begin();
  task_.run(Milliseconds(60'000));
  EXPECT_TRUE(task_.consumer().started.empty());
  EXPECT_EQ(database_.size(), 0U);
  EXPECT_EQ(plugin_.count("close"), 1U);
}

TEST_F(EngineTest, APartitionThatLeavesWhileItIsOpenedWithOthersIsNotFetched) {
  plugin_.on_open = [&]() -> std::optional<ScriptedAnswer> {
    plugin_.on_open = {};
    task_.consumer().revoke({one_});
    task_.block(Milliseconds(1'000));
    return std::nullopt;  // opens both
  };
  produce(3);
  produce(3, "row", 1);
  begin({zero_, one_});
  task_.run(Milliseconds(20'000));
  ASSERT_EQ(task_.consumer().started.size(), 1U);
  EXPECT_EQ(task_.consumer().started[0].first, zero_);
  EXPECT_TRUE(task_.consumer().quiet());
  EXPECT_EQ(database_.offsets(one_), std::vector<std::int64_t>{});
  task_.consumer().assign({one_});
  task_.run(Milliseconds(100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 3));
  EXPECT_EQ(database_.offsets(one_), count_up(0, 3));
}

TEST_F(EngineTest, ThePluginCanSeeThatAGenerationIsOver) {
  std::vector<int> current;
  const sinkway_string topic = lend("weather");
  plugin_.on_open = [&]() -> std::optional<ScriptedAnswer> {
    current.push_back(plugin_.host()->is_current(plugin_.host(), topic, 0, 1));
    task_.consumer().revoke();
    task_.block(Milliseconds(40'000), [&] { return task_.consumer().quiet(); });
    current.push_back(plugin_.host()->is_current(plugin_.host(), topic, 0, 1));
    return ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  begin();
  EXPECT_EQ(current, (std::vector<int>{1, 0}));
}

TEST_F(EngineTest, AsksForStartsAgainWhenTheBrokerIsAway) {
  int times = 0;
  broker_.on_start_offsets = [&]() -> std::optional<Error> {
    return times++ < 5 ? std::optional(Error::transient("coordinator away")) : std::nullopt;
  };
  produce(3);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 3; }));
  EXPECT_EQ(times, 6);
  EXPECT_EQ(state(), TaskState::running);
}

TEST_F(EngineTest, FailsWhenThereIsNoPositionToStartFrom) {
  broker_.on_start_offsets = [] { return std::optional(Error("auto.offset.reset is none")); };
  begin();
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_NE(task_.status().trace.find("auto.offset.reset is none"), std::string::npos);
}

TEST_F(EngineTest, D5_RevokedPartitionsAreCommittedBeforeTheyLeave) {
  produce(5);
  begin();
  task_.consumer().revoke();
  task_.run(Milliseconds(10));
  EXPECT_EQ(broker_.committed(zero_), 5);
  EXPECT_EQ(task_.consumer().assigned(), 0U);
  const auto calls = plugin_.calls();
  EXPECT_EQ((std::vector<std::string>{calls.end() - 2, calls.end()}), (std::vector<std::string>{"pre_commit 1", "close"}));
}

TEST_F(EngineTest, D5_LostPartitionsAreNeverCommitted) {
  produce(5);
  begin();
  task_.consumer().lose();
  task_.run(Milliseconds(20'000));
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
  EXPECT_EQ(plugin_.count("pre_commit"), 0U);
  EXPECT_EQ(plugin_.calls().back(), "close lost");
}

TEST_F(EngineTest, ARevocationLetsThePutInFlightFinishAndLeavesOutTheRest) {
  task_.spec.limits.rows = 2;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    plugin_.on_put = {};
    task_.block(Milliseconds(10));
    task_.consumer().revoke();
    task_.block(Milliseconds(100));
    return std::nullopt;
  };
  produce(10);
  begin();
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 2));
  EXPECT_EQ(broker_.committed(zero_), 2);
  task_.consumer().assign({zero_});
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 10));
}

TEST_F(EngineTest, OnlyTheRecordsOfARevokedPartitionAreLeftOutOfARetriedBatch) {
  plugin_.on_put = first_put(3, {SINKWAY_RETRIABLE, "server away", 60'000});
  produce(3, "row", 0);
  produce(4, "row", 1);
  begin({zero_, one_});
  task_.consumer().revoke({one_});
  task_.run(Milliseconds(100));
  EXPECT_TRUE(task_.consumer().quiet());  // the delay did not hold it up
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 3; }, Milliseconds(300'000)));
  EXPECT_EQ(plugin_.count("put 7"), 1U);
  EXPECT_EQ(database_.offsets(one_), std::vector<std::int64_t>{});
  EXPECT_EQ(task_.status().partitions.size(), 1U);
}

TEST_F(EngineTest, AMemberIsNotHeldUpByAPluginThatBlocks) {
  task_.spec.max_poll_interval = Milliseconds(9'000);
  Instant settled{};
  Instant cancelled{}, revoked{};
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    plugin_.on_put = {};
    const Instant begin = clock_.now();
    task_.consumer().revoke();
    task_.block(Milliseconds(60'000));  // ends by cancel
    revoked = begin;
    cancelled = clock_.now();
    const Instant end = begin + Milliseconds(60'000);  // and goes on blocking all the same
    while (clock_.now() < end) {
      clock_.advance(Milliseconds(100));
      while (task_.reader_due()) task_.step_reader();
      if (settled == Instant{} && task_.consumer().quiet()) settled = clock_.now();
    }
    EXPECT_LE(settled - begin, Milliseconds(3'100));
    return std::nullopt;
  };
  produce(3);
  begin();
  EXPECT_GE(cancelled - revoked, Milliseconds(1'500));  // half of the allowance of three seconds
  EXPECT_LT(cancelled - revoked, Milliseconds(1'600));
  EXPECT_NE(settled, Instant{});
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
  task_.consumer().assign({zero_});
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 3));
}

TEST_F(EngineTest, APluginThatHeedsCancelIsCommittedAndClosedInTime) {
  plugin_.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
    if (batch.sequence == 1) return std::nullopt;
    task_.consumer().revoke();
    task_.block(Milliseconds(100'000));
    EXPECT_EQ(plugin_.host()->is_cancelled(plugin_.host()), 1);
    return ScriptedAnswer{SINKWAY_RETRIABLE, "asked to return"};
  };
  produce(3);
  begin();
  produce(3);
  task_.run(Milliseconds(20'000));
  EXPECT_EQ(broker_.committed(zero_), 3);
  EXPECT_EQ(plugin_.count("put 3"), 2U);
  EXPECT_EQ(plugin_.calls().back(), "close");
  EXPECT_EQ(plugin_.host()->is_cancelled(plugin_.host()), 0);
}

TEST_F(EngineTest, ALastCommitWithoutAnAnswerIsWaitedForUntilTheDeadlineOnly) {
  task_.spec.max_poll_interval = Milliseconds(9'000);
  broker_.holds_commit_answers = true;
  produce(3);
  begin();
  task_.consumer().revoke();
  task_.run(Milliseconds(2'900));
  EXPECT_FALSE(task_.consumer().quiet());
  task_.run(Milliseconds(200));
  EXPECT_TRUE(task_.consumer().quiet());
}

TEST_F(EngineTest, FencedTasksRejoinAndNeverCommitOrAcquireByThemselves) {
  produce(3);
  begin();
  database_.owners[zero_].epoch += 1;  // another owner
  produce(3);
  task_.run(Milliseconds(200));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 3));
  EXPECT_EQ(plugin_.count("open"), 1U);
  ASSERT_TRUE(task_.run_until([&] { return task_.consumer().rejoins == 1 && task_.consumer().quiet(); }));
  EXPECT_EQ(plugin_.calls().back(), "close lost");
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
  task_.run(Milliseconds(5'000));
  EXPECT_EQ(plugin_.count("open"), 1U);
  task_.consumer().assign({zero_});
  task_.run(Milliseconds(100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 6));
  EXPECT_EQ(state(), TaskState::running);
}

TEST_F(EngineTest, FencedInOpenRejoinsToo) {
  plugin_.on_open = first(1, {SINKWAY_FENCED, "another owner"});
  produce(3);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return task_.consumer().rejoins == 1 && task_.consumer().quiet(); }));
  task_.consumer().assign({zero_});
  task_.run(Milliseconds(100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 3));
}

}  // namespace
}  // namespace sinkway::task
