#include "host/errors/dead_letter_sender.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "tests/support/mock_kafka.hpp"

namespace sinkway::errors {
namespace {

constexpr int kProduce = 0;  // Kafka's number of the request
constexpr std::chrono::seconds kPatience{20};

// What was heard of letters, on whatever thread.
class Ear {
 public:
  DeadLetterQueue::Heard one() {
    return [this](const std::optional<Error>& error) {
      const std::lock_guard guard(mutex_);
      if (!error)
        ++acknowledged_;
      else
        (error->retriable() ? delays_ : refusals_).push_back(error->text());
      changed_.notify_all();
    };
  }
  // False: not in time.
  bool wait(int acknowledged, std::size_t refusals = 0) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience,
                             [&] { return acknowledged_ >= acknowledged && refusals_.size() >= refusals; });
  }
  bool wait_for_delays(std::size_t delays) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return delays_.size() >= delays; });
  }
  int acknowledged() {
    const std::lock_guard lock(mutex_);
    return acknowledged_;
  }
  std::vector<std::string> refusals() {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  std::vector<std::string> delays() {
    const std::lock_guard lock(mutex_);
    return delays_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int acknowledged_ = 0;
  std::vector<std::string> refusals_, delays_;
};

class DeadLetterSenderTest : public ::testing::Test {
 protected:
  std::unique_ptr<DeadLetterQueue> queue(const std::string& topic, const ConfigMap& more = {}) {
    ConfigMap producer{{"bootstrap.servers", kafka_.bootstrap()}, {"linger.ms", "0"}, {"retries", "0"}};
    for (const auto& [key, value] : more) producer.set(key, value);
    return sender_.queue({topic, 1, producer, {{"bootstrap.servers", kafka_.bootstrap()}}});
  }
  std::unique_ptr<DeadLetterQueue> ready(const std::string& topic, const ConfigMap& more = {}) {
    kafka_.create_topic(topic, 1);
    auto made = queue(topic, more);
    const auto done = made->prepare();
    EXPECT_TRUE(done) << done.error().text();
    return made;
  }
  static DeadLetter letter(std::string value = "v") {
    return {"k", std::move(value), 1'000, {{"h", "1"}, {"n", std::nullopt}}};
  }

  sinkway::testing::MockKafka kafka_;
  Ear ear_;
  DeadLetterSender sender_{Logger::none()};
};

TEST_F(DeadLetterSenderTest, HearsOfEachLetter) {
  auto made = ready("heard");
  for (int n = 0; n < 2'000; ++n) made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(2'000));
  EXPECT_TRUE(ear_.refusals().empty());
}

TEST_F(DeadLetterSenderTest, D6_ATransientFailureIsSentAgainUntilItArrives) {
  auto made = ready("transient");
  rd_kafka_mock_push_request_errors(kafka_.cluster(), kProduce, 3, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(1));
  EXPECT_FALSE(ear_.delays().empty()) << "it is told meanwhile";
  EXPECT_TRUE(ear_.refusals().empty());
}

TEST_F(DeadLetterSenderTest, D6_ALetterRefusedForGoodIsToldOnceWithTheReason) {
  auto made = ready("refused");
  rd_kafka_mock_push_request_errors(kafka_.cluster(), kProduce, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  made->send(letter(), ear_.one());
  ASSERT_TRUE(ear_.wait(0, 1));
  EXPECT_NE(ear_.refusals()[0].find("topic refused: "), std::string::npos) << ear_.refusals()[0];
  EXPECT_NE(ear_.refusals()[0].find("size too large"), std::string::npos) << ear_.refusals()[0];
  made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(1)) << "others still go";
}

TEST_F(DeadLetterSenderTest, ALetterThatTheClientRefusesIsToldToo) {
  auto made = ready("large", {{"message.max.bytes", "1000"}});
  made->send(letter(std::string(5'000, 'x')), ear_.one());
  ASSERT_TRUE(ear_.wait(0, 1));
  EXPECT_NE(ear_.refusals()[0].find("too large"), std::string::npos) << ear_.refusals()[0];
}

TEST_F(DeadLetterSenderTest, WaitsForRoomInTheClientsQueue) {
  auto made = ready("crowded", {{"queue.buffering.max.messages", "10"}});
  for (int n = 0; n < 300; ++n) made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(300));
}

TEST_F(DeadLetterSenderTest, AFullQueueHoldsUpNoLettersOfOthers) {
  sinkway::testing::MockKafka away;
  away.create_topic("full", 1);
  auto full = sender_.queue({"full",
                             1,
                             {{"bootstrap.servers", away.bootstrap()},
                              {"queue.buffering.max.messages", "1"},
                              {"reconnect.backoff.max.ms", "100"}},
                             {{"bootstrap.servers", away.bootstrap()}}});
  ASSERT_TRUE(full->prepare());
  away.set_down(1);
  auto made = ready("other");
  Ear held_up;
  for (int n = 0; n < 3; ++n) full->send(letter(), held_up.one());
  made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(1));
  away.set_up(1);
  EXPECT_TRUE(held_up.wait(3));
}

TEST_F(DeadLetterSenderTest, ATopicThatIsGoneIsToldAndHoldsUpNoLettersOfOthers) {
  const ConfigMap brisk{{"message.timeout.ms", "500"},
                        {"topic.metadata.refresh.interval.ms", "50"},
                        {"topic.metadata.propagation.max.ms", "0"}};
  auto gone = ready("gone", brisk), made = ready("there", brisk);
  rd_kafka_mock_topic_set_error(kafka_.cluster(), "gone", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  rd_kafka_mock_push_request_errors(kafka_.cluster(), kProduce, 1, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Ear held_up;
  gone->send(letter(), held_up.one());
  EXPECT_TRUE(held_up.wait_for_delays(3));
  made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait(1));
  rd_kafka_mock_topic_set_error(kafka_.cluster(), "gone", RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_TRUE(held_up.wait(1));
  EXPECT_TRUE(held_up.refusals().empty());
}

TEST_F(DeadLetterSenderTest, ABrokerThatIsAwayDelaysLettersOnly) {
  auto made = ready("away", {{"message.timeout.ms", "500"}});
  kafka_.set_down(1);
  made->send(letter(), ear_.one());
  kafka_.set_up(1);
  EXPECT_TRUE(ear_.wait(1));
}

TEST_F(DeadLetterSenderTest, ManyLettersThatWaitForOneBrokerAreOneLineOfTheLog) {
  kafka_.create_topic("quiet", 1);
  DeadLetterSender sender(Logger::standard(LogLevel::warn));
  auto made = sender.queue({"quiet",
                            1,
                            {{"bootstrap.servers", kafka_.bootstrap()},
                             {"message.timeout.ms", "300"},
                             {"reconnect.backoff.max.ms", "100"}},
                            {{"bootstrap.servers", kafka_.bootstrap()}}});
  ASSERT_TRUE(made->prepare());
  ::testing::internal::CaptureStderr();
  kafka_.set_down(1);
  for (int n = 0; n < 500; ++n) made->send(letter(), ear_.one());
  EXPECT_TRUE(ear_.wait_for_delays(1'000)) << "each of them twice";
  kafka_.set_up(1);
  EXPECT_TRUE(ear_.wait(500));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("is sent again: topic quiet: "), std::string::npos) << log;
  EXPECT_LE(std::count(log.begin(), log.end(), '\n'), 5) << log;
}

TEST_F(DeadLetterSenderTest, AClusterThatDoesNotAnswerMayAnswerLater) {
  auto made =
      sender_.queue({"nowhere", 1, {{"bootstrap.servers", "127.0.0.1:1"}}, {{"bootstrap.servers", "127.0.0.1:1"}}});
  const auto done = made->prepare();
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().retriable());
  EXPECT_NE(done.error().text().find("dead letter queue topic nowhere"), std::string::npos);
}

TEST_F(DeadLetterSenderTest, AQueueOutlivesItsSenderInPeace) {
  auto sender = std::make_unique<DeadLetterSender>(Logger::none());
  kafka_.create_topic("late", 1);
  auto made = sender->queue(
      {"late", 1, {{"bootstrap.servers", kafka_.bootstrap()}}, {{"bootstrap.servers", kafka_.bootstrap()}}});
  ASSERT_TRUE(made->prepare());
  made->send(letter(), ear_.one());
  sender.reset();
  EXPECT_EQ(ear_.acknowledged(), 1) << "what is on its way arrives";
  made->send(letter(), ear_.one());
  EXPECT_EQ(ear_.acknowledged(), 1);
}

}  // namespace
}  // namespace sinkway::errors
