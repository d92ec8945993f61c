// A Kafka cluster in this process: librdkafka's mock broker, with topics full of numbers.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/kafka/outgoing.hpp"

namespace sinkway::testing {

// A double only: no isolation, no compaction, at most 5 MB a partition (distributed.md 4).
class MockKafka {
 public:
  explicit MockKafka(int brokers = 1) {
    char why[256];
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    if (!client_) throw std::runtime_error(why);
    cluster_ = rd_kafka_mock_cluster_new(client_, brokers);
    if (!cluster_) throw std::runtime_error("mock cluster");
  }
  ~MockKafka() {
    if (producer_) rd_kafka_destroy(producer_);
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  MockKafka(const MockKafka&) = delete;
  MockKafka& operator=(const MockKafka&) = delete;

  [[nodiscard]] std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  [[nodiscard]] rd_kafka_mock_cluster_t* cluster() { return cluster_; }

  void create_topic(const std::string& topic, int partitions) {
    if (rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1)) throw std::runtime_error("mock topic " + topic);
  }

  // Adds `count` records with the key "k" and a value of `size` bytes to one partition.
  void produce(const std::string& topic, std::int32_t partition, int count, std::size_t size = 20) {
    const std::string value(size, 'v');
    for (int n = 0; n < count; ++n) {
      const auto code = kafka::enqueue(producer(), {topic, partition, "k", value, 0, {}}, nullptr);
      if (code) throw std::runtime_error(rd_kafka_err2str(code));
    }
    if (rd_kafka_flush(producer(), 10'000)) throw std::runtime_error("mock produce");
  }

  void set_down(int broker) { rd_kafka_mock_broker_set_down(cluster_, broker); }
  void set_up(int broker) { rd_kafka_mock_broker_set_up(cluster_, broker); }

 private:
  rd_kafka_t* producer() {
    if (producer_) return producer_;
    char why[256];
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap().c_str(), why, sizeof why);
    rd_kafka_conf_set(conf, "linger.ms", "1", why, sizeof why);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!producer_) throw std::runtime_error(why);
    return producer_;
  }

  rd_kafka_t* client_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  rd_kafka_t* producer_ = nullptr;
};

}  // namespace sinkway::testing
