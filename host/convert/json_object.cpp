#include "host/convert/json_object.hpp"

#include <unordered_set>

#include <fmt/format.h>

namespace sinkway::convert {

const Shape* record_shape(std::span<const std::string_view> names, ShapeTable& shapes) {
  if (names.size() > kMostNames) return nullptr;
  if (const Shape* const exact = shapes.intern(names, nullptr)) return exact;
  return shapes.superset(names);
}

const Shape* nested_shape(std::string_view member, std::span<const std::string_view> names, ShapeTable& shapes) {
  if (names.size() > kMostNames) return nullptr;
  if (shapes.size() < kMostNestedShapes) return shapes.intern(names, nullptr);
  if (const Shape* const exact = shapes.find(names, nullptr)) return exact;
  return shapes.superset_of_member(member, names);
}

Error too_many_names() {
  return Error(fmt::format("The records of this task have more than {} different field names", ShapeTable::kMostFields))
      .with_hint("names that are data belong into a nested object, or use a converter with schemas")
      .with_id("json.fields");
}

bool all_different(std::span<const std::string_view> names) {
  constexpr std::size_t kFew = 16;
  if (names.size() > kFew)
    return std::unordered_set<std::string_view>(names.begin(), names.end()).size() == names.size();
  for (std::size_t i = 1; i < names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (names[i] == names[j]) return false;
  return true;
}

}  // namespace sinkway::convert
