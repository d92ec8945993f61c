#include "host/kafka/data_queue.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <thread>

#include "host/kafka/client_conf.hpp"
#include "host/kafka/outgoing.hpp"
#include "tests/support/mock_kafka.hpp"

namespace sinkway::kafka {
namespace {

using Offsets = std::vector<std::int64_t>;

// Keeps offsets by partition, at most so many a call.
class Collector : public MessageSink {
 public:
  bool on_message(const Message& message) override {
    offsets[message.at.partition].push_back(message.offset);
    key = message.key ? std::optional(std::string(*message.key)) : std::nullopt;
    value = message.value ? std::optional(std::string(*message.value)) : std::nullopt;
    headers.clear();
    for (const auto& [name, text] : message.headers)
      headers.emplace_back(name, text ? std::optional(std::string(*text)) : std::nullopt);
    timestamp = message.timestamp;
    seen_headers += message.headers.size();
    return stop_after == 0 || --stop_after > 0;
  }
  [[nodiscard]] bool reads_headers() const override { return wants_headers; }
  [[nodiscard]] std::size_t count() const {
    std::size_t sum = 0;
    for (const auto& [partition, list] : offsets) sum += list.size();
    return sum;
  }

  std::map<std::int32_t, Offsets> offsets;
  std::optional<std::string> key, value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t timestamp = 0;
  std::size_t seen_headers = 0;
  bool wants_headers = true;
  int stop_after = 0;
};

Offsets from_to(std::int64_t first, std::int64_t behind) {
  Offsets all;
  for (std::int64_t n = first; n < behind; ++n) all.push_back(n);
  return all;
}

// A consumer without a group: partitions are assigned by hand.
class DataQueueTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { mock_ = new testing::MockKafka(); }
  static void TearDownTestSuite() {
    delete mock_;
    mock_ = nullptr;
  }

  DataQueueTest() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    topic_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    make({});
  }
  ~DataQueueTest() override {
    data_.reset();
    events_.reset();
    rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    close(descriptor_);
  }

  void make(const ConfigMap& more) {
    data_.reset();
    events_.reset();
    client_.reset();
    ConfigMap properties{{"bootstrap.servers", mock_->bootstrap()}, {"group.id", "unused"},
                         {"enable.partition.eof", "true"},          {"enable.auto.commit", "false"},
                         {"fetch.wait.max.ms", "50"},               {"auto.offset.reset", "earliest"}};
    for (const auto& [key, value] : more) properties.set(key, value);
    auto conf = make_conf(properties);
    auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
    client_ = std::move(*client);
    rd_kafka_poll_set_consumer(client_.get());
    events_.reset(rd_kafka_queue_get_consumer(client_.get()));
    data_ = std::make_unique<DataQueue>(client_.get(), descriptor_);
  }

  [[nodiscard]] TopicPartition at(std::int32_t partition) { return {names_.intern(topic_), partition}; }

