#include "host/errors/errant_reporter.hpp"

#include <gtest/gtest.h>

#include "host/errors/stage.hpp"
#include "tests/support/recording_metrics.hpp"
#include "tests/support/scripted_letters.hpp"
#include "tests/support/virtual_clock.hpp"

namespace sinkway::errors {
namespace {

constexpr char kLabels[] = "{connector=weather,task=3}";

class ErrantReporterTest : public testing::Test {
 protected:
  ErrantReporter reporter(Tolerance tolerance, bool log = false) {
    return ErrantReporter({"weather", 3, tolerance, log, Logger::none(), &metrics_, &clock_, false, letters_});
  }
  double sum(const std::string& name) { return metrics_.sum("kafka_connect_task_error_" + name + kLabels); }

  test::RecordingMetrics metrics_;
  test::VirtualClock clock_;
  DeadLetters letters_;
  Errant errant_{"readings", 2, 17, 1'000, 1, name_of(Stage::value_converter), "JsonConverter", "json.cut", "byte 3: cut", "TM"};
};

TEST_F(ErrantReporterTest, D3_CountsAndLeavesOutWithToleranceAll) {
  auto all = reporter(Tolerance::all);
  EXPECT_EQ(all.report(errant_), Verdict::leave_out);
  EXPECT_EQ(all.report(errant_), Verdict::leave_out);
  EXPECT_EQ(sum("total_record_failures"), 2);
  EXPECT_EQ(sum("total_record_errors"), 2);
  EXPECT_EQ(sum("total_records_skipped"), 2);
  EXPECT_EQ(sum("total_errors_logged"), 0);
}

TEST_F(ErrantReporterTest, D3_EndsTheTaskWithToleranceNone) {
  EXPECT_EQ(reporter(Tolerance::none).report(errant_), Verdict::fail);
  EXPECT_EQ(sum("total_record_failures"), 1);
  EXPECT_EQ(sum("total_records_skipped"), 0);
}

TEST_F(ErrantReporterTest, CountsWhatItLogs) {
  EXPECT_EQ(reporter(Tolerance::all, true).report(errant_), Verdict::leave_out);
  EXPECT_EQ(sum("total_errors_logged"), 1);
}

TEST_F(ErrantReporterTest, TellsWhenTheLastErrorWas) {
  EXPECT_EQ(reporter(Tolerance::all).report(errant_), Verdict::leave_out);
  const auto now = std::chrono::duration_cast<Milliseconds>(clock_.wall().time_since_epoch()).count();
  EXPECT_EQ(metrics_.last(std::string("kafka_connect_task_error_last_error_timestamp") + kLabels), static_cast<double>(now));
}

TEST_F(ErrantReporterTest, D6_SendsALetterWhateverTheToleranceAndKnowsWhatBecameOfIt) {
  const auto queue = std::make_shared<test::ScriptedLetters>();
  letters_.queue = queue;
  const RawMessage raw{{lend_raw("k"), lend_raw("v")}, nullptr, 0};
  Errant errant = errant_;
  errant.raw = &raw;
  for (const auto tolerance : {Tolerance::all, Tolerance::none}) {
    queue->sent.clear();
    metrics_.clear();
    auto made = reporter(tolerance);
    EXPECT_TRUE(made.needs_raw());
    for (int n = 0; n < 3; ++n) (void)made.report(errant);
    ASSERT_EQ(queue->sent.size(), 3U);
    EXPECT_EQ(queue->sent[0].letter.value, "v");
    EXPECT_TRUE(queue->sent[0].letter.headers.empty());
    EXPECT_EQ(sum("deadletterqueue_produce_requests"), 3);
    queue->settle(1);
    queue->settle(0, Error::transient("broker away"));
    EXPECT_FALSE(made.letters().settled(1));
    EXPECT_EQ(made.letters().trouble(), "the dead letter of topic readings, partition 2, offset 17: broker away");
    queue->settle(0);
    EXPECT_TRUE(made.letters().settled(2));
    queue->settle(2, Error("too large"));
    EXPECT_FALSE(made.letters().settled(3));
    EXPECT_EQ(made.letters().failure(),
              "the dead letter of topic readings, partition 2, offset 17 was refused: too large");
    EXPECT_EQ(sum("deadletterqueue_produce_failures"), 2);
  }
}

TEST_F(ErrantReporterTest, ALetterMayOutliveTheTask) {
  const auto queue = std::make_shared<test::ScriptedLetters>();
  letters_.queue = queue;
  (void)std::make_unique<ErrantReporter>(reporter(Tolerance::all))->report(errant_);
  queue->settle(0);
}

TEST_F(ErrantReporterTest, CountsOperationsThatAreTriedAgain) {
  reporter(Tolerance::all).retried();
  EXPECT_EQ(sum("total_record_failures"), 1);
  EXPECT_EQ(sum("total_retries"), 1);
  EXPECT_EQ(sum("total_record_errors"), 0);
}

TEST_F(ErrantReporterTest, NamesStagePlaceAndReason) {
  EXPECT_EQ(place_and_reason(errant_), "topic readings, partition 2, offset 17, field TM: byte 3: cut");
  EXPECT_EQ(intolerable(errant_),
            "Tolerance exceeded in error handler: stage VALUE_CONVERTER, topic readings, partition 2, offset 17, field TM: "
            "byte 3: cut (errors.tolerance=all leaves such records out)");
}

TEST(Stage, HasConnectsNames) {
  EXPECT_EQ(name_of(Stage::key_converter), "KEY_CONVERTER");
  EXPECT_EQ(name_of(Stage::value_converter), "VALUE_CONVERTER");
  EXPECT_EQ(name_of(Stage::header_converter), "HEADER_CONVERTER");
  EXPECT_EQ(name_of(Stage::task_put), "TASK_PUT");
}

}  // namespace
}  // namespace sinkway::errors
