// Words as other sinks take them: in any case.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace sinkway::table {

// Of ASCII letters alone: whatever the locale is.
[[nodiscard]] constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

[[nodiscard]] inline std::string lower(std::string word) {
  std::ranges::transform(word, word.begin(), [](char c) { return lower(c); });
  return word;
}

[[nodiscard]] inline bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char one, char other) { return lower(one) == lower(other); });
}

}  // namespace sinkway::table
