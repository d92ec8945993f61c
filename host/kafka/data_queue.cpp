#include "host/kafka/data_queue.hpp"

#include <algorithm>

namespace sinkway::kafka {
namespace {

constexpr std::size_t kArray = 1'000;  // messages taken in one call: 500-5000 are equally good
constexpr std::uint64_t kWake = 1;

std::optional<std::string_view> bytes_of(const void* data, std::size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

DataQueue::DataQueue(rd_kafka_t* client, TopicNames& names, int event_descriptor)
    : client_(client), names_(names), queue_(rd_kafka_queue_new(client)), taken_(kArray) {
  if (event_descriptor >= 0) rd_kafka_queue_io_event_enable(queue_.get(), event_descriptor, &kWake, sizeof kWake);
}

DataQueue::~DataQueue() { clear(); }

DataQueue::Slot* DataQueue::find(const TopicPartition& at) {
  if (last_ < slots_.size() && slots_[last_].at == at) return &slots_[last_];
  for (std::size_t n = 0; n < slots_.size(); ++n)
    if (slots_[n].at == at) {
      last_ = n;
      return &slots_[n];
    }
  return nullptr;
}

void DataQueue::add(const TopicPartition& at, std::int64_t offset) {
  QueueHandle queue(rd_kafka_queue_get_partition(client_, terminated(*at.topic).c_str(), at.partition));
  if (queue) rd_kafka_queue_forward(queue.get(), queue_.get());
  if (Slot* const known = find(at)) {
    *known = Slot{at, std::move(queue), offset};
    return;
  }
  slots_.push_back(Slot{at, std::move(queue), offset});
}

void DataQueue::remove(std::span<const TopicPartition> partitions) {
  const auto gone = [&](const TopicPartition& at) { return std::find(partitions.begin(), partitions.end(), at) != partitions.end(); };
  std::size_t kept = next_;
  for (std::size_t n = next_; n < count_; ++n) {
    if (gone({name_of(taken_[n]->rkt), taken_[n]->partition}))
      rd_kafka_message_destroy(taken_[n]);
    else
      taken_[kept++] = taken_[n];
  }
  count_ = kept;
  std::erase_if(slots_, [&](const Slot& slot) { return gone(slot.at); });
  if (slots_.empty()) topics_.clear();
}

void DataQueue::clear() {
  for (; next_ < count_; ++next_) rd_kafka_message_destroy(taken_[next_]);
  next_ = count_ = 0;
  slots_.clear();
  topics_.clear();
}

TopicName DataQueue::name_of(const rd_kafka_topic_t* topic) {
  for (const auto& known : topics_)
    if (known.handle == topic) return known.name;
  topics_.push_back({topic, names_.intern(rd_kafka_topic_name(topic))});
  return topics_.back().name;
}

std::size_t DataQueue::take(std::size_t most, MessageSink& sink, std::vector<ClientTrouble>& trouble) {
  std::size_t handed = 0;
  bool go_on = true;
  while (go_on && handed < most) {
    if (next_ == count_) {
      const ssize_t got = rd_kafka_consume_batch_queue(queue_.get(), 0, taken_.data(), std::min(most - handed, kArray));
      next_ = 0;
      count_ = got > 0 ? static_cast<std::size_t>(got) : 0;
      if (count_ == 0) break;
    }
    while (go_on && next_ < count_ && handed < most) {
      rd_kafka_message_t* const message = taken_[next_++];
      if (message->err) {
        partition_error(*message, trouble);
      } else {
        go_on = hand_over(*message, sink);
        ++handed;
      }
      rd_kafka_message_destroy(message);
    }
  }
  return handed;
}

bool DataQueue::hand_over(const rd_kafka_message_t& message, MessageSink& sink) {
  const TopicPartition at{name_of(message.rkt), message.partition};
  Slot* const slot = find(at);
  if (slot == nullptr) return true;  // of an assignment that is over
  slot->position = message.offset + 1;
  slot->at_end = false;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  return sink.on_message({at, message.offset, timestamp, static_cast<std::int32_t>(type), bytes_of(message.key, message.key_len),
                          bytes_of(message.payload, message.len), headers_of(message)});
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

void DataQueue::partition_error(const rd_kafka_message_t& message, std::vector<ClientTrouble>& trouble) {
  const TopicPartition at{message.rkt ? name_of(message.rkt) : nullptr, message.partition};
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (Slot* const slot = find(at)) slot->at_end = true;
    return;
  }
  std::string what = "topic " + std::string(at.topic ? view(*at.topic) : "?") + ", partition " + std::to_string(at.partition);
  ClientTrouble one{client_error(what, message.err)};
  one.ends_task = message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
  trouble.push_back(std::move(one));
}

void DataQueue::hold(const TopicPartition& at) {
  if (Slot* const slot = find(at); slot && slot->queue) rd_kafka_queue_forward(slot->queue.get(), nullptr);
}

void DataQueue::release(const TopicPartition& at) {
  if (Slot* const slot = find(at); slot && slot->queue) rd_kafka_queue_forward(slot->queue.get(), queue_.get());
}

std::optional<std::int64_t> DataQueue::position(const TopicPartition& at) const {
  for (const auto& slot : slots_)
    if (slot.at == at) return slot.position;
  return std::nullopt;
}

bool DataQueue::at_end(const TopicPartition& at) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.at == at && slot.at_end; });
}

}  // namespace sinkway::kafka