  void assign(std::initializer_list<std::pair<std::int32_t, std::int64_t>> starts) {
    const struct rd_kafka_metadata* raw = nullptr;  // a member of a group knows its topics when it is assigned some
    ASSERT_EQ(rd_kafka_metadata(client_.get(), 1, nullptr, &raw, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    const MetadataHandle metadata(raw);
    const ListHandle list = make_list(starts.size());
    for (const auto& [partition, offset] : starts)
      rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset = offset;
    ASSERT_EQ(rd_kafka_assign(client_.get(), list.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  // Drains whenever the descriptor wakes, until `enough` or the time is over.
  template <typename Enough>
  bool take_until(Enough enough, std::size_t most = 100'000,
                  std::chrono::milliseconds time = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    while (true) {
      std::uint64_t count = 0;
      (void)!read(descriptor_, &count, sizeof count);
      while (data_->take(most, sink_, trouble_) > 0 && sink_.stop_after >= 0 && !enough()) {}
      if (enough()) return true;
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      if (left <= 0) return false;
      pollfd one{descriptor_, POLLIN, 0};
      poll(&one, 1, static_cast<int>(left));
    }
  }
  bool take_count(std::size_t count) {
    return take_until([&] { return sink_.count() >= count; });
  }
  // Waits for what the fetcher brings without taking it.
  bool wait_for_queue(std::size_t length) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    QueueHandle queue(rd_kafka_queue_get_partition(client_.get(), topic_.c_str(), 0));
    while (rd_kafka_queue_length(queue.get()) < length) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  std::size_t on_event_queue() { return rd_kafka_queue_length(events_.get()); }

  static testing::MockKafka* mock_;
  TopicNames names_;
  int descriptor_;
  std::string topic_;
  ClientHandle client_;
  QueueHandle events_;
  std::unique_ptr<DataQueue> data_;
  Collector sink_;
  std::vector<ClientTrouble> trouble_;
};

testing::MockKafka* DataQueueTest::mock_ = nullptr;

TEST_F(DataQueueTest, GivesEveryRecordFromItsOffsetOnThoughTimePassesBetweenForwardAndAssign) {
  mock_->create_topic(topic_, 2);
  mock_->produce(topic_, 0, 3'000);
  mock_->produce(topic_, 1, 2'000);
  data_->add(at(0), 100);
  data_->add(at(1), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // task-engine, "Assignment"
  assign({{0, 100}, {1, 0}});
  ASSERT_TRUE(take_count(4'900));
  EXPECT_EQ(sink_.offsets[0], from_to(100, 3'000));
  EXPECT_EQ(sink_.offsets[1], from_to(0, 2'000));
  EXPECT_EQ(data_->position(at(0)), 3'000);
  EXPECT_EQ(on_event_queue(), 0u);
  EXPECT_TRUE(trouble_.empty());
}

TEST_F(DataQueueTest, StopsWhereTheSinkHasEnoughAndGoesOnThere) {
  mock_->create_topic(topic_, 1);
  mock_->produce(topic_, 0, 500);
  data_->add(at(0), 0);
  assign({{0, 0}});
  ASSERT_TRUE(wait_for_queue(500));
  sink_.stop_after = 120;
  EXPECT_EQ(data_->take(1'000, sink_, trouble_), 120u);
  EXPECT_EQ(data_->take(7, sink_, trouble_), 7u);
  EXPECT_EQ(data_->position(at(0)), 127);
  ASSERT_TRUE(take_count(500));
  EXPECT_EQ(sink_.offsets[0], from_to(0, 500));
}

TEST_F(DataQueueTest, KeepsWhatNobodyTakes) {
  mock_->create_topic(topic_, 1);
  mock_->produce(topic_, 0, 8'000, 100);
  make({{"queued.max.messages.kbytes", "400"}, {"queued.min.messages", "1000"}});
  data_->add(at(0), 0);
  assign({{0, 0}});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  while (std::chrono::steady_clock::now() < deadline) {
    const EventHandle event(rd_kafka_queue_poll(events_.get(), 20));
    ASSERT_TRUE(event == nullptr || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_FETCH);
  }
  ASSERT_TRUE(take_until([&] { return sink_.count() >= 8'000; }, 100'000, std::chrono::seconds(30)));
  EXPECT_EQ(sink_.offsets[0], from_to(0, 8'000));
}

TEST_F(DataQueueTest, AHeldPartitionStopsAtOnceAndGoesOnWithoutGapOrDuplicate) {
  mock_->create_topic(topic_, 2);
  mock_->produce(topic_, 0, 1'000);
  mock_->produce(topic_, 1, 1'000);
  data_->add(at(0), 0);
  data_->add(at(1), 0);
  assign({{0, 0}, {1, 0}});
  ASSERT_TRUE(wait_for_queue(2'000));  // both lie in the common queue already
  ASSERT_EQ(data_->take(10, sink_, trouble_), 10u);
  const auto before = sink_.offsets[0];
  data_->hold(at(0));
  data_->hold(at(0));
  ASSERT_TRUE(take_until([&] { return sink_.offsets[1].size() == 1'000; }));
  EXPECT_EQ(sink_.offsets[0], before);
  mock_->produce(topic_, 0, 500);
  data_->release(at(0));
  data_->take(50, sink_, trouble_);
  data_->hold(at(0));  // again, while older ones are still set aside
  const auto again = sink_.offsets[0].size();
  data_->take(10'000, sink_, trouble_);
  EXPECT_EQ(sink_.offsets[0].size(), again);
  data_->release(at(0));
  ASSERT_TRUE(take_until([&] { return sink_.offsets[0].size() >= 1'500; }));
  EXPECT_EQ(sink_.offsets[0], from_to(0, 1'500));
  EXPECT_EQ(sink_.offsets[1], from_to(0, 1'000));
}

TEST_F(DataQueueTest, HearsTheEndAndForgetsItWhenMoreWaits) {
  mock_->create_topic(topic_, 1);
  mock_->produce(topic_, 0, 10);
  data_->add(at(0), 0);
  assign({{0, 0}});
  ASSERT_TRUE(take_until([&] { return data_->at_end(at(0), 10); }));
  EXPECT_EQ(data_->position(at(0)), 10);
  EXPECT_TRUE(data_->at_end(at(0), 12)) << "behind the heard end nothing waits: an open transaction";
  mock_->produce(topic_, 0, 5);
  ASSERT_TRUE(wait_for_queue(1));
  EXPECT_FALSE(data_->at_end(at(0), 15));
  ASSERT_TRUE(take_until([&] { return data_->at_end(at(0), 15); }));
  EXPECT_EQ(data_->position(at(0)), 15);
  EXPECT_FALSE(data_->at_end(at(1), 15)) << "not assigned";
}

TEST_F(DataQueueTest, TellsAbsentFromEmptyKeysValuesAndHeaders) {
  mock_->create_topic(topic_, 1);
  ConfHandle conf(rd_kafka_conf_new());
  ASSERT_TRUE(set_property(*conf, "bootstrap.servers", mock_->bootstrap()).ok());
  const auto producer = make_client(RD_KAFKA_PRODUCER, std::move(conf));
  const MessageHeader headers[] = {{"a", "1"}, {"b", std::nullopt}};
  using Bytes = std::optional<std::string_view>;
  const auto send = [&](Bytes key, Bytes value, std::span<const MessageHeader> with) {
    ASSERT_EQ(enqueue(producer->get(), {topic_, 0, key, value, 1'234'567, with}, nullptr), RD_KAFKA_RESP_ERR_NO_ERROR);
  };
  send("key", "value", headers);
  send(std::nullopt, std::nullopt, {});
  send("", "", {});
  ASSERT_EQ(rd_kafka_flush(producer->get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  data_->add(at(0), 0);
  assign({{0, 0}});
  ASSERT_TRUE(take_until([&] { return sink_.count() == 1; }, 1));
  EXPECT_EQ(sink_.key, "key");
  EXPECT_EQ(sink_.value, "value");
  EXPECT_EQ(sink_.timestamp, 1'234'567);
  ASSERT_EQ(sink_.headers.size(), 2u);
  EXPECT_EQ(sink_.headers[0].second, "1");
  EXPECT_EQ(sink_.headers[1].first, "b");
  EXPECT_EQ(sink_.headers[1].second, std::nullopt);
  ASSERT_TRUE(take_until([&] { return sink_.count() == 2; }, 1));
  EXPECT_EQ(sink_.key, std::nullopt);
  EXPECT_EQ(sink_.value, std::nullopt) << "a tombstone";
  EXPECT_TRUE(sink_.headers.empty());
  ASSERT_TRUE(take_until([&] { return sink_.count() == 3; }, 1));
  EXPECT_EQ(sink_.key, "");
  EXPECT_EQ(sink_.value, "");
}

TEST_F(DataQueueTest, ReadsNoHeadersForASinkThatLooksAtNone) {
  mock_->create_topic(topic_, 1);
  ConfHandle conf(rd_kafka_conf_new());
  ASSERT_TRUE(set_property(*conf, "bootstrap.servers", mock_->bootstrap()).ok());
  const auto producer = make_client(RD_KAFKA_PRODUCER, std::move(conf));
  const MessageHeader headers[] = {{"a", "1"}};
  for (int n = 0; n < 2; ++n) {
    const auto sent = enqueue(producer->get(), {topic_, 0, "key", "value", 1, headers}, nullptr);
    ASSERT_EQ(sent, RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  ASSERT_EQ(rd_kafka_flush(producer->get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  data_->add(at(0), 0);
  assign({{0, 0}});
  sink_.wants_headers = false;
  ASSERT_TRUE(take_until([&] { return sink_.count() == 1; }, 1));
  EXPECT_EQ(sink_.value, "value");
  EXPECT_EQ(sink_.seen_headers, 0u);
  sink_.wants_headers = true;
  ASSERT_TRUE(take_until([&] { return sink_.count() == 2; }, 1));
  EXPECT_EQ(sink_.seen_headers, 1u);
}

TEST_F(DataQueueTest, ForgetsWhatLeavesThoughItWasTakenAlready) {
  mock_->create_topic(topic_, 2);
  mock_->produce(topic_, 0, 100);
  mock_->produce(topic_, 1, 100);
  data_->add(at(0), 0);
  data_->add(at(1), 0);
  assign({{0, 0}, {1, 0}});
  ASSERT_TRUE(wait_for_queue(200));
  sink_.stop_after = 1;
  data_->take(1'000, sink_, trouble_);  // the rest was taken from the library and waits here
  const TopicPartition gone[] = {at(0)};
  data_->remove(gone);
  EXPECT_EQ(data_->position(at(0)), std::nullopt);
  sink_ = {};
  ASSERT_TRUE(take_until([&] { return sink_.offsets[1].size() >= 99; }));
  EXPECT_TRUE(sink_.offsets[0].empty());
  EXPECT_EQ(sink_.offsets[1].back(), 99);
  data_->clear();
  EXPECT_EQ(data_->position(at(1)), std::nullopt);
}

TEST_F(DataQueueTest, AnOffsetOutOfRangeEndsTheTaskWhenNoResetIsWanted) {
  mock_->create_topic(topic_, 1);
  mock_->produce(topic_, 0, 10);
  make({{"auto.offset.reset", "error"}});
  data_->add(at(0), 5'000);
  assign({{0, 5'000}});
  ASSERT_TRUE(take_until([&] { return !trouble_.empty(); }));
  EXPECT_TRUE(trouble_[0].ends_task);
  EXPECT_NE(trouble_[0].error.text().find("topic " + topic_ + ", partition 0"), std::string::npos)
      << trouble_[0].error.text();
  EXPECT_EQ(sink_.count(), 0u);
}

TEST_F(DataQueueTest, ALogThatBeginsAgainEndsTheTaskBeforeARecordIsTaken) {
  mock_->create_topic(topic_, 1);
  mock_->produce(topic_, 0, 10);
  data_->add(at(0), 5'000);
  assign({{0, 5'000}});
  ASSERT_TRUE(take_until([&] { return !trouble_.empty(); }));
  ASSERT_EQ(trouble_.size(), 1u);
  EXPECT_TRUE(trouble_[0].ends_task);
  EXPECT_EQ(sink_.count(), 0u);
  EXPECT_NE(trouble_[0].error.text().find("before the position 5000"), std::string::npos) << trouble_[0].error.text();
}

}  // namespace
}  // namespace sinkway::kafka
