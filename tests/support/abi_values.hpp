// Values and records of the ABI, made by hand for tests of plugins.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::test {

inline sinkway_value integer_value(std::uint8_t tag, std::int64_t number) {
  sinkway_value value{};
  value.tag = tag;
  value.as.integer = number;
  return value;
}
inline sinkway_value null_value() { return integer_value(SINKWAY_NULL, 0); }
inline sinkway_value absent_value() { return integer_value(SINKWAY_ABSENT, 0); }
inline sinkway_value bool_value(bool truth) { return integer_value(SINKWAY_BOOL, truth ? 1 : 0); }
inline sinkway_value int64_value(std::int64_t number) { return integer_value(SINKWAY_INT64, number); }
inline sinkway_value float64_value(double number) {
  sinkway_value value{};
  value.tag = SINKWAY_FLOAT64;
  value.as.number = number;
  return value;
}
inline sinkway_value float32_value(float number) {
  sinkway_value value = float64_value(static_cast<double>(number));
  value.tag = SINKWAY_FLOAT32;
  return value;
}

// Keeps what values point to. Addresses stay for its life.
class ValueArena {
 public:
  sinkway_value text(std::string_view body) {
    const std::string& kept = texts_.emplace_back(body);
    sinkway_value value{};
    value.tag = SINKWAY_STRING;
    value.length = static_cast<std::uint32_t>(kept.size());
    value.as.text = kept.data();
    return value;
  }
  sinkway_value bytes(std::vector<std::uint8_t> body) {
    const auto& kept = bytes_.emplace_back(std::move(body));
    sinkway_value value{};
    value.tag = SINKWAY_BYTES;
    value.length = static_cast<std::uint32_t>(kept.size());
    value.as.bytes = kept.data();
    return value;
  }
  // `unscaled`: two's complement, big-endian.
  sinkway_value decimal(std::vector<std::uint8_t> unscaled, std::int16_t scale) {
    sinkway_value value = bytes(std::move(unscaled));
    value.tag = SINKWAY_DECIMAL;
    value.scale = scale;
    return value;
  }
  sinkway_value array(std::vector<sinkway_value> items) {
    const auto& kept = lists_.emplace_back(std::move(items));
    sinkway_value value{};
    value.tag = SINKWAY_ARRAY;
    value.length = static_cast<std::uint32_t>(kept.size());
    value.as.items = kept.data();
    return value;
  }
  sinkway_value map(const std::vector<std::pair<sinkway_value, sinkway_value>>& entries) {
    std::vector<sinkway_value> items;
    for (const auto& [key, item] : entries) {
      items.push_back(key);
      items.push_back(item);
    }
    sinkway_value value = array(std::move(items));
    value.tag = SINKWAY_MAP;
    value.length = static_cast<std::uint32_t>(entries.size());
    return value;
  }
  const sinkway_shape* shape(const std::vector<std::string>& names) {
    auto& strings = names_.emplace_back();
    for (const std::string& name : names) {
      const std::string& kept = texts_.emplace_back(name);
      strings.push_back({kept.data(), kept.size()});
    }
    sinkway_shape& made = shapes_.emplace_back();
    made = {sizeof(sinkway_shape), static_cast<std::uint32_t>(strings.size()), strings.data(), nullptr, shapes_.size()};
    return &made;
  }
  // The same with a schema: each field of this type, optional.
  const sinkway_shape* declared(const std::vector<std::string>& names, const std::vector<sinkway_schema>& fields) {
    auto* const made = const_cast<sinkway_shape*>(shape(names));
    sinkway_schema& whole = schemas_.emplace_back();
    auto& list = field_lists_.emplace_back();
    for (const sinkway_schema& one : fields) list.push_back(&schemas_.emplace_back(one));
    whole = {};
    whole.struct_size = sizeof whole;
    whole.type = SINKWAY_STRUCT;
    whole.optional = 1;
    whole.field_count = made->field_count;
    whole.field_names = made->names;
    whole.fields = list.data();
    made->schema = &whole;
    return made;
  }
  static sinkway_schema field_of(int type) {
    sinkway_schema made{};
    made.struct_size = sizeof made;
    made.type = static_cast<std::uint8_t>(type);
    made.optional = 1;
    return made;
  }
  sinkway_value object(const sinkway_shape* shape, const std::vector<sinkway_value>& fields) {
    // A shape and as many values as it has names, as the ABI lays a struct out.
    const std::size_t size = sizeof(sinkway_struct) + fields.size() * sizeof(sinkway_value);
    auto& room = objects_.emplace_back(size / sizeof(std::uint64_t));
    auto* made = static_cast<sinkway_struct*>(static_cast<void*>(room.data()));
    made->shape = shape;
    sinkway_value* at = made->values;
    for (const sinkway_value& field : fields) *at++ = field;
    sinkway_value value{};
    value.tag = SINKWAY_STRUCT;
    value.length = static_cast<std::uint32_t>(fields.size());
    value.as.object = made;
    return value;
  }
  // Of topic "weather", partition 3; transformations have left it as it was.
  const sinkway_record* record(const sinkway_value& key, const sinkway_value& value, std::int64_t offset = 0) {
    static const sinkway_string kTopic = {"weather", 7};
    sinkway_record& made = records_.emplace_back();
    made = {};
    made.topic = made.original_topic = &kTopic;
    made.partition = made.original_partition = 3;
    made.offset = offset;
    made.timestamp = -1;
    made.key = key;
    made.value = value;
    return &made;
  }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<std::uint8_t>> bytes_;
  std::deque<std::vector<sinkway_value>> lists_;
  std::deque<std::vector<sinkway_string>> names_;
  std::deque<std::vector<std::uint64_t>> objects_;
  std::deque<sinkway_shape> shapes_;
  std::deque<sinkway_schema> schemas_;
  std::deque<std::vector<const sinkway_schema*>> field_lists_;
  std::deque<sinkway_record> records_;
};

}  // namespace sinkway::test
