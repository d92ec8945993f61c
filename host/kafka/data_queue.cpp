#include "host/kafka/data_queue.hpp"

#include <algorithm>
#include <string>

namespace sinkway::kafka {
namespace {

constexpr std::size_t kArray = 1'000;  // messages taken in one call: 500-5000 are equally good
constexpr std::uint64_t kWake = 1;

std::optional<std::string_view> bytes_of(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

std::string place(std::string_view topic, std::int32_t partition) {
  return "topic " + std::string(topic) + ", partition " + std::to_string(partition);
}

}  // namespace

DataQueue::DataQueue(rd_kafka_t* client, int event_descriptor)
    : client_(client), queue_(rd_kafka_queue_new(client)), taken_(kArray) {
  if (event_descriptor >= 0) rd_kafka_queue_io_event_enable(queue_.get(), event_descriptor, &kWake, sizeof kWake);
}

DataQueue::~DataQueue() { clear(); }

const DataQueue::Slot* DataQueue::find(const TopicPartition& at) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.at == at; });
  return found == slots_.end() ? nullptr : &*found;
}

DataQueue::Slot* DataQueue::slot_of(const rd_kafka_message_t& message) {
  const auto carries = [&](const Slot& slot) {
    return slot.handle == message.rkt && slot.at.partition == message.partition;
  };
  if (last_ < slots_.size() && carries(slots_[last_])) return &slots_[last_];
  auto found = std::find_if(slots_.begin(), slots_.end(), carries);
  if (found == slots_.end() && message.rkt) {
    const std::string_view topic = rd_kafka_topic_name(message.rkt);
    found = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
      return slot.at.partition == message.partition && view(*slot.at.topic) == topic;
    });
    if (found != slots_.end()) found->handle = message.rkt;
  }
  if (found == slots_.end()) return nullptr;
  last_ = static_cast<std::size_t>(found - slots_.begin());
  return &*found;
}

void DataQueue::forward(Slot& slot) {
  if (slot.queue) rd_kafka_queue_forward(slot.queue.get(), queue_.get());
}

void DataQueue::add(const TopicPartition& at, std::int64_t offset) {
  Slot slot;
  slot.at = at;
  slot.queue.reset(rd_kafka_queue_get_partition(client_, terminated(*at.topic).c_str(), at.partition));
  slot.position = offset;
  forward(slot);
  if (Slot* const known = find(at))
    *known = std::move(slot);
  else
    slots_.push_back(std::move(slot));
}

void DataQueue::remove(std::span<const TopicPartition> partitions) {
  const auto gone = [&](const Slot& slot) {
    return std::find(partitions.begin(), partitions.end(), slot.at) != partitions.end();
  };
  std::size_t kept = next_;
  for (std::size_t n = next_; n < count_; ++n) {
    MessageHandle message(taken_[n]);
    const Slot* const slot = slot_of(*message);
    if (slot && !gone(*slot)) taken_[kept++] = message.release();
  }
  count_ = kept;
  std::erase_if(slots_, gone);
}

void DataQueue::clear() {
  for (; next_ < count_; ++next_) rd_kafka_message_destroy(taken_[next_]);
  next_ = count_ = 0;
  slots_.clear();
}

bool DataQueue::fill(std::size_t most) {
  if (next_ < count_) return true;
  const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, taken_.data(), std::min(most, kArray));
  next_ = 0;
  count_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return count_ > 0;
}

std::size_t DataQueue::take(std::size_t most, MessageSink& sink, std::vector<ClientTrouble>& trouble) {
  std::size_t handed = 0;
  bool go_on = !some_aside_ || take_aside(most, sink, trouble, handed);
  while (go_on && handed < most && fill(most - handed))
    while (go_on && next_ < count_ && handed < most)
      go_on = give(MessageHandle(taken_[next_++]), sink, trouble, handed);
  return handed;
}

// What was set aside is older than anything that can still be fetched, so it comes first; then the partition flows as
// before.
bool DataQueue::take_aside(std::size_t most, MessageSink& sink, std::vector<ClientTrouble>& trouble,
                           std::size_t& handed) {
  for (Slot& slot : slots_) {
    if (slot.held || slot.aside.empty()) continue;
    while (!slot.aside.empty()) {
      if (handed >= most) return false;
      MessageHandle message = std::move(slot.aside.front());
      slot.aside.pop_front();
      if (!give(std::move(message), sink, trouble, handed)) return false;
    }
    forward(slot);
  }
  some_aside_ = false;
  return true;
}

