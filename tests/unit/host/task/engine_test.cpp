// Each row of task-engine.md's tables, with a scripted plugin and a scripted consumer under a virtual clock.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/scripted_letters.hpp"
#include "tests/support/stepped_task.hpp"

namespace sinkway::task {
namespace {

using test::ScriptedAnswer;
using test::ScriptedPlace;

class EngineTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(plugin_.violations(), std::vector<std::string>{});
    EXPECT_EQ(broker_.violations, std::vector<std::string>{});
  }
  void produce(int count, const std::string& value = "row", std::int32_t partition = 0) {
    for (int n = 0; n < count; ++n) broker_.produce("weather", partition, value);
  }
  // Joined, partitions assigned and opened.
  void begin(std::vector<ScriptedPlace> places = {{"weather", 0}}) {
    task_.run(Milliseconds(10));
    task_.consumer().assign(std::move(places));
    task_.run(Milliseconds(10));
  }
  std::int64_t position(std::size_t index = 0) { return task_.status().partitions.at(index).position; }
  std::vector<std::int64_t> count_up(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(to - from));
    std::iota(numbers.begin(), numbers.end(), from);
    return numbers;
  }
  TaskState state() { return task_.status().state; }
  double metric(const std::string& name) { return task_.metrics.sum(name + "{connector=weather,task=0}"); }
  // An answer for the first `times` calls, then nothing.
  static std::function<std::optional<ScriptedAnswer>()> first(int times, ScriptedAnswer answer) {
    return [times, answer]() mutable { return times-- > 0 ? std::optional(answer) : std::nullopt; };
  }
  std::function<std::optional<ScriptedAnswer>(const sinkway_batch&)> first_put(int times, ScriptedAnswer answer) {
    return [times, answer](const sinkway_batch&) mutable { return times-- > 0 ? std::optional(answer) : std::nullopt; };
  }

  const ScriptedPlace zero_{"weather", 0};
  const ScriptedPlace one_{"weather", 1};
  test::VirtualClock clock_;
  test::ScriptedBroker broker_;
  test::ScriptedDatabase database_;
  test::ScriptedPlugin plugin_{database_};
  test::SteppedTask task_{broker_, plugin_, clock_};
};

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

