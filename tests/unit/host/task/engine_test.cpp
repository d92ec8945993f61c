// Rows of task-engine.md's tables, with a scripted plugin and a scripted consumer under a virtual clock: batches, commits,
// redelivery and the fault of a record.
#include <poll.h>

#include "plugins/sdk/cpp/host.hpp"
#include "tests/unit/host/task/engine_world.hpp"

namespace sinkway::task {
namespace {

TEST_F(EngineTest, DeliversWhatWasProduced) {
  produce(5);
  begin();
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 5));
  produce(3);
  task_.run(Milliseconds(10));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 8));
  task_.run(Milliseconds(1'000));
  const auto status = task_.status().partitions.at(0);
  EXPECT_EQ(status.position, 8);
  EXPECT_EQ(status.end, 8);
  EXPECT_EQ(status.lag, 0);
  EXPECT_EQ(status.lag_seconds, 0);
  EXPECT_EQ(metric("kafka_connect_sink_task_sink_record_read_total"), 8);
  EXPECT_EQ(metric("kafka_connect_sink_task_sink_record_send_total"), 8);
  EXPECT_EQ(task_.metrics.last("kafka_connect_sink_task_partition_count{connector=weather,task=0}"), 1);
  EXPECT_EQ(task_.metrics.last("kafka_connect_connector_task_batch_size_max{connector=weather,task=0}"), 5);
  EXPECT_EQ(task_.metrics.last("kafka_connect_connector_task_batch_size_avg{connector=weather,task=0}"), 4);
  EXPECT_EQ(task_.metrics.last("kafka_connect_sink_task_sink_record_active_count{connector=weather,task=0}"), 8)
      << "nothing is committed before the commit interval";
  EXPECT_TRUE(task_.metrics.has("kafka_consumergroup_lag{consumergroup=connect-weather,topic=weather,partition=0}"));
  EXPECT_TRUE(task_.metrics.has("sinkway_partition_lag_seconds{connector=weather,task=0,topic=weather,partition=0}"));
}

TEST_F(EngineTest, WaitsTwoMillisecondsForCompanyWhenTheWriterIsIdle) {
  begin();
  produce(1);
  task_.settle();
  EXPECT_EQ(database_.size(), 0U);
  clock_.advance(Milliseconds(1));
  produce(1);
  task_.settle();
  EXPECT_EQ(database_.size(), 0U);
  clock_.advance(Milliseconds(1));
  task_.settle();
  EXPECT_EQ(database_.size(), 2U);
  EXPECT_EQ(plugin_.count("put"), 1U);
}

TEST_F(EngineTest, FillsBatchesWhileTheWriterIsBusyAndTakesNothingWithoutASlot) {
  task_.spec.limits.rows = 10;
  begin();
  bool blocked = false;
  std::size_t read = 0;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    if (std::exchange(blocked, true)) return std::nullopt;
    produce(100);
    task_.block(Milliseconds(15'000));
    read = static_cast<std::size_t>(metric("kafka_connect_sink_task_sink_record_read_total"));
    return std::nullopt;
  };
  produce(1);
  task_.run(Milliseconds(20'000));
  EXPECT_EQ(read, 1U + 10);  // one ready; without a slot nothing is taken
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 101));
  EXPECT_EQ(plugin_.count("put 10"), 10U);
}

TEST_F(EngineTest, IdleTasksSleepASecondAtATime) {
  begin();
  task_.run(Milliseconds(2'000));
  int steps = 0;
  const Instant end = clock_.now() + std::chrono::seconds(60);
  while (clock_.now() < end) {
    clock_.go_to(task_.next());
    task_.settle();
    ++steps;
  }
  EXPECT_LE(steps, 75);
}

TEST_F(EngineTest, PollsTheGroupAtLeastEveryThirdOfThePollInterval) {
  task_.spec.max_poll_interval = Milliseconds(900);
  begin();
  task_.run(Milliseconds(2'000));
  EXPECT_LE(task_.next(), clock_.now() + Milliseconds(300));
}

TEST_F(EngineTest, D1_CommitsOnlyWhatPreCommitAllowed) {
  plugin_.on_pre_commit = first(1, {SINKWAY_RETRIABLE});
  produce(5);
  begin();
  task_.run(Milliseconds(5'100));
  EXPECT_EQ(plugin_.count("pre_commit"), 1U);
  EXPECT_EQ(broker_.committed(zero_), 0);  // where it started; nothing of the five records
  task_.run(Milliseconds(5'100));
  EXPECT_EQ(broker_.committed(zero_), 5);
  task_.run(Milliseconds(1'000));  // the status is made once a second
  EXPECT_EQ(task_.status().partitions.at(0).committed, 5);
  task_.run(Milliseconds(20'000));
  EXPECT_EQ(plugin_.count("pre_commit"), 2U);  // nothing new, nothing asked
}

TEST_F(EngineTest, CommitsOnRequestOfThePlugin) {
  plugin_.on_put = [&](const sinkway_batch&) {
    plugin_.host()->request_commit(plugin_.host());
    return std::nullopt;
  };
  produce(5);
  begin();
  EXPECT_EQ(broker_.committed(zero_), 5);
}

TEST_F(EngineTest, ACommitThatFailsIsTriedAgainAndNeverEndsTheTask) {
  int times = 0;
  broker_.on_commit = [&]() -> std::optional<Error> {
    return times++ == 0 ? std::optional(Error::transient("coordinator away")) : std::nullopt;
  };
  produce(5);
  begin();
  task_.run(Milliseconds(10'100));
  EXPECT_EQ(times, 2);
  EXPECT_EQ(broker_.committed(zero_), 5);
  EXPECT_EQ(state(), TaskState::running);
}

TEST_F(EngineTest, ACommitWithoutAnAnswerIsGivenUpAfterFiveSeconds) {
  broker_.holds_commit_answers = true;
  produce(5);
  begin();
  task_.run(Milliseconds(5'100));
  produce(5);
  task_.run(Milliseconds(11'000));
  EXPECT_EQ(broker_.committed(zero_), 10);
  EXPECT_GE(metric("kafka_connect_sink_task_offset_commit_skip_total"), 1);
}

TEST_F(EngineTest, APutMayLookAtTheBatchBehindIt) {
  task_.spec.limits.rows = 10;
  begin();
  std::optional<sinkway_batch> forecast;
  bool was_calm = false;
  std::size_t puts = 0;
  plugin_.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
    const sdk::Host host(plugin_.host());
    pollfd waits{host.next_batch_descriptor(), POLLIN, 0};
    if (++puts == 2) {
      EXPECT_EQ(batch.sequence, forecast->sequence);
      EXPECT_EQ(batch.records, forecast->records);
      EXPECT_EQ(batch.record_count, forecast->record_count);
    }
    if (puts != 1) return std::nullopt;
    EXPECT_EQ(host.next_batch(), nullptr);
    was_calm = poll(&waits, 1, 0) == 0;
    produce(15);
    task_.block(Milliseconds(10));
    EXPECT_EQ(poll(&waits, 1, 0), 1) << "a batch has come meanwhile";
    if (const sinkway_batch* const next = host.next_batch(); next != nullptr) {
      forecast = *next;
      EXPECT_EQ(next->records[0].offset, 1);
    }
    EXPECT_EQ(poll(&waits, 1, 0), 0) << "it was looked at";
    return std::nullopt;
  };
  produce(1);
  task_.run(Milliseconds(100));
  EXPECT_TRUE(was_calm);
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->record_count, 10U);
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 16)) << "looking takes nothing";
  EXPECT_EQ(sdk::Host(plugin_.host()).next_batch(), nullptr) << "no put is running";
}

TEST_F(EngineTest, APutThatComesAgainIsToldOfTheBatchBehindItAgain) {
  task_.spec.limits.rows = 1;
  std::vector<bool> told;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    const sdk::Host host(plugin_.host());
    pollfd waits{host.next_batch_descriptor(), POLLIN, 0};
    if (told.empty()) {
      (void)host.next_batch();
      produce(1);
    }
    task_.block(Milliseconds(10));
    told.push_back(poll(&waits, 1, 0) == 1 && host.next_batch() != nullptr);
    return told.size() < 3 ? std::optional(ScriptedAnswer{SINKWAY_RETRIABLE}) : std::nullopt;
  };
  begin();
  produce(1);
  task_.run(Milliseconds(2'000));
  EXPECT_EQ(told, (std::vector<bool>{true, true, true, false})) << "no batch is behind the second";
}

TEST_F(EngineTest, D4_TheSameBatchComesAgainWhole) {
  std::vector<std::uint64_t> sequences;
  std::vector<std::size_t> sizes;
  plugin_.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
    sequences.push_back(batch.sequence);
    sizes.push_back(batch.record_count);
    if (sequences.size() <= 4) return ScriptedAnswer{SINKWAY_RETRIABLE};
    return std::nullopt;
  };
  produce(5);
  begin();
  produce(5);
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 10; }));
  EXPECT_EQ(sequences, (std::vector<std::uint64_t>{1, 1, 1, 1, 1, 2}));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 5, 5, 5, 5, 5}));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 10));
  EXPECT_EQ(metric("kafka_connect_task_error_total_retries"), 4);
}

TEST_F(EngineTest, RetriesAfterThePluginsOwnWish) {
  plugin_.on_put = first_put(1, {SINKWAY_RETRIABLE, "full disk", 7'000});
  produce(1);
  begin();
  task_.run(Milliseconds(6'900));
  EXPECT_EQ(plugin_.count("put"), 1U);
  EXPECT_EQ(task_.status().trouble, "put: full disk");
  task_.run(Milliseconds(200));
  EXPECT_EQ(plugin_.count("put"), 2U);
  EXPECT_EQ(task_.status().trouble, "");
}

TEST_F(EngineTest, D4_LeavesOutOnlyWhatWasReportedWhenTheSameBatchComesAgain) {
  task_.spec.tolerate_all = true;
  std::vector<std::size_t> sizes;
  plugin_.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
    sizes.push_back(batch.record_count);
    if (sizes.size() > 1) return std::nullopt;
    sinkway_errant errant{};
    errant.struct_size = sizeof errant;
    errant.record_index = 1;
    errant.reason = lend("too long");
    EXPECT_EQ(plugin_.host()->report_errant(plugin_.host(), &errant), SINKWAY_ERRANT_ACCEPTED);
    return ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  produce(3);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 2; }));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 2}));
  EXPECT_EQ(database_.offsets(zero_), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(metric("kafka_connect_task_error_total_records_skipped"), 1);
}

TEST_F(EngineTest, RecordsCarryTheirRawBytesWhenThePluginAsksAndOnlyThen) {
  for (const bool wanted : {false, true}) {
    test::ScriptedBroker broker;
    test::ScriptedDatabase database;
    test::ScriptedPlugin plugin(database);
    plugin.wants_raw_records = wanted;
    test::SteppedTask task(broker, plugin, clock_);
    std::vector<std::string> seen;
    plugin.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
      for (std::size_t n = 0; n < batch.record_count; ++n)
        seen.emplace_back(batch.records[n].raw ? view(batch.records[n].raw->value) : "none");
      return std::nullopt;
    };
    broker.produce("weather", 0, "first");  // there before the task
    task.run(Milliseconds(10));
    task.consumer().assign({zero_});
    task.run(Milliseconds(10));
    broker.produce("weather", 0, "second");
    task.run(Milliseconds(10));
    EXPECT_EQ(seen,
              wanted ? (std::vector<std::string>{"first", "second"}) : (std::vector<std::string>{"none", "none"}));
  }
}

TEST_F(EngineTest, RecordsComeWithoutHeadersWhenThePluginLooksAtNone) {
  for (const bool wanted : {true, false}) {
    test::ScriptedBroker broker;
    test::ScriptedDatabase database;
    test::ScriptedPlugin plugin(database);
    plugin.wants_headers = wanted;
    test::SteppedTask task(broker, plugin, clock_);
    std::vector<std::size_t> seen;
    plugin.on_put = [&](const sinkway_batch& batch) -> std::optional<ScriptedAnswer> {
      for (std::size_t n = 0; n < batch.record_count; ++n) seen.push_back(batch.records[n].header_count);
      return std::nullopt;
    };
    broker.produce("weather", 0, "first", {}, {{"trace", "1"}});  // there before the task
    task.run(Milliseconds(10));
    task.consumer().assign({zero_});
    task.run(Milliseconds(10));
    broker.produce("weather", 0, "second", {}, {{"trace", "2"}});
    task.run(Milliseconds(10));
    EXPECT_EQ(seen, wanted ? (std::vector<std::size_t>{1, 1}) : (std::vector<std::size_t>{0, 0}));
  }
}

TEST_F(EngineTest, ConversionsAreTriedAgainWhileTheRestOfTheBatchGoesOnItsWay) {
  int away = 3;
  task_.spec.retries.timeout = Milliseconds(-1);
  task_.spec.make_value_converter = [&]() -> Result<std::unique_ptr<convert::Converter>> {
    auto made = std::make_unique<test::TextConverter>();
    made->away = away;
    return std::unique_ptr<convert::Converter>(std::move(made));
  };
  produce(2);
  produce(1, "later");
  produce(2);
  begin();
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 2)) << "what came before it does not wait";
  EXPECT_EQ(state(), TaskState::running);
  task_.run(Milliseconds(300 + 600 + 1'200 + 100));
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 5)) << "in order, each once";
  EXPECT_EQ(metric("kafka_connect_task_error_total_retries"), 3);
}

TEST_F(EngineTest, AConversionThatIsTriedAgainHoldsUpNeitherStopNorRevocation) {
  task_.spec.retries.timeout = Milliseconds(-1);
  task_.spec.make_value_converter = []() -> Result<std::unique_ptr<convert::Converter>> {
    auto made = std::make_unique<test::TextConverter>();
    made->away = 1'000;
    return std::unique_ptr<convert::Converter>(std::move(made));
  };
  produce(2);
  produce(1, "later");
  begin();
  task_.consumer().revoke();
  task_.run(Milliseconds(100));
  EXPECT_EQ(broker_.committed(zero_), 2);
  task_.post(StopAsked{});
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::stopped);
}

TEST_F(EngineTest, D8_TroubleOfTheServerNeverEndsTheTaskAndLosesNothing) {
  task_.spec.tolerate_all = true;
  plugin_.on_put = first_put(50, {SINKWAY_RETRIABLE, "server away"});
  produce(20);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 20; }, Milliseconds(600'000)));
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(metric("kafka_connect_task_error_total_records_skipped"), 0);
  EXPECT_EQ(database_.offsets(zero_), count_up(0, 20));
}

TEST_F(EngineTest, D8_StartAndOpenAreTriedAgainToo) {
  plugin_.on_start = first(3, {SINKWAY_RETRIABLE, "server away"});
  plugin_.on_open = first(3, {SINKWAY_RETRIABLE, "server away"});
  produce(3);
  begin();
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(task_.status().trouble, "start: server away");
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 3; }));
  EXPECT_EQ(plugin_.count("start"), 4U);
  EXPECT_EQ(plugin_.count("open"), 4U);
}

