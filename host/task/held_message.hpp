// A message whose conversion is tried again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/errors/retry.hpp"
#include "host/errors/stage.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::task {

// Owns its bytes: the message itself was given back to the client. Its position has not advanced, so that nothing is
// lost when it is dropped. [reader-thread]
class HeldMessage {
 public:
  HeldMessage(const kafka::Message& message, std::uint64_t of_generation, errors::Stage at_stage, errors::Retry with)
      : generation(of_generation), stage(at_stage), retry(with), message_(message) {
    if (message.key) key_.emplace(*message.key);
    if (message.value) value_.emplace(*message.value);
    message_.key = message_.value = std::nullopt;
    message_.headers = {};
    for (const auto& [name, value] : message.headers)
      headers_.emplace_back(std::string(name), value ? std::optional(std::string(*value)) : std::nullopt);
  }

  // Lends it once more; `headers` keeps what the result points to.
  [[nodiscard]] kafka::Message message(std::vector<kafka::MessageHeader>& headers) const {
    kafka::Message lent = message_;
    if (key_) lent.key = *key_;
    if (value_) lent.value = *value_;
    headers.clear();
    for (const auto& [name, value] : headers_)
      headers.push_back({name, value ? std::optional(std::string_view(*value)) : std::nullopt});
    lent.headers = headers;
    return lent;
  }
  [[nodiscard]] const kafka::TopicPartition& at() const { return message_.at; }
  [[nodiscard]] std::int64_t offset() const { return message_.offset; }

  std::uint64_t generation;  // of the assignment that it came with
  errors::Stage stage;       // that failed
  errors::Retry retry;
  Instant due{};

 private:
  kafka::Message message_;  // without its bytes
  std::optional<std::string> key_;
  std::optional<std::string> value_;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers_;
};

}  // namespace sinkway::task