class DeadLetterEngineTest : public EngineTest {
 protected:
  DeadLetterEngineTest() {
    task_.spec.tolerate_all = true;
    task_.spec.dead_letters = {letters_, true};
  }
  std::optional<std::int64_t> committed() {
    task_.run(Milliseconds(6'000));
    return broker_.committed(zero_);
  }
  const std::shared_ptr<test::ScriptedLetters> letters_ = std::make_shared<test::ScriptedLetters>();
};

TEST_F(DeadLetterEngineTest, D6_NothingIsPutBeforeTheLettersOfItsConversionAreAcknowledged) {
  produce(2);
  produce(1, "bad");
  produce(1);
  begin();
  ASSERT_EQ(letters_->sent.size(), 1U);
  EXPECT_EQ(letters_->sent[0].letter.value, "bad");
  EXPECT_EQ(committed(), 0);
  EXPECT_EQ(plugin_.count("put"), 0U);
  letters_->settle(0, Error::transient("broker away"));
  task_.run(Milliseconds(60'000));
  EXPECT_EQ(plugin_.count("put"), 0U) << "however long it takes";
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(task_.status().trouble, "the dead letter of topic weather, partition 0, offset 2: broker away");
  letters_->settle(0);
  EXPECT_EQ(committed(), 4);
  EXPECT_EQ(database_.offsets(zero_), (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_EQ(task_.status().trouble, "");
}

TEST_F(DeadLetterEngineTest, D6_PositionsWaitForTheLettersThatThePluginReported) {
  produce(1);
  produce(1, "reject");
  begin();
  EXPECT_EQ(database_.size(), 1U) << "the plugin has answered OK";
  ASSERT_EQ(letters_->sent.size(), 1U);
  EXPECT_EQ(letters_->sent[0].letter.value, "reject") << "the raw bytes of the record that it named";
  EXPECT_EQ(letters_->sent[0].letter.headers.at(5).second, "TASK_PUT");
  EXPECT_EQ(letters_->sent[0].letter.headers.at(6).second, "org.apache.kafka.connect.sink.SinkTask");
  EXPECT_EQ(committed(), 0);
  letters_->settle(0);
  EXPECT_EQ(committed(), 2);
  EXPECT_EQ(plugin_.count("put"), 1U);
  EXPECT_EQ(letters_->sent.size(), 1U);
}

TEST_F(DeadLetterEngineTest, D6_TheRestOfABatchWaitsForTheLetterOfTheRecordThatItsOutcomeNamed) {
  produce(1);
  produce(1, "refuse");
  begin();
  EXPECT_EQ(committed(), 0);
  EXPECT_EQ(database_.size(), 0U);
  letters_->settle(0);
  EXPECT_EQ(committed(), 2);
  EXPECT_EQ(letters_->sent.size(), 1U);
}

TEST_F(DeadLetterEngineTest, D6_ABatchThatComesAgainWaitsForTheLettersOfItsLastTry) {
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    if (plugin_.count("put") > 1) return std::nullopt;
    sinkway_errant errant{};
    errant.struct_size = sizeof errant;
    errant.record_index = 1;
    errant.reason = lend("too long");
    EXPECT_EQ(plugin_.host()->report_errant(plugin_.host(), &errant), SINKWAY_ERRANT_ACCEPTED);
    EXPECT_EQ(plugin_.host()->flush_errant(plugin_.host(), 1), 0) << "it is not acknowledged yet";
    return ScriptedAnswer{SINKWAY_RETRIABLE};
  };
  produce(3);
  begin();
  task_.run(Milliseconds(60'000));
  EXPECT_EQ(plugin_.count("put"), 1U);
  letters_->settle(0);
  task_.run(Milliseconds(10));
  EXPECT_EQ(database_.offsets(zero_), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(letters_->sent.size(), 1U);
}

TEST_F(DeadLetterEngineTest, D6_ALetterThatIsRefusedForGoodFailsTheTaskBeforeItsRecord) {
  produce(2);
  begin();
  EXPECT_EQ(database_.size(), 2U);
  produce(1, "bad");
  produce(1);
  task_.run(Milliseconds(10));
  letters_->settle(0, Error("Broker: Message size too large"));
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_NE(task_.status().trace.find(
                "the dead letter of topic weather, partition 0, offset 2 was refused: Broker: Message size too "
                "large"),
            std::string::npos)
      << task_.status().trace;
  EXPECT_EQ(broker_.committed(zero_), 2);
  EXPECT_EQ(database_.size(), 2U);
}

TEST_F(DeadLetterEngineTest, D5_D6_RevokedPartitionsAreCommittedUpToWhereTheirLettersAre) {
  produce(2);
  begin();
  produce(1, "reject");
  task_.run(Milliseconds(10));
  letters_->settle(0);
  task_.consumer().revoke();
  task_.run(Milliseconds(100));
  EXPECT_EQ(broker_.committed(zero_), 3);
}

TEST_F(DeadLetterEngineTest, ALetterIsAlsoSentForTheRecordThatEndsTheTask) {
  task_.spec.tolerate_all = false;
  produce(1, "reject");
  begin();
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(state(), TaskState::failed);
  EXPECT_EQ(letters_->sent.size(), 1U);
  EXPECT_EQ(broker_.committed(zero_).value_or(0), 0);
}

TEST_F(DeadLetterEngineTest, TheTopicIsThereBeforeThePluginStarts) {
  letters_->on_prepare = {Error::transient("broker away"), Error::transient("broker away")};
  produce(1);
  begin();
  EXPECT_EQ(plugin_.count("start"), 0U);
  EXPECT_EQ(state(), TaskState::running);
  EXPECT_EQ(task_.status().trouble, "start: broker away");
  ASSERT_TRUE(task_.run_until([&] { return database_.size() == 1; }));
  EXPECT_EQ(letters_->prepared, 3);
}

TEST_F(DeadLetterEngineTest, ATopicThatCannotBeThereFailsTheTask) {
  letters_->on_prepare = {Error("dead letter queue topic dlq: no permission")};
  ASSERT_TRUE(task_.run_until([&] { return task_.ended(); }));
  EXPECT_EQ(task_.status().trace, "dead letter queue topic dlq: no permission");
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
