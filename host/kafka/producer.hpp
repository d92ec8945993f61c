// Acknowledged delivery of records to Kafka.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::kafka {

// One record to be produced; everything is lent until produce() returns.
struct OutgoingRecord {
  std::string_view topic;
  std::int32_t partition = -1;  // -1: by the key, as Java clients do
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::int64_t timestamp = 0;  // milliseconds; 0: now
  std::span<const MessageHeader> headers;
};

// A producer that counts what the cluster has acknowledged. Owned by one thread; librdkafka's own threads send.
class Producer {
 public:
  // `properties` in librdkafka's spelling; acks=all and the partitioner of Java clients unless they say otherwise.
  [[nodiscard]] static Result<std::unique_ptr<Producer>> make(const ConfigMap& properties);
  ~Producer();

  // Copies the record into the send queue; waits while that queue is full. Error: the record can never be sent.
  [[nodiscard]] Result<void> produce(const OutgoingRecord& record);
  // Waits until everything is acknowledged. Error: what was refused since the last call, with its topic, or
  // how much did not get through in time (retriable; what waits is still being sent).
  [[nodiscard]] Result<void> flush(Milliseconds timeout);

  [[nodiscard]] std::uint64_t acknowledged() const;
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct State;
  explicit Producer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::kafka
