#include "plugins/sdk/cpp/record.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::sdk {
namespace {

using testing::SampleBatch;
using testing::text_value;
using testing::value_of;

TEST(BatchView, StepsByTheStrideOfTheHost) {
  SampleBatch sample;
  for (int i = 0; i < 4; ++i) sample.add("t", i % 2, 10 + i, value_of(SINKWAY_INT32, i));
  sample.cover("t", 0, 10, 13);
  sample.cover("t", 1, 11, 14);
  const sinkway_batch raw = sample.view(7);
  ASSERT_GT(raw.record_size, sizeof(sinkway_record)) << "the sample must be strided, or this test proves nothing";
  const BatchView batch(raw);
  std::vector<std::int64_t> offsets;
  for (const RecordView record : batch) offsets.push_back(record.offset());
  EXPECT_EQ(offsets, (std::vector<std::int64_t>{10, 11, 12, 13}));
  EXPECT_EQ(batch.size(), 4u);
  EXPECT_EQ(batch[3].value().integer(), 3);
  EXPECT_EQ(batch.sequence(), 7u);
  std::vector<std::int64_t> next;
  for (const sinkway_position& position : batch.positions()) next.push_back(position.next_offset);
  EXPECT_EQ(next, (std::vector<std::int64_t>{13, 14}));
}

TEST(BatchView, TellsWhatCouldNotBeConvertedUnlessTheHostIsOlder) {
  SampleBatch sample;
  for (int i = 0; i < 3; ++i) sample.add_unconverted("t", 1, 20 + i);
  sinkway_batch raw = sample.view();
  ASSERT_GT(raw.unconverted_size, sizeof(sinkway_unconverted)) << "the sample must be strided, or this test proves nothing";
  std::vector<std::int64_t> offsets;
  for (const sinkway_unconverted& one : BatchView(raw).unconverted()) offsets.push_back(one.offset);
  EXPECT_EQ(offsets, (std::vector<std::int64_t>{20, 21, 22}));
  raw.struct_size = offsetof(sinkway_batch, unconverted_count);
  EXPECT_TRUE(BatchView(raw).unconverted().empty());
}

TEST(BatchView, MayBeEmpty) {
  const sinkway_batch raw = SampleBatch().view();
  const BatchView batch(raw);
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.begin() == batch.end());
  EXPECT_TRUE(batch.positions().empty());
}

TEST(RecordView, TellsCoordinatesAndTime) {
  SampleBatch sample;
  sample.add("weather", 3, 99, value_of(SINKWAY_NULL), text_value("key"));
  const sinkway_batch raw = sample.view();
  RecordView record = BatchView(raw)[0];
  EXPECT_EQ(record.topic(), "weather");
  EXPECT_EQ(record.original_topic(), "weather");
  EXPECT_EQ(record.original_partition(), 3);
  EXPECT_EQ(record.key().text(), "key");
  EXPECT_TRUE(record.value().is_null());
  EXPECT_EQ(record.timestamp(), 1'700'000'000'099);
  EXPECT_TRUE(record.headers().empty());
  sinkway_record timeless = record.raw();
  timeless.timestamp_type = 0;
  EXPECT_EQ(RecordView(timeless).timestamp(), std::nullopt);
}

TEST(ValueView, FieldsAreFoundByNameAndShapesAreShared) {
  SampleBatch sample;
  const sinkway_value first = sample.object({{"id", value_of(SINKWAY_INT64, 1)}, {"name", text_value("a")}});
  const sinkway_value second = sample.object({{"id", value_of(SINKWAY_INT64, 2)}, {"name", value_of(SINKWAY_ABSENT)}});
  EXPECT_EQ(&ValueView(first).shape(), &ValueView(second).shape());
  EXPECT_EQ(ValueView(first).field("name")->text(), "a");
  EXPECT_TRUE(ValueView(second).field("name")->is_absent());
  EXPECT_FALSE(ValueView(first).field("nothing"));
  EXPECT_EQ(position_of(ValueView(first).shape(), "name"), 1u);
  EXPECT_EQ(names_of(ValueView(first).shape()).size(), 2u);
}

TEST(ValueView, ItemsOfAMapComeInPairs) {
  SampleBatch sample;
  const sinkway_value map =
      sample.items(SINKWAY_MAP, {text_value("a"), value_of(SINKWAY_INT8, 1), text_value("b"), value_of(SINKWAY_NULL)});
  const sinkway_value array = sample.items(SINKWAY_ARRAY, {text_value("a"), text_value("b"), text_value("c")});
  EXPECT_EQ(ValueView(map).items().size(), 4u);
  EXPECT_EQ(ValueView(array).items().size(), 3u);
}

TEST(ValueView, TellsWhetherADefaultStandsForIt) {
  sinkway_value value = value_of(SINKWAY_BOOL, 1);
  EXPECT_FALSE(ValueView(value).is_default());
  value.flags = SINKWAY_FLAG_DEFAULT_FILLED;
  EXPECT_TRUE(ValueView(value).is_default());
  EXPECT_TRUE(ValueView(value).boolean());
}

}  // namespace
}  // namespace sinkway::sdk
