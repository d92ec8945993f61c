// Room for the body of a struct value.
#pragma once

#include <cstddef>

#include "host/data/arena.hpp"
#include "host/data/value.hpp"

namespace sinkway {

// A struct of `shape` in the arena, its values not yet written: the caller writes all shape.field_count of them.
[[nodiscard]] inline sinkway_struct* allocate_struct(Arena& arena, const Shape& shape) {
  void* const memory =
      arena.allocate(offsetof(sinkway_struct, values) + shape.field_count * sizeof(Value), alignof(sinkway_struct));
  auto* const structure = static_cast<sinkway_struct*>(memory);
  structure->shape = &shape;
  return structure;
}

namespace make {

[[nodiscard]] inline Value structure(const sinkway_struct* body) {
  Value value = of_tag(Tag::structure);
  value.length = body->shape->field_count;
  value.as.object = body;
  return value;
}
[[nodiscard]] inline Value array(std::span<const Value> items) {
  Value value = of_tag(Tag::array);
  value.length = static_cast<std::uint32_t>(items.size());
  value.as.items = items.data();
  return value;
}
// `entries`: key, value, key, value ...
[[nodiscard]] inline Value map(std::span<const Value> entries) {
  Value value = of_tag(Tag::map);
  value.length = static_cast<std::uint32_t>(entries.size() / 2);
  value.as.items = entries.data();
  return value;
}

}  // namespace make

}  // namespace sinkway
