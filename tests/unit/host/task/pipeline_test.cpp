#include "host/task/pipeline.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "host/data/topic_names.hpp"
#include "host/task/leave_out.hpp"
#include "tests/support/recording_metrics.hpp"
#include "tests/support/scripted_letters.hpp"
#include "tests/support/text_converter.hpp"
#include "tests/support/virtual_clock.hpp"

namespace sinkway::task {
namespace {

class PipelineTest : public testing::Test {
 protected:
  void make(errors::Tolerance tolerance, BatchLimits limits = {}) {
    reporter_ = std::make_unique<errors::ErrantReporter>(errors::ErrantReporter::Options{
        "weather", 0, tolerance, false, Logger::none(), &metrics_, &clock_, false, letters_});
    Pipeline::Converters converters;
    converters.key = std::make_unique<test::TextConverter>();
    auto value = std::make_unique<test::TextConverter>();
    value_ = value.get();
    converters.value = std::move(value);
    converters.retries = retries_;
    converters.value_class = "TextConverter";
    if (header_converter_) converters.header = std::make_unique<test::TextConverter>();
    pipeline_ = std::make_unique<Pipeline>(std::move(converters), shapes_, ledger_, *reporter_, limits);
    pipeline_->fill(batch_, 0, clock_.now());
    open(0, 10);
  }
  void open(std::int32_t partition, std::int64_t offset) {
    ledger_.add({topic_, partition}, 7);
    ledger_.start(*ledger_.find({topic_, partition}), offset);
  }
  bool give(std::int32_t partition, std::int64_t offset, std::optional<std::string_view> value,
            std::span<const kafka::MessageHeader> headers = {}) {
    return pipeline_->on_message({{topic_, partition}, offset, 1'000 + offset, 1, "key", value, headers});
  }

  // As the feeder does it when the held message is due.
  void retry() {
    pipeline_->fill(batch_, pipeline_->messages(), clock_.now());
    pipeline_->retry();
  }

  bool header_converter_ = false;
  errors::RetryLimits retries_;
  errors::DeadLetters letters_;
  test::TextConverter* value_ = nullptr;
  TopicNames names_;
  TopicName topic_ = names_.intern("weather");
  ShapeTable shapes_;
  OffsetLedger ledger_;
  test::RecordingMetrics metrics_;
  test::VirtualClock clock_;
  std::unique_ptr<errors::ErrantReporter> reporter_;
  std::unique_ptr<Pipeline> pipeline_;
  Batch batch_;
};

TEST_F(PipelineTest, MakesARecordWithItsCoordinates) {
  make(errors::Tolerance::none);
  EXPECT_TRUE(give(0, 10, "hello"));
  ASSERT_EQ(batch_.records.size(), 1U);
  const Record& record = batch_.records[0];
  EXPECT_EQ(view(*record.topic), "weather");
  EXPECT_EQ(record.original_topic, record.topic);
  EXPECT_EQ(record.original_partition, 0);
  EXPECT_EQ(record.offset, 10);
  EXPECT_EQ(record.timestamp, 1'010);
  EXPECT_EQ(record.timestamp_type, 1);
  EXPECT_EQ(text_of(record.key), "key");
  EXPECT_EQ(text_of(record.value), "hello");
  EXPECT_EQ(record.header_count, 0U);
  ASSERT_EQ(batch_.positions.size(), 1U);
  EXPECT_EQ(batch_.positions[0].generation, 7U);
  EXPECT_EQ(batch_.positions[0].expected, 10);
  EXPECT_EQ(batch_.positions[0].next_offset, 11);
}

TEST_F(PipelineTest, KeepsTombstones) {
  make(errors::Tolerance::none);
  EXPECT_TRUE(give(0, 10, std::nullopt));
  EXPECT_EQ(tag_of(batch_.records.at(0).value), Tag::null);
}

TEST_F(PipelineTest, PassesHeadersAsBytesWithoutAHeaderConverter) {
  make(errors::Tolerance::none);
  const kafka::MessageHeader headers[] = {{"a", "1"}, {"a", std::nullopt}};
  EXPECT_TRUE(give(0, 10, "x", headers));
  const Record& record = batch_.records.at(0);
  ASSERT_EQ(record.header_count, 2U);
  EXPECT_EQ(view(record.headers[0].name), "a");
  EXPECT_EQ(tag_of(record.headers[0].value), Tag::bytes);
  EXPECT_EQ(tag_of(record.headers[1].value), Tag::null);
}

TEST_F(PipelineTest, ConvertsHeaders) {
  header_converter_ = true;
  make(errors::Tolerance::all);
  const kafka::MessageHeader good[] = {{"a", "1"}};
  const kafka::MessageHeader bad[] = {{"a", "bad"}};
  const kafka::MessageHeader not_text[] = {{"\xff", "1"}};
  EXPECT_TRUE(give(0, 10, "x", good));
  EXPECT_TRUE(give(0, 11, "x", bad));
  EXPECT_TRUE(give(0, 12, "x", not_text));
  ASSERT_EQ(batch_.records.size(), 1U);
  EXPECT_EQ(tag_of(batch_.records[0].headers[0].value), Tag::string);
  EXPECT_EQ(metrics_.sum("kafka_connect_task_error_total_records_skipped{connector=weather,task=0}"), 2);
}

TEST_F(PipelineTest, NeedsNoHeadersWhenNobodyLooksAtThem) {
  const auto reads = [this] {
    EXPECT_TRUE(pipeline_->reads_headers()) << "until it is told";
    pipeline_->pass_over_headers();
    return pipeline_->reads_headers();
  };
  make(errors::Tolerance::all);
  EXPECT_FALSE(reads());
  pipeline_->keep_raw();
  EXPECT_TRUE(pipeline_->reads_headers()) << "they are part of the raw record";
  ledger_.clear();
  header_converter_ = true;
  make(errors::Tolerance::all);
  EXPECT_TRUE(reads()) << "a header that cannot be converted makes its record errant";
  ledger_.clear();
  header_converter_ = false;
  letters_.queue = std::make_shared<test::ScriptedLetters>();
  make(errors::Tolerance::all);
  EXPECT_TRUE(reads()) << "a letter carries them";
}

TEST_F(PipelineTest, D3_CoversRecordsThatItLeavesOut) {
  make(errors::Tolerance::all);
  EXPECT_TRUE(give(0, 10, "bad"));
  EXPECT_TRUE(give(0, 14, "bad"));  // a gap is normal
  EXPECT_TRUE(batch_.records.empty());
  ASSERT_EQ(batch_.positions.size(), 1U);
  EXPECT_EQ(batch_.positions[0].expected, 10);
  EXPECT_EQ(batch_.positions[0].next_offset, 15);
  EXPECT_EQ(pipeline_->messages(), 2U);
}

TEST_F(PipelineTest, TellsThePluginWhatItLeavesOut) {
  make(errors::Tolerance::all);
  open(1, 20);
  const kafka::MessageHeader headers[] = {{"a", "1"}};
  EXPECT_TRUE(give(0, 10, "bad", headers));
  pipeline_->keep_raw();
  EXPECT_TRUE(give(1, 20, "bad", headers));
  ASSERT_EQ(batch_.unconverted.size(), 2U);
  EXPECT_EQ(batch_.unconverted[0].raw, nullptr);
  const Unconverted& kept = batch_.unconverted[1];
  EXPECT_EQ(view(*kept.topic), "weather");
  EXPECT_EQ(kept.partition, 1);
  EXPECT_EQ(kept.offset, 20);
  EXPECT_EQ(kept.timestamp, 1'020);
  EXPECT_EQ(view(kept.stage), "VALUE_CONVERTER");
  EXPECT_EQ(view(kept.reason), "byte 0: not a good beginning");
  ASSERT_NE(kept.raw, nullptr);
  EXPECT_EQ(view(kept.raw->value), "bad");
  EXPECT_EQ(static_cast<const RawMessage*>(static_cast<const void*>(kept.raw))->header_count, 1U);
  EXPECT_EQ(batch_.view().unconverted_count, 2U);
  EXPECT_TRUE(leave_out_partitions(batch_, [](const Position& position) { return position.partition == 0; }));
  ASSERT_EQ(batch_.unconverted.size(), 1U);
  EXPECT_EQ(batch_.unconverted[0].partition, 1);
  batch_.recycle();
  EXPECT_TRUE(batch_.unconverted.empty());
}

TEST_F(PipelineTest, D3_StopsBeforeARecordThatIsNotTolerated) {
  make(errors::Tolerance::none);
  EXPECT_TRUE(give(0, 10, "good"));
  EXPECT_FALSE(give(0, 11, "bad secret"));
  ASSERT_TRUE(pipeline_->failure());
  EXPECT_EQ(*pipeline_->failure(),
            "Tolerance exceeded in error handler: stage VALUE_CONVERTER, topic weather, partition 0, offset 11: byte 0: not a good "
            "beginning (errors.tolerance=all leaves such records out)");
  EXPECT_EQ(batch_.positions.at(0).next_offset, 11);
  EXPECT_TRUE(batch_.unconverted.empty());
}

TEST_F(PipelineTest, IgnoresWhatIsNotAssignedNotOpenOrAlreadyRead) {
  make(errors::Tolerance::none);
  ledger_.add({topic_, 1}, 7);
  EXPECT_TRUE(give(1, 0, "not open"));
  EXPECT_TRUE(give(2, 0, "not assigned"));
  EXPECT_TRUE(give(0, 9, "read before"));
  EXPECT_TRUE(batch_.empty());
  EXPECT_EQ(pipeline_->messages(), 0U);
}

TEST_F(PipelineTest, SaysWhenTheBatchIsFull) {
  BatchLimits limits;
  limits.rows = 3;
  make(errors::Tolerance::all, limits);
  EXPECT_TRUE(give(0, 10, "a"));
  EXPECT_TRUE(give(0, 11, "bad"));
  EXPECT_FALSE(give(0, 12, "c"));
  limits = {};
  limits.bytes = 200;
  batch_.recycle();
  ledger_.clear();
  make(errors::Tolerance::all, limits);
  EXPECT_TRUE(give(0, 10, "a"));
  EXPECT_FALSE(give(0, 11, std::string(200, 'x')));
}

TEST_F(PipelineTest, KeepsRawBytesOnlyForThoseWhoNeedThem) {
  const kafka::MessageHeader headers[] = {{"a", "1"}, {"b", std::nullopt}};
  make(errors::Tolerance::all);
  give(0, 10, "x", headers);
  EXPECT_EQ(batch_.records.at(0).raw, nullptr);
  pipeline_->keep_raw();
  give(0, 11, std::nullopt, headers);
  ASSERT_NE(batch_.records.at(1).raw, nullptr) << "the plugin asks";
  EXPECT_EQ(view(batch_.records[1].raw->key), "key");
  EXPECT_EQ(batch_.records[1].raw->value.data, nullptr);
  letters_.queue = std::make_shared<test::ScriptedLetters>();
  ledger_.clear();
  make(errors::Tolerance::all);
  std::string value = "y";
  give(0, 12, value, headers);
  value = "z";
  ASSERT_NE(batch_.records.at(2).raw, nullptr) << "a letter may";
  const RawMessage& raw = *raw_message_of(batch_.records[2]);
  EXPECT_EQ(raw.value(), "y") << "its own copy";
  ASSERT_EQ(raw.all_headers().size(), 2U);
  EXPECT_EQ(raw_text(raw.all_headers()[0].value), "1");
  EXPECT_EQ(raw_text(raw.all_headers()[1].value), std::nullopt);
}

TEST_F(PipelineTest, D6_SendsWhatItCouldNotConvertAsItWas) {
  const auto queue = std::make_shared<test::ScriptedLetters>();
  letters_ = {queue, true};
  make(errors::Tolerance::all);
  const kafka::MessageHeader headers[] = {{"a", "1"}};
  EXPECT_TRUE(give(0, 10, "bad one", headers));
  ASSERT_EQ(queue->sent.size(), 1U);
  const errors::DeadLetter& letter = queue->sent[0].letter;
  EXPECT_EQ(letter.key, "key");
  EXPECT_EQ(letter.value, "bad one");
  EXPECT_EQ(letter.timestamp, 1'010);
  ASSERT_EQ(letter.headers.size(), 11U);
  EXPECT_EQ(letter.headers[0].first, "a");
  EXPECT_EQ(letter.headers[6],
            (std::pair<std::string, std::optional<std::string>>{"__connect.errors.stage", "VALUE_CONVERTER"}));
  EXPECT_EQ(letter.headers[7].second, "TextConverter");
  EXPECT_EQ(pipeline_->letters(), 1U);
}

TEST_F(PipelineTest, LettersFillABatchToo) {
  letters_.queue = std::make_shared<test::ScriptedLetters>();
  BatchLimits limits;
  limits.bytes = 10'000;
  make(errors::Tolerance::all, limits);
  EXPECT_TRUE(give(0, 10, "bad"));
  EXPECT_FALSE(give(0, 11, "bad" + std::string(10'000, 'x')));
}

TEST_F(PipelineTest, TriesAgainWhatTimeMayHeal) {
  retries_.timeout = Milliseconds(1'000);
  make(errors::Tolerance::none);
  value_->away = 2;
  const kafka::MessageHeader headers[] = {{"a", "1"}};
  EXPECT_TRUE(give(0, 10, "x"));
  {
    std::string value = "later 1";
    EXPECT_FALSE(give(0, 11, value, headers));
  }
  ASSERT_EQ(pipeline_->retry_at(), clock_.now() + Milliseconds(300));
  EXPECT_EQ(batch_.positions.at(0).next_offset, 11) << "its position stays before it";
  clock_.advance(Milliseconds(300));
  retry();
  ASSERT_EQ(pipeline_->retry_at(), clock_.now() + Milliseconds(600));
  clock_.advance(Milliseconds(600));
  retry();
  EXPECT_FALSE(pipeline_->retry_at());
  ASSERT_EQ(batch_.records.size(), 2U);
  EXPECT_EQ(text_of(batch_.records[1].value), "later 1");
  EXPECT_EQ(text_of(batch_.records[1].key), "key");
  EXPECT_EQ(batch_.records[1].header_count, 1U);
  EXPECT_EQ(batch_.positions[0].next_offset, 12);
  EXPECT_EQ(pipeline_->messages(), 2U);
  EXPECT_EQ(metrics_.sum("kafka_connect_task_error_total_retries{connector=weather,task=0}"), 2);
  EXPECT_EQ(metrics_.sum("kafka_connect_task_error_total_record_errors{connector=weather,task=0}"), 0);
}

// Kafka Connect once dropped such records although none was to be tolerated (KAFKA-18073).
TEST_F(PipelineTest, D3_ObeysToleranceWhenTheTimeIsOver) {
  for (const auto tolerance : {errors::Tolerance::none, errors::Tolerance::all}) {
    batch_.recycle();
    ledger_.clear();
    retries_.timeout = Milliseconds(300);
    make(tolerance);
    value_->away = 10;
    EXPECT_FALSE(give(0, 10, "later"));
    clock_.advance(Milliseconds(300));
    retry();
    EXPECT_FALSE(pipeline_->retry_at());
    EXPECT_EQ(pipeline_->failure().has_value(), tolerance == errors::Tolerance::none);
    EXPECT_EQ(pipeline_->messages(), tolerance == errors::Tolerance::none ? 0U : 1U);
  }
}

TEST_F(PipelineTest, TriesNothingAgainByDefaultAndNeverWhatIsBadForGood) {
  make(errors::Tolerance::all);
  value_->away = 1;
  EXPECT_TRUE(give(0, 10, "later"));
  retries_.timeout = Milliseconds(-1);
  ledger_.clear();
  make(errors::Tolerance::all);
  EXPECT_TRUE(give(0, 10, "bad"));
  EXPECT_FALSE(pipeline_->retry_at());
}

TEST_F(PipelineTest, ForgetsAHeldMessageWhoseAssignmentIsOver) {
  retries_.timeout = Milliseconds(-1);
  make(errors::Tolerance::none);
  value_->away = 1;
  EXPECT_FALSE(give(0, 10, "later"));
  ledger_.remove({topic_, 0});
  ledger_.add({topic_, 0}, 8);
  ledger_.start(*ledger_.find({topic_, 0}), 5);
  retry();
  EXPECT_FALSE(pipeline_->retry_at());
  EXPECT_TRUE(batch_.records.empty());
  EXPECT_EQ(ledger_.find({topic_, 0})->read, 5) << "what lies before it is not passed over";
}

TEST_F(PipelineTest, LeavesOutPartitionsAndSingleRecordsInOrder) {
  make(errors::Tolerance::none);
  open(1, 0);
  for (std::int64_t n = 0; n < 4; ++n) {
    give(0, 10 + n, "zero");
    give(1, n, "one");
  }
  leave_out_records(batch_, {0, 7, 0});
  ASSERT_EQ(batch_.records.size(), 6U);
  EXPECT_EQ(batch_.records[0].original_partition, 1);
  EXPECT_EQ(batch_.positions.size(), 2U);
  EXPECT_FALSE(leave_out_partitions(batch_, [](const Position&) { return false; }));
  EXPECT_TRUE(leave_out_partitions(batch_, [](const Position& one) { return one.partition == 1; }));
  ASSERT_EQ(batch_.records.size(), 3U);
  for (std::size_t n = 0; n < 3; ++n) EXPECT_EQ(batch_.records[n].offset, 11 + static_cast<std::int64_t>(n));
  EXPECT_EQ(batch_.positions.size(), 1U);
}

}  // namespace
}  // namespace sinkway::task