bool DataQueue::give(MessageHandle message, MessageSink& sink, std::vector<ClientTrouble>& trouble,
                     std::size_t& handed) {
  Slot* const slot = slot_of(*message);
  const bool ended = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  if (message->err && !ended) {
    partition_error(*message, slot, trouble);
    return true;
  }
  if (slot == nullptr) return true;  // of an assignment that is over
  if (slot->held) {
    slot->aside.push_back(std::move(message));
    return true;
  }
  if (ended) {
    slot->end = message->offset;
    return true;
  }
  ++handed;
  return hand_over(*message, *slot, sink, trouble);
}

ClientTrouble DataQueue::went_back(const rd_kafka_message_t& message, const Slot& slot) {
  const std::string text = place(view(*slot.at.topic), slot.at.partition) + ": the log goes on at offset " +
                           std::to_string(message.offset) + ", before the position " + std::to_string(slot.position);
  return {.error = Error(text).with_hint("the topic was created again or its end was lost, and nothing tells which of its "
                                         "records were written: set the position back, then restart the task"),
          .ends_task = true};
}

bool DataQueue::hand_over(const rd_kafka_message_t& message, Slot& slot, MessageSink& sink,
                          std::vector<ClientTrouble>& trouble) {
  if (message.offset < slot.position) {
    if (!std::exchange(slot.backwards, true)) trouble.push_back(went_back(message, slot));
    return true;  // nothing of it is taken: the position would go on from a record that was never written
  }
  slot.position = message.offset + 1;
  slot.end.reset();
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  return sink.on_message({slot.at, message.offset, timestamp, static_cast<std::int32_t>(type),
                          bytes_of(message.key, message.key_len), bytes_of(message.payload, message.len),
                          sink.reads_headers() ? headers_of(message) : std::span<const MessageHeader>()});
}

std::span<const MessageHeader> DataQueue::headers_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  headers_.clear();
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t n = 0; rd_kafka_header_get_all(list, n, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++n)
    headers_.push_back({name, bytes_of(value, size)});
  return headers_;
}

void DataQueue::partition_error(const rd_kafka_message_t& message, const Slot* slot,
                                std::vector<ClientTrouble>& trouble) {
  const std::string_view topic = slot ? view(*slot->at.topic) : message.rkt ? rd_kafka_topic_name(message.rkt) : "?";
  ClientTrouble one{client_error(place(topic, message.partition), message.err)};
  one.ends_task = message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
      message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    one.error = Error(one.error.message() + " (" + rd_kafka_message_errstr(&message) + ")")
                    .with_hint("the position is not in the log any more and auto.offset.reset is none");
  trouble.push_back(std::move(one));
}

void DataQueue::hold(const TopicPartition& at) {
  Slot* const slot = find(at);
  if (slot == nullptr || slot->held) return;
  slot->held = true;
  if (slot->queue) rd_kafka_queue_forward(slot->queue.get(), nullptr);
}

void DataQueue::release(const TopicPartition& at) {
  Slot* const slot = find(at);
  if (slot == nullptr || !slot->held) return;
  slot->held = false;
  if (slot->aside.empty())
    forward(*slot);
  else
    some_aside_ = true;
}

std::optional<std::int64_t> DataQueue::position(const TopicPartition& at) const {
  const Slot* const slot = find(at);
  return slot ? std::optional(slot->position) : std::nullopt;
}

bool DataQueue::at_end(const TopicPartition& at, std::int64_t high) const {
  const Slot* const slot = find(at);
  if (slot == nullptr || !slot->end || !slot->aside.empty()) return false;
  if (high <= *slot->end) return true;
  // Behind the heard end lie either new messages that wait here, or an open transaction that shows none.
  const bool waits = next_ < count_ || rd_kafka_queue_length(queue_.get()) > 0 ||
                     (slot->held && slot->queue && rd_kafka_queue_length(slot->queue.get()) > 0);
  return !waits;
}

}  // namespace sinkway::kafka
