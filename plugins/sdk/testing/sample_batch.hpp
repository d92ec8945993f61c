// Batches made by hand, for tests of plugins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::sdk::testing {

[[nodiscard]] inline sinkway_value value_of(int tag, std::int64_t integer = 0) {
  sinkway_value value{};
  value.tag = static_cast<std::uint8_t>(tag);
  value.as.integer = integer;
  return value;
}
[[nodiscard]] inline sinkway_value number_value(int tag, double number) {
  sinkway_value value = value_of(tag);
  value.as.number = number;
  return value;
}
[[nodiscard]] inline sinkway_value bytes_value(int tag, std::string_view bytes, int scale = 0) {
  sinkway_value value = value_of(tag);
  value.scale = static_cast<std::int16_t>(scale);
  value.length = static_cast<std::uint32_t>(bytes.size());
  value.as.text = bytes.data();
  return value;
}
[[nodiscard]] inline sinkway_value text_value(std::string_view text) { return bytes_value(SINKWAY_STRING, text); }

// What FakeHost finds behind the raw bytes of a record.
struct SampleRaw {
  sinkway_raw bytes;
  std::vector<sinkway_raw_header> headers;
};

// Owns everything that its batch points to. Records and positions lie further apart than today's structs, as a newer host would lay
// them: a plugin that indexes them as plain arrays reads rubbish. Add first, then ask for view(); valid until the next change.
class SampleBatch {
 public:
  // A schemaless object. Equal names share one shape, as the host does it.
  [[nodiscard]] sinkway_value object(const std::vector<std::pair<std::string, sinkway_value>>& fields) {
    const sinkway_shape& shape = shape_of(fields);
    auto& memory = blocks_.emplace_back(sizeof(sinkway_struct) + fields.size() * sizeof(sinkway_value));
    auto* body = static_cast<sinkway_struct*>(static_cast<void*>(memory.data()));
    body->shape = &shape;
    for (std::size_t i = 0; i < fields.size(); ++i) body->values[i] = fields[i].second;
    sinkway_value value = value_of(SINKWAY_STRUCT);
    value.length = static_cast<std::uint32_t>(fields.size());
    value.as.object = body;
    return value;
  }
  // Elements of an array, or keys and values of a map in turns.
  [[nodiscard]] sinkway_value items(int tag, std::vector<sinkway_value> values) {
    sinkway_value value = value_of(tag);
    value.length = static_cast<std::uint32_t>(tag == SINKWAY_MAP ? values.size() / 2 : values.size());
    value.as.items = arrays_.emplace_back(std::move(values)).data();
    return value;
  }
  // Keeps a text alive.
  [[nodiscard]] std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  void add(std::string_view topic, std::int32_t partition, std::int64_t offset, sinkway_value value,
           sinkway_value key = value_of(SINKWAY_NULL)) {
    sinkway_record record{};
    record.topic = record.original_topic = intern(topic);
    record.partition = record.original_partition = partition;
    record.offset = offset;
    record.timestamp = 1'700'000'000'000 + offset;
    record.timestamp_type = 1;
    record.key = key;
    record.value = value;
    record.raw = raw_at(offset);
    records_.push_back({record, kRubbish});
  }

  // A record that the host could not convert; with raw bytes where records have them.
  void add_unconverted(std::string_view topic, std::int32_t partition, std::int64_t offset) {
    sinkway_unconverted one{};
    one.topic = intern(topic);
    one.partition = partition;
    one.offset = offset;
    one.timestamp = 1'700'000'000'000 + offset;
    one.timestamp_type = 1;
    one.stage = lend("VALUE_CONVERTER");
    one.error_id = lend("sample.not_readable");
    one.reason = lend("byte 0: not a good beginning");
    one.raw = raw_at(offset);
    unconverted_.push_back({one, kRubbish});
  }

