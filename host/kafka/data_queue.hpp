// The data of a consumer apart from its events: the queues of all partitions, forwarded into one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "host/kafka/consumer.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// Owns the data queue and the forwarded partition queues of one client. Messages lie in librdkafka's own queue until
// take(); what nobody takes is the back-pressure, nothing is paused or thrown away. [reader-thread]
class DataQueue {
 public:
  DataQueue(rd_kafka_t* client, int event_descriptor);
  ~DataQueue();

  // Forwards the queue of a partition that is about to be fetched from `offset`. Must come before the assignment, or
  // records that are fetched in between land on the main queue.
  void add(const TopicPartition& at, std::int64_t offset);
  // Forgets partitions and what was taken from them but not handed on.
  void remove(std::span<const TopicPartition> partitions);
  void clear();

  // At most `most` messages to `sink`, each destroyed right after. Errors of partitions go to `trouble`.
  std::size_t take(std::size_t most, MessageSink& sink, std::vector<ClientTrouble>& trouble);

  // Messages of a held partition that had been fetched into the common queue already are set aside, and come first on
  // release.
  void hold(const TopicPartition& at);
  void release(const TopicPartition& at);

  // The offset behind the last message handed over; nothing: not assigned.
  [[nodiscard]] std::optional<std::int64_t> position(const TopicPartition& at) const;
  // True: the fetcher has said that nothing follows the last message (a transaction marker at most), and as far as is
  // known that still holds. `high`: the end of the log as last heard.
  [[nodiscard]] bool at_end(const TopicPartition& at, std::int64_t high) const;

 private:
  struct Slot {
    TopicPartition at;
    QueueHandle queue;
    std::int64_t position = 0;
    std::optional<std::int64_t> end;  // as the fetcher said after the last message
    const rd_kafka_topic_t* handle = nullptr;  // what messages of this partition carry; lives as long as the assignment
    bool held = false;
    bool backwards = false;  // told once that the log begins before `position` again
    std::deque<MessageHandle> aside;
  };

  [[nodiscard]] const Slot* find(const TopicPartition& at) const;
  [[nodiscard]] Slot* find(const TopicPartition& at) { return const_cast<Slot*>(std::as_const(*this).find(at)); }
  // The slot of a message; nothing: of an assignment that is over.
  Slot* slot_of(const rd_kafka_message_t& message);
  void forward(Slot& slot);
  bool fill(std::size_t most);
  bool take_aside(std::size_t most, MessageSink& sink, std::vector<ClientTrouble>& trouble, std::size_t& handed);
  bool give(MessageHandle message, MessageSink& sink, std::vector<ClientTrouble>& trouble, std::size_t& handed);
  [[nodiscard]] static ClientTrouble went_back(const rd_kafka_message_t& message, const Slot& slot);
  bool hand_over(const rd_kafka_message_t& message, Slot& slot, MessageSink& sink, std::vector<ClientTrouble>& trouble);
  void partition_error(const rd_kafka_message_t& message, const Slot* slot, std::vector<ClientTrouble>& trouble);
  std::span<const MessageHeader> headers_of(const rd_kafka_message_t& message);

  rd_kafka_t* client_;
  QueueHandle queue_;
  std::vector<Slot> slots_;
  std::vector<rd_kafka_message_t*> taken_;  // taken_[next_..count_) wait to be handed over
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t last_ = 0;      // index of the slot that the last message belonged to
  bool some_aside_ = false;  // a released partition may have messages set aside
  std::vector<MessageHeader> headers_;
};

}  // namespace sinkway::kafka
