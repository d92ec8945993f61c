// Rule D6: no position counts before the dead letters of its records are in safety.
#include "tests/unit/host/task/engine_world.hpp"

namespace sinkway::task {
namespace {

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

}  // namespace
}  // namespace sinkway::task