TEST_F(EngineTest, D3_ARecordThePluginRefusesIsLeftOutWithToleranceAll) {
  task_.spec.tolerate_all = true;
  produce(2);
  produce(1, "refuse");
  produce(2);
  produce(1, "reject");
  begin();
  EXPECT_EQ(database_.offsets(zero_), (std::vector<std::int64_t>{0, 1, 3, 4}));
  task_.run(Milliseconds(1'000));
  EXPECT_EQ(position(), 6);
  EXPECT_EQ(metric("kafka_connect_task_error_total_records_skipped"), 2);
  EXPECT_EQ(metric("kafka_connect_sink_task_sink_record_send_total"), 4);
}

TEST_F(EngineTest, D3_ARecordThePluginRefusesEndsTheTaskWithToleranceNone) {
  for (const std::string word : {"refuse", "reject"}) {
    SCOPED_TRACE(word);
    test::ScriptedBroker broker;
    test::ScriptedDatabase database;
    test::ScriptedPlugin plugin(database);
    test::SteppedTask task(broker, plugin, clock_);
    broker.produce("weather", 0, "row");
    broker.produce("weather", 0, word + " secret");
    task.run(Milliseconds(10));
    task.consumer().assign({zero_});
    ASSERT_TRUE(task.run_until([&] { return task.ended(); }));
    EXPECT_EQ(task.status().state, TaskState::failed);
    EXPECT_EQ(task.status().trace, "Tolerance exceeded in error handler: stage TASK_PUT, topic weather, partition 0, offset 1: " +
                                       std::string(word == "refuse" ? "refused" : "rejected") +
                                       " (errors.tolerance=all leaves such records out)");
    EXPECT_EQ(database.size(), 0U);
  }
}

TEST_F(EngineTest, D3_ARecordThatCannotBeConvertedEndsTheTaskAfterCommittingWhatWasAccepted) {
  produce(3);
  begin();
  EXPECT_EQ(database_.size(), 3U);
  produce(1, "bad");
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_NE(task_.status().trace.find("stage VALUE_CONVERTER, topic weather, partition 0, offset 3"), std::string::npos);
  EXPECT_EQ(broker_.committed(zero_), 3);
  const auto calls = plugin_.calls();
  ASSERT_GE(calls.size(), 4U);
  EXPECT_EQ((std::vector<std::string>{calls.end() - 4, calls.end()}),
            (std::vector<std::string>{"pre_commit 1", "close", "stop", "destroy"}));
}

TEST_F(EngineTest, ATailThatIsAllBadMovesThePositionAndTheLagReachesZero) {
  task_.spec.tolerate_all = true;
  produce(2);
  produce(50, "bad");
  begin();
  task_.run(Milliseconds(6'000));
  EXPECT_EQ(plugin_.count("put 2"), 1U);
  produce(30, "bad");
  task_.run(Milliseconds(6'000));
  EXPECT_EQ(plugin_.count("put 0"), 1U);
  EXPECT_EQ(task_.status().partitions.at(0).lag, 0);
  EXPECT_EQ(broker_.committed(zero_), 82);
  EXPECT_EQ(database_.owners.at(zero_).next_offset, 82);
}

TEST_F(EngineTest, ADataErrorThatNamesNoRecordEndsTheTask) {
  task_.spec.tolerate_all = true;
  plugin_.on_put = first_put(1, {SINKWAY_DATA_ERROR, "something is wrong"});
  produce(3);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
}

TEST_F(EngineTest, FatalAnswersEndTheTaskWithPlaceAndReason) {
  plugin_.on_put = first_put(1, {SINKWAY_FATAL, "no permission"});
  produce(3);
  begin();
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_EQ(task_.status().trace,
            "stage TASK_PUT, topic weather, partition 0, offsets 0 to 2: put of the plugin org.example.ScriptedSinkConnector: no "
            "permission");
  EXPECT_EQ(plugin_.count("stop"), 1U);
  EXPECT_EQ(plugin_.count("destroy"), 1U);
}

TEST_F(EngineTest, FatalAnswersOfEveryCallEndTheTask) {
  struct Case {
    const char* call;
    std::function<void(test::ScriptedPlugin&)> script;
  };
  const ScriptedAnswer fatal{SINKWAY_FATAL, "no"};
  const Case cases[] = {
      {"start", [&](auto& plugin) { plugin.on_start = first(1, fatal); }},
      {"open", [&](auto& plugin) { plugin.on_open = first(1, fatal); }},
      {"pre_commit", [&](auto& plugin) { plugin.on_pre_commit = first(1, fatal); }},
      {"create", [&](auto& plugin) { plugin.refuses_to_be_made = true; }},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.call);
    test::ScriptedBroker broker;
    test::ScriptedDatabase database;
    test::ScriptedPlugin plugin(database);
    one.script(plugin);
    test::SteppedTask task(broker, plugin, clock_);
    broker.produce("weather", 0, "row");
    task.settle();
    if (!task.ended()) task.consumer().assign({zero_});
    ASSERT_TRUE(task.run_until([&] { return task.ended(); }));
    EXPECT_EQ(task.status().state, TaskState::failed);
    EXPECT_FALSE(task.status().trace.empty());
    EXPECT_EQ(broker.violations, std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace sinkway::task
