// The 16-byte tagged value with C++ manners. It *is* the ABI's struct: a batch crosses the line to a plugin untranslated.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway {

using Value = sinkway_value;
using Schema = sinkway_schema;
using Shape = sinkway_shape;
static_assert(sizeof(Value) == 16);

enum class Tag : std::uint8_t {
  absent = SINKWAY_ABSENT,
  null = SINKWAY_NULL,
  boolean = SINKWAY_BOOL,
  int8 = SINKWAY_INT8,
  int16 = SINKWAY_INT16,
  int32 = SINKWAY_INT32,
  int64 = SINKWAY_INT64,
  float32 = SINKWAY_FLOAT32,
  float64 = SINKWAY_FLOAT64,
  string = SINKWAY_STRING,
  bytes = SINKWAY_BYTES,
  decimal = SINKWAY_DECIMAL,
  date = SINKWAY_DATE,
  time_ms = SINKWAY_TIME_MS,
  time_us = SINKWAY_TIME_US,
  timestamp_ms = SINKWAY_TIMESTAMP_MS,
  timestamp_us = SINKWAY_TIMESTAMP_US,
  array = SINKWAY_ARRAY,
  map = SINKWAY_MAP,
  structure = SINKWAY_STRUCT,
};

[[nodiscard]] inline Tag tag_of(const Value& value) { return static_cast<Tag>(value.tag); }
[[nodiscard]] inline std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }
[[nodiscard]] inline sinkway_string lend(std::string_view text) { return {text.data(), text.size()}; }
[[nodiscard]] inline std::string_view text_of(const Value& value) { return {value.as.text, value.length}; }

namespace make {

[[nodiscard]] inline Value of_tag(Tag tag) { return Value{static_cast<std::uint8_t>(tag), 0, 0, 0, {.integer = 0}}; }
[[nodiscard]] inline Value absent() { return of_tag(Tag::absent); }
[[nodiscard]] inline Value null() { return of_tag(Tag::null); }
// For every tag that holds an integer: bool, int8..int64, date, times, timestamps.
[[nodiscard]] inline Value integer(Tag tag, std::int64_t number) {
  Value value = of_tag(tag);
  value.as.integer = number;
  return value;
}
[[nodiscard]] inline Value boolean(bool truth) { return integer(Tag::boolean, truth ? 1 : 0); }
[[nodiscard]] inline Value number(Tag tag, double number) {
  Value value = of_tag(tag);
  value.as.number = number;
  return value;
}
// The bytes must outlive the value: usually they lie in the batch's arena.
[[nodiscard]] inline Value string(std::string_view text) {
  Value value = of_tag(Tag::string);
  value.length = static_cast<std::uint32_t>(text.size());
  value.as.text = text.data();
  return value;
}
[[nodiscard]] inline Value bytes(std::span<const std::uint8_t> data) {
  Value value = of_tag(Tag::bytes);
  value.length = static_cast<std::uint32_t>(data.size());
  value.as.bytes = data.data();
  return value;
}
// Unscaled two's complement big-endian bytes, at least one.
[[nodiscard]] inline Value decimal(std::span<const std::uint8_t> unscaled, std::int16_t scale) {
  Value value = bytes(unscaled);
  value.tag = SINKWAY_DECIMAL;
  value.scale = scale;
  return value;
}

}  // namespace make

// The values of a struct, in the order of shape->names.
[[nodiscard]] inline std::span<const Value> fields_of(const Value& structure) {
  return {structure.as.object->values, structure.as.object->shape->field_count};
}

}  // namespace sinkway
