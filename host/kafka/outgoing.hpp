// A record on its way into librdkafka: one place for what null and empty mean there.
#pragma once

#include "host/kafka/handles.hpp"
#include "host/kafka/producer.hpp"

namespace sinkway::kafka {

// Copies the record into the client's queue; `tag` comes back with its report. Does not wait.
[[nodiscard]] inline rd_kafka_resp_err_t enqueue(rd_kafka_t* client, const OutgoingRecord& record, void* tag) {
  HeadersHandle headers(record.headers.empty() ? nullptr : rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    const char* const data = value && value->data() == nullptr ? "" : value ? value->data() : nullptr;
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), data,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  const std::string topic(record.topic);
  const auto key = record.key.value_or(std::string_view());
  const auto value = record.value.value_or(std::string_view());
  const char* const key_data = record.key && key.data() == nullptr ? "" : key.data();  // null is not the same as empty
  const char* const value_data = record.value && value.data() == nullptr ? "" : value.data();
  const auto code = rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
                                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key_data, key.size()),
                                      RD_KAFKA_V_VALUE(const_cast<char*>(value_data), value.size()),
                                      RD_KAFKA_V_TIMESTAMP(record.timestamp), RD_KAFKA_V_HEADERS(headers.get()),
                                      RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_END);
  if (!code) (void)headers.release();  // the message owns them now
  return code;
}

}  // namespace sinkway::kafka
