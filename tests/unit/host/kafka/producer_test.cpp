#include "host/kafka/producer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "host/kafka/admin.hpp"
#include "tests/support/mock_kafka.hpp"

namespace sinkway::kafka {
namespace {

class ProducerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { mock_ = new testing::MockKafka(); }
  static void TearDownTestSuite() {
    delete mock_;
    mock_ = nullptr;
  }
  static ConfigMap properties(const ConfigMap& more = {}) {
    ConfigMap all{{"bootstrap.servers", mock_->bootstrap()}, {"linger.ms", "1"}};
    for (const auto& [key, value] : more) all.set(key, value);
    return all;
  }
  static testing::MockKafka* mock_;
};

testing::MockKafka* ProducerTest::mock_ = nullptr;

TEST_F(ProducerTest, CountsWhatTheClusterHasAcknowledged) {
  mock_->create_topic("counted", 3);
  auto producer = Producer::make(properties());
  ASSERT_TRUE(producer.ok()) << producer.error().text();
  const std::array<MessageHeader, 2> headers{MessageHeader{"a", "1"}, MessageHeader{"b", std::nullopt}};
  for (int n = 0; n < 5'000; ++n)
    ASSERT_TRUE((*producer)->produce({"counted", n % 2 ? -1 : 1, std::to_string(n), "value", n + 1, headers}).ok());
  ASSERT_TRUE((*producer)->produce({"counted", -1, std::nullopt, std::nullopt, 0, {}}).ok());
  const auto done = (*producer)->flush(Milliseconds(10'000));
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ((*producer)->acknowledged(), 5'001u);
  EXPECT_EQ((*producer)->refused(), 0u);
}

TEST_F(ProducerTest, WaitsForRoomInsteadOfLosingRecords) {
  mock_->create_topic("crowded", 1);
  auto producer = Producer::make(properties({{"queue.buffering.max.messages", "100"}}));
  ASSERT_TRUE(producer.ok()) << producer.error().text();
  for (int n = 0; n < 2'000; ++n) ASSERT_TRUE((*producer)->produce({"crowded", 0, "k", "v", 0, {}}).ok());
  ASSERT_TRUE((*producer)->flush(Milliseconds(10'000)).ok());
  EXPECT_EQ((*producer)->acknowledged(), 2'000u);
}

TEST_F(ProducerTest, TellsWhatWasRefusedOnce) {
  mock_->create_topic("refused", 1);
  auto producer = Producer::make(properties());
  ASSERT_TRUE(producer.ok()) << producer.error().text();
  rd_kafka_mock_push_request_errors(mock_->cluster(), 0 /* Produce */, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  ASSERT_TRUE((*producer)->produce({"refused", 0, "k", "v", 0, {}}).ok());
  const auto first = (*producer)->flush(Milliseconds(10'000));
  ASSERT_FALSE(first.ok());
  EXPECT_NE(first.error().text().find("1 records were refused, the first one for topic refused"), std::string::npos)
      << first.error().text();
  ASSERT_TRUE((*producer)->produce({"refused", 0, "k", "v", 0, {}}).ok());
  const auto second = (*producer)->flush(Milliseconds(10'000));
  EXPECT_TRUE(second.ok()) << second.error().text();
  EXPECT_EQ((*producer)->acknowledged(), 1u);
  EXPECT_EQ((*producer)->refused(), 1u);
}

TEST_F(ProducerTest, SaysWhatDidNotGetThroughInTime) {
  auto producer = Producer::make({{"bootstrap.servers", "127.0.0.1:1"}, {"log_level", "0"}});
  ASSERT_TRUE(producer.ok()) << producer.error().text();
  ASSERT_TRUE((*producer)->produce({"away", 0, "k", "v", 0, {}}).ok());
  const auto done = (*producer)->flush(Milliseconds(50));
  ASSERT_FALSE(done.ok());
  EXPECT_TRUE(done.error().retriable());
  EXPECT_NE(done.error().text().find("1 records were not acknowledged"), std::string::npos) << done.error().text();
}

TEST_F(ProducerTest, RefusesPropertiesThatDoNotExist) {
  const auto producer = Producer::make({{"bootstrap.server", "x"}});
  ASSERT_FALSE(producer.ok());
  EXPECT_NE(producer.error().text().find("bootstrap.server"), std::string::npos);
}

TEST_F(ProducerTest, AnAdminListsTopicsAndGivesUpInTimeWhenNobodyAnswers) {
  mock_->create_topic("listed", 1);
  auto admin = Admin::make({{"bootstrap.servers", mock_->bootstrap()}});
  ASSERT_TRUE(admin.ok()) << admin.error().text();
  const auto topics = (*admin)->topics(Milliseconds(10'000));
  ASSERT_TRUE(topics.ok()) << topics.error().text();
  EXPECT_NE(std::find(topics->begin(), topics->end(), "listed"), topics->end());

  auto alone = Admin::make({{"bootstrap.servers", "127.0.0.1:1"}});
  ASSERT_TRUE(alone.ok());
  const auto start = std::chrono::steady_clock::now();
  const auto id = (*alone)->cluster_id(Milliseconds(50));
  const auto offsets = (*alone)->group_offsets("g", Milliseconds(50));
  const auto created = (*alone)->create_topic("t", 1, 1, Milliseconds(50));
  ASSERT_FALSE(id.ok() || offsets.ok() || created.ok());
  EXPECT_TRUE(id.error().retriable() && offsets.error().retriable() && created.error().retriable());
  EXPECT_NE(offsets.error().text().find("offsets of group g"), std::string::npos) << offsets.error().text();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

}  // namespace
}  // namespace sinkway::kafka
