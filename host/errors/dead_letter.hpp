// The record, its bytes and the context headers: what is produced to a dead letter queue. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/data/raw_message.hpp"

namespace sinkway::errors {

// A record that cannot be delivered. Texts and bytes are lent; no text holds a value of the record.
struct Errant {
  std::string_view topic;  // as consumed
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  // milliseconds, -1: none
  std::int32_t timestamp_type = 0;
  std::string_view stage;     // Connect's name
  std::string_view executor;  // class at work, in Connect's names
  std::string_view error_id;  // may be empty
  std::string_view reason;
  std::string_view field;           // column or field at fault, may be empty
  bool retriable = false;           // it was tried again in vain
  const RawMessage* raw = nullptr;  // null: not kept
};

// Whose letter it is.
struct Sender {
  std::string connector;
  int task = 0;
};

// Owns everything.
struct DeadLetter {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::int64_t timestamp = -1;  // milliseconds, -1: none
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

// Key, value, headers and time as they were consumed; with `context` the headers __connect.errors.* behind the record's
// own, in the names, the order and the form of Kafka Connect 4.x. The texts of the exception are this worker's.
[[nodiscard]] DeadLetter make_dead_letter(const Errant& errant, const Sender& sender, bool context);

// "field TM: reason", or the reason alone.
[[nodiscard]] std::string reason_with_field(const Errant& errant);

}  // namespace sinkway::errors
