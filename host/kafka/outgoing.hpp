// A record on its way into librdkafka: one place for what null and empty mean there.
#pragma once

#include <array>

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
  std::array<rd_kafka_vu_t, 8> parts{};
  std::size_t used = 0;
  const auto part = [&](rd_kafka_vtype_t type) -> decltype(rd_kafka_vu_t::u)& {
    parts[used].vtype = type;
    return parts[used++].u;
  };
  const auto bytes = [](const char* data, std::size_t size) {
    decltype(rd_kafka_vu_t::u) one{};
    one.mem = {const_cast<char*>(data), size};  // copied, never written to
    return one;
  };
  part(RD_KAFKA_VTYPE_TOPIC).cstr = topic.c_str();
  part(RD_KAFKA_VTYPE_PARTITION).i32 = record.partition;
  part(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
  part(RD_KAFKA_VTYPE_KEY) = bytes(key_data, key.size());
  part(RD_KAFKA_VTYPE_VALUE) = bytes(value_data, value.size());
  part(RD_KAFKA_VTYPE_TIMESTAMP).i64 = record.timestamp;
  part(RD_KAFKA_VTYPE_OPAQUE).ptr = tag;
  if (headers) part(RD_KAFKA_VTYPE_HEADERS).headers = headers.get();
  const ErrorHandle refused(rd_kafka_produceva(client, parts.data(), used));
  if (refused) return rd_kafka_error_code(refused.get());
  (void)headers.release();  // the message owns them now
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace sinkway::kafka
