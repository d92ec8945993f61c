// Arrays as text, for parameters of statements that are not on the hot path (PostgreSQL manual 8.15.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sinkway::table {

// Appends one element to an array that was begun with "{": quoted, or NULL.
inline void append_element(std::string& array, const std::optional<std::string>& element) {
  if (array.size() > 1) array += ',';
  if (!element) {
    array += "NULL";
    return;
  }
  array += '"';
  for (const char c : *element) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

// A whole one: an element for each thing in the range, as `text` says it (a string, or nothing for NULL).
template <typename Range, typename Text>
[[nodiscard]] std::string array_text(const Range& range, Text text) {
  std::string array = "{";
  for (const auto& one : range) append_element(array, text(one));
  return array + "}";
}

}  // namespace sinkway::table
