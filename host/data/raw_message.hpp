// A message as Kafka held it: what a dead letter is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "host/data/record.hpp"

namespace sinkway {

// The text as the ABI has it: data NULL means null, never empty.
[[nodiscard]] inline sinkway_string lend_raw(std::optional<std::string_view> bytes) {
  if (!bytes) return {nullptr, 0};
  return {bytes->data() == nullptr ? "" : bytes->data(), bytes->size()};
}
[[nodiscard]] inline std::optional<std::string_view> raw_text(const sinkway_string& lent) {
  return lent.data == nullptr ? std::nullopt : std::optional(std::string_view(lent.data, lent.size));
}
[[nodiscard]] inline sinkway_raw_header raw_header(std::string_view name, std::optional<std::string_view> value) {
  return {lend_raw(name), lend_raw(value)};
}

// Lends everything. `bytes` is what plugins see through Record::raw; the headers stand behind it, and plugins ask for them
// (sinkway.raw-headers/1), since a header converter may lose what they were.
struct RawMessage {
  sinkway_raw bytes{};
  const sinkway_raw_header* headers = nullptr;
  std::size_t header_count = 0;

  [[nodiscard]] std::optional<std::string_view> key() const { return raw_text(bytes.key); }
  [[nodiscard]] std::optional<std::string_view> value() const { return raw_text(bytes.value); }
  [[nodiscard]] std::span<const sinkway_raw_header> all_headers() const { return {headers, header_count}; }
};
// A pointer to the first member is a pointer to the whole.
static_assert(std::is_standard_layout_v<RawMessage>);

// Of a record whose `raw` this host has set; null: not kept.
[[nodiscard]] inline const RawMessage* raw_message_of(const Record& record) {
  return static_cast<const RawMessage*>(static_cast<const void*>(record.raw));
}

}  // namespace sinkway
