// Reads and writes the records of a topic as bytes, for Python tests: one JSON object a line, bytes in hexadecimal.
//   raw-topic BOOTSTRAP TOPIC read      everything that is there now; nothing when there is no such topic
//   raw-topic BOOTSTRAP TOPIC write     what comes by standard input, all of it acknowledged
//   raw-topic BOOTSTRAP TOPIC delete    the topic
#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/kafka/handles.hpp"
#include "host/kafka/producer.hpp"

namespace {

using nlohmann::json;
using namespace sinkway::kafka;

constexpr int kPatience = 10'000;

json hex(const void* data, std::size_t size) {
  if (data == nullptr) return nullptr;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t n = 0; n < size; ++n) {
    const auto byte = static_cast<const unsigned char*>(data)[n];
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

std::optional<std::string> bytes(const json& text) {
  if (!text.is_string()) return std::nullopt;
  std::string made;
  const auto& digits = text.get_ref<const std::string&>();
  for (std::size_t n = 0; n + 1 < digits.size(); n += 2)
    made += static_cast<char>(std::stoi(digits.substr(n, 2), nullptr, 16));
  return made;
}

json told(const rd_kafka_message_t& message) {
  json headers = json::array();
  rd_kafka_headers_t* list = nullptr;
  const char* name = nullptr;
  const void* data = nullptr;
  std::size_t size = 0;
  if (!rd_kafka_message_headers(&message, &list))
    for (std::size_t n = 0; !rd_kafka_header_get_all(list, n, &name, &data, &size); ++n)
      headers.push_back({name, hex(data, size)});
  return {{"partition", message.partition},
          {"offset", message.offset},
          {"timestamp", rd_kafka_message_timestamp(&message, nullptr)},
          {"key", hex(message.key, message.key_len)},
          {"value", hex(message.payload, message.len)},
          {"headers", headers}};
}

int partitions_of(rd_kafka_t* client, const std::string& topic) {
  const struct rd_kafka_metadata* raw = nullptr;
  if (const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, kPatience))
    throw std::runtime_error(rd_kafka_err2str(code));
  const MetadataHandle metadata(raw);
  for (int n = 0; n < metadata->topic_cnt; ++n)
    if (topic == metadata->topics[n].topic) return metadata->topics[n].partition_cnt;
  return 0;
}

void read(const std::string& bootstrap, const std::string& topic) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  char why[256];
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
  rd_kafka_conf_set(conf, "group.id", "raw-topic", why, sizeof why);
  rd_kafka_conf_set(conf, "enable.auto.commit", "false", why, sizeof why);
  const ClientHandle client(rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why));
  if (!client) throw std::runtime_error(why);
  const int partitions = partitions_of(client.get(), topic);
  const ListHandle list = make_list(static_cast<std::size_t>(partitions));
  std::int64_t left = 0;
  for (int n = 0; n < partitions; ++n) {
    std::int64_t low = 0, high = 0;
    rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), n, &low, &high, kPatience);
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), n)->offset = low;
    left += high - low;
  }
  rd_kafka_assign(client.get(), list.get());
  for (; left > 0; --left) {
    const MessageHandle message(rd_kafka_consumer_poll(client.get(), kPatience));
    if (!message || message->err) throw std::runtime_error("the topic could not be read to its end");
    std::cout << told(*message).dump() << '\n';
  }
  rd_kafka_consumer_close(client.get());
}

void write(const std::string& bootstrap, const std::string& topic) {
  auto producer = Producer::make({{"bootstrap.servers", bootstrap}, {"linger.ms", "1"}});
  if (!producer) throw std::runtime_error(producer.error().text());
  for (std::string line; std::getline(std::cin, line);) {
    const json record = json::parse(line);
    const auto key = bytes(record.at("key")), value = bytes(record.at("value"));
    std::vector<std::pair<std::string, std::optional<std::string>>> kept;
    for (const auto& header : record.value("headers", json::array())) kept.emplace_back(header[0], bytes(header[1]));
    std::vector<MessageHeader> headers;
    for (const auto& [name, data] : kept) headers.push_back({name, data});
    const OutgoingRecord outgoing{.topic = topic,
                                  .partition = record.value("partition", -1),
                                  .key = key,
                                  .value = value,
                                  .timestamp = record.value("timestamp", std::int64_t{0}),
                                  .headers = headers};
    if (auto done = (*producer)->produce(outgoing); !done) throw std::runtime_error(done.error().text());
  }
  if (auto done = (*producer)->flush(sinkway::Milliseconds(kPatience)); !done)
    throw std::runtime_error(done.error().text());
}

void delete_topic(const std::string& bootstrap, const std::string& topic) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  char why[256];
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
  const ClientHandle client(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why));
  if (!client) throw std::runtime_error(why);
  using Topic = std::unique_ptr<rd_kafka_DeleteTopic_t, sinkway::FreeWith<&rd_kafka_DeleteTopic_destroy>>;
  const Topic one(rd_kafka_DeleteTopic_new(topic.c_str()));
  rd_kafka_DeleteTopic_t* list[] = {one.get()};
  const QueueHandle answers(rd_kafka_queue_new(client.get()));
  rd_kafka_DeleteTopics(client.get(), list, 1, nullptr, answers.get());
  using Answer = std::unique_ptr<rd_kafka_event_t, sinkway::FreeWith<&rd_kafka_event_destroy>>;
  const Answer answer(rd_kafka_queue_poll(answers.get(), kPatience));
  std::size_t told = 0;
  const auto* const result = answer ? rd_kafka_event_DeleteTopics_result(answer.get()) : nullptr;
  const auto* const* const topics = result ? rd_kafka_DeleteTopics_result_topics(result, &told) : nullptr;
  if (told != 1) throw std::runtime_error("no answer to the deletion of the topic");
  if (const auto code = rd_kafka_topic_result_error(topics[0])) throw std::runtime_error(rd_kafka_err2str(code));
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return std::fputs("usage: raw-topic BOOTSTRAP TOPIC read|write|delete\n", stderr), 1;
  try {
    const std::string verb = words[3];
    if (verb == "delete") delete_topic(words[1], words[2]);
    else if (verb == "read") read(words[1], words[2]);
    else write(words[1], words[2]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "raw-topic: %s\n", error.what()), 1;
  }
  return 0;
}