  // Records that are added from now on carry these raw bytes, as for a task that asks for them: a null key, a tombstone
  // now and then.
  void keep_raw(std::string_view bytes) { raw_bytes_ = bytes; }
  // And these headers, as FakeHost tells them.
  void keep_raw_headers(std::vector<sinkway_raw_header> headers) { raw_headers_ = std::move(headers); }
  // All records have this timestamp.
  void at_time(std::int64_t milliseconds) {
    for (auto& record : records_) record.known.timestamp = milliseconds;
  }
  // No record carries raw bytes any more.
  void forget_raw() {
    raw_bytes_.reset();
    for (auto& record : records_) record.known.raw = nullptr;
  }

  void cover(std::string_view topic, std::int32_t partition, std::int64_t expected, std::int64_t next_offset,
             std::uint64_t generation = 1) {
    positions_.push_back({{intern(topic), partition, 0, generation, expected, next_offset}, kRubbish});
  }

  [[nodiscard]] sinkway_batch view(std::uint64_t sequence = 1) const {
    return {sizeof(sinkway_batch),   sizeof(Spaced<sinkway_record>),
            sizeof(Spaced<sinkway_position>), 0,
            sequence,                records_.size(),
            records_.empty() ? nullptr : &records_.front().known,
            positions_.size(),       positions_.empty() ? nullptr : &positions_.front().known,
            unconverted_.size(),     unconverted_.empty() ? nullptr : &unconverted_.front().known,
            sizeof(Spaced<sinkway_unconverted>), 0};
  }
  // The positions as plain structs, as pre_commit and close take them.
  [[nodiscard]] std::vector<sinkway_position> positions() const {
    std::vector<sinkway_position> plain;
    for (const auto& position : positions_) plain.push_back(position.known);
    return plain;
  }

  // A topic name at an address that stays.
  [[nodiscard]] const sinkway_string* intern(std::string_view topic) {
    for (const sinkway_string& known : topics_)
      if (sdk::view(known) == topic) return &known;
    return &topics_.emplace_back(lend(keep(std::string(topic))));
  }

 private:
  template <typename Struct>
  struct Spaced {
    Struct known;
    std::uint64_t unknown;  // what a newer host has put behind it
  };
  static constexpr std::uint64_t kRubbish = 0xDEADBEEFDEADBEEF;

  [[nodiscard]] const sinkway_raw* raw_at(std::int64_t offset) {
    const sinkway_string nothing{nullptr, 0};
    if (!raw_bytes_) return nullptr;
    return &raws_.emplace_back(SampleRaw{{nothing, offset % 3 == 2 ? nothing : lend(keep(*raw_bytes_))}, raw_headers_}).bytes;
  }

  [[nodiscard]] const sinkway_shape& shape_of(const std::vector<std::pair<std::string, sinkway_value>>& fields) {
    for (const sinkway_shape& shape : shapes_) {
      bool same = shape.field_count == fields.size();
      for (std::size_t i = 0; same && i < fields.size(); ++i) same = sdk::view(shape.names[i]) == fields[i].first;
      if (same) return shape;
    }
    auto& names = names_.emplace_back();
    for (const auto& field : fields) names.push_back(lend(keep(field.first)));
    return shapes_.emplace_back(sinkway_shape{sizeof(sinkway_shape), static_cast<std::uint32_t>(fields.size()), names.data(), nullptr,
                                              shapes_.size() + 1});
  }

  std::deque<std::string> texts_;
  std::deque<sinkway_string> topics_;
  std::deque<std::vector<sinkway_string>> names_;
  std::deque<sinkway_shape> shapes_;
  std::deque<std::vector<sinkway_value>> arrays_;
  std::deque<std::vector<std::byte>> blocks_;
  std::deque<SampleRaw> raws_;
  std::vector<sinkway_raw_header> raw_headers_;
  std::optional<std::string> raw_bytes_;
  std::vector<Spaced<sinkway_record>> records_;
  std::vector<Spaced<sinkway_position>> positions_;
  std::vector<Spaced<sinkway_unconverted>> unconverted_;
};

}  // namespace sinkway::sdk::testing
