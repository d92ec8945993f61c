// A task pauses, resumes, stops, loses its client, and is killed.
#include "tests/unit/host/task/engine_world.hpp"

namespace sinkway::task {
namespace {

TEST_F(EngineTest, PausedTasksDeliverAndCommitWhatWasReadThenTakeNothing) {
  produce(3);
  begin();
  produce(2);
  task_.post(PauseAsked{});
  task_.run(Milliseconds(100));
  EXPECT_EQ(state(), TaskState::paused);
  const auto delivered = database_.size();
  EXPECT_EQ(broker_.committed(zero_), static_cast<std::int64_t>(delivered));
  produce(5);
  task_.run(Milliseconds(30'000));
  EXPECT_EQ(database_.size(), delivered);
  EXPECT_EQ(task_.consumer().assigned(), 1U);
  EXPECT_EQ(task_.status().partitions.at(0).lag, 10 - static_cast<std::int64_t>(delivered));
  EXPECT_GT(task_.status().partitions.at(0).lag_seconds, 25);
  task_.post(ResumeAsked{});
  task_.run(Milliseconds(100));
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 10));
}

TEST_F(EngineTest, IsPausedOnlyWhenDrained) {
  plugin_.on_put = first_put(1, {SINKWAY_RETRIABLE, "server away", 10'000});
  produce(3);
  begin();
  task_.post(PauseAsked{});
  task_.run(Milliseconds(9'000));
  EXPECT_EQ(state(), TaskState::running);
  task_.run(Milliseconds(2'000));
  EXPECT_EQ(state(), TaskState::paused);
  EXPECT_EQ(database_.size(), 3U);
}

TEST_F(EngineTest, ATaskThatStartsPausedJoinsNothingUntilItIsResumed) {
  task_.spec.start_paused = true;
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(state(), TaskState::paused);
  EXPECT_EQ(task_.consumers_made, 0);
  EXPECT_TRUE(plugin_.calls().empty());
  task_.post(ResumeAsked{});
  produce(3);
  begin();
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(database_.size(), 3U);
}

TEST_F(EngineTest, ATaskThatStartedPausedCanBeStopped) {
  task_.spec.start_paused = true;
  task_.run(Milliseconds(10));
  task_.post(StopAsked{});
  task_.run(Milliseconds(10));
  EXPECT_TRUE(task_.ended());
  EXPECT_EQ(state(), TaskState::stopped);
}

TEST_F(EngineTest, ThePluginHoldsAndReleasesAPartition) {
  bool held = false;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    if (!std::exchange(held, true)) plugin_.host()->pause_partition(plugin_.host(), lend("weather"), 0);
    return std::nullopt;
  };
  produce(2);
  begin({zero_, one_});
  produce(2);
  produce(2, "row", 1);
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 2));
  EXPECT_EQ(database_.offsets(one_), count_up(0, 2));
  task_.post(HoldPartition{"weather", 0, false});
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 4));
}

TEST_F(EngineTest, StopsCleanly) {
  produce(5);
  begin();
  task_.post(StopAsked{});
  task_.run(Milliseconds(100));
  EXPECT_TRUE(task_.ended());
  EXPECT_EQ(state(), TaskState::stopped);
  EXPECT_EQ(broker_.committed(zero_), 5);
  const auto calls = plugin_.calls();
  EXPECT_EQ((std::vector<std::string>{calls.end() - 4, calls.end()}),
            (std::vector<std::string>{"pre_commit 1", "close", "stop", "destroy"}));
}

TEST_F(EngineTest, StopsWithinItsTimeWhateverThePluginWaitsFor) {
  const auto block = [&]() -> std::optional<ScriptedAnswer> {
    task_.block(Milliseconds(600'000));
    return ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  struct Case {
    const char* call;
    std::function<void()> script;
  };
  const Case cases[] = {
      {"start", [&] { plugin_.on_start = [&] { return task_.post(StopAsked{}), block(); }; }},
      {"open", [&] { plugin_.on_open = [&] { return task_.post(StopAsked{}), block(); }; }},
      {"put", [&] { plugin_.on_put = [&](const sinkway_batch&) { return task_.post(StopAsked{}), block(); }; }},
      {"close", [&] { plugin_.on_close = [&] { return block(); }; }},
      {"pre_commit", [&] { plugin_.on_pre_commit = [&] { return block(); }; }},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.call);
    task_.kill();
    plugin_.on_start = plugin_.on_open = plugin_.on_close = plugin_.on_pre_commit = {};
    plugin_.on_put = {};
    one.script();
    produce(1);
    task_.settle();
    if (!task_.ended() && task_.lives()) {
      task_.consumer().assign({zero_});
      task_.settle();
    }
    task_.run(Milliseconds(10));
    const Instant begin = clock_.now();
    if (!task_.ended()) task_.post(StopAsked{});
    ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }, Milliseconds(10'000)));
    EXPECT_LE(clock_.now() - begin, task_.spec.shutdown_timeout);
    EXPECT_EQ(state(), TaskState::stopped);
  }
}

TEST_F(EngineTest, ATaskThatWasGivenUpSaysAndCommitsNothing) {
  produce(5);
  begin();
  const auto heard = task_.states.size();
  task_.give_up();
  task_.run(Milliseconds(100));
  EXPECT_TRUE(task_.ended());
  EXPECT_EQ(task_.states.size(), heard);
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
}

TEST_F(EngineTest, AFatalErrorOfTheClientMakesANewConsumerAndTheTaskStaysRunning) {
  produce(3);
  begin();
  task_.consumer().trouble({Error("fenced instance id"), true});
  ASSERT_TRUE(task_.run_until([&] { return task_.consumers_made == 2; }));
  EXPECT_EQ(plugin_.calls().back(), "close lost");
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
  EXPECT_EQ(task_.status().trouble, "fenced instance id");
  task_.consumer().assign({zero_});
  produce(3);
  task_.run(Milliseconds(100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 6));
  EXPECT_EQ(state(), TaskState::running);
  task_.run(Milliseconds(16'000));
  EXPECT_EQ(task_.status().trouble, "");
}

TEST_F(EngineTest, MakesTheConsumerAgainWhenKafkaIsAway) {
  int times = 0;
  task_.on_make_consumer = [&]() -> std::optional<Error> {
    return times++ < 3 ? std::optional(Error::transient("no broker")) : std::nullopt;
  };
  ASSERT_TRUE(task_.run_until([&] { return task_.consumers_made == 1; }));
  EXPECT_EQ(state(), TaskState::running);
}

TEST_F(EngineTest, FailsWhenNoConsumerWillEverDo) {
  task_.on_make_consumer = [] { return std::optional(Error("Kafka client property x: no such property")); };
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_EQ(task_.status().trace, "Kafka consumer: Kafka client property x: no such property");
}

TEST_F(EngineTest, FailsWhenTheGroupIsForbidden) {
  begin();
  task_.consumer().trouble({Error("not authorized to access group"), false, true});
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
}

TEST_F(EngineTest, FailsWhenAConverterCannotBeMade) {
  task_.spec.make_value_converter = []() -> Result<std::unique_ptr<convert::Converter>> { return Error("no such option"); };
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(task_.status().trace, "value.converter: no such option");
  EXPECT_EQ(task_.consumers_made, 0);
}

TEST_F(EngineTest, WakesAStalledFetcherWhileMoreIsKnownAndNeverWhenIdle) {
  produce(3);
  broker_.skip_offset("weather", 0);
  begin();
  task_.run(Milliseconds(100));
  const int woken = task_.consumer().fetcher_wakes;
  EXPECT_GT(woken, 2);
  task_.run(Milliseconds(3'000));
  const int later = task_.consumer().fetcher_wakes;
  task_.run(Milliseconds(60'000));
  EXPECT_EQ(task_.consumer().fetcher_wakes, later);
}

TEST_F(EngineTest, D7_KilledAtAnyStepNothingIsLostOrDoubled) {
  for (int steps = 1; steps < 60; ++steps) {
    SCOPED_TRACE(steps);
    test::ScriptedBroker broker;
    test::ScriptedDatabase database;
    test::ScriptedPlugin plugin(database);
    test::SteppedTask task(broker, plugin, clock_);
    task.spec.limits.rows = 4;
    task.on_consumer = [&](test::ScriptedConsumer& consumer) { consumer.assign({zero_}); };
    for (int n = 0; n < 30; ++n) broker.produce("weather", 0, "row");
    for (int n = 0; n < steps; ++n) {
      n % 3 == 0 ? task.step_writer() : task.step_reader();
      clock_.advance(Milliseconds(n % 2));
    }
    task.kill();
    task.run(Milliseconds(2'000));
    EXPECT_EQ(database.offsets(zero_), count_up(0, 30));
    EXPECT_EQ(plugin.violations(), std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace sinkway::task
