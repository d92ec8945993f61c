#include "host/task/pipeline.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "host/data/topic_names.hpp"
#include "host/task/leave_out.hpp"
#include "tests/support/recording_metrics.hpp"
#include "tests/support/text_converter.hpp"
#include "tests/support/virtual_clock.hpp"

namespace sinkway::task {
namespace {

class PipelineTest : public testing::Test {
 protected:
  void make(errors::Tolerance tolerance, BatchLimits limits = {}) {
    reporter_ = std::make_unique<errors::ErrantReporter>(
        errors::ErrantReporter::Options{"weather", 0, tolerance, false, Logger::none(), &metrics_, &clock_});
    Pipeline::Converters converters;
    converters.key = std::make_unique<test::TextConverter>();
    converters.value = std::make_unique<test::TextConverter>();
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

  bool header_converter_ = false;
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

TEST_F(PipelineTest, D3_StopsBeforeARecordThatIsNotTolerated) {
  make(errors::Tolerance::none);
  EXPECT_TRUE(give(0, 10, "good"));
  EXPECT_FALSE(give(0, 11, "bad secret"));
  ASSERT_TRUE(pipeline_->failure());
  EXPECT_EQ(*pipeline_->failure(),
            "Tolerance exceeded in error handler: stage VALUE_CONVERTER, topic weather, partition 0, offset 11: byte 0: not a good "
            "beginning (errors.tolerance=all leaves such records out)");
  EXPECT_EQ(batch_.positions.at(0).next_offset, 11);
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
