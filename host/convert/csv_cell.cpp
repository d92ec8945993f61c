#include "host/convert/csv_cell.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace sinkway::convert {

namespace {

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::optional<Value> boolean_value(std::string_view text) {
  for (const std::string_view word : {"true", "t", "yes", "y", "on", "1"})
    if (same_name(text, word)) return make::boolean(true);
  for (const std::string_view word : {"false", "f", "no", "n", "off", "0"})
    if (same_name(text, word)) return make::boolean(false);
  return std::nullopt;
}

Value value_of(Tag tag, std::int64_t number) { return make::integer(tag, number); }
Value value_of(Tag tag, double number) { return make::number(tag, number); }

// One that is beyond its type stays text: the sink says what becomes of it.
template <typename Number, typename Wide>
std::optional<Value> number_value(std::string_view cell, Tag tag) {
  std::string_view text = trimmed(cell);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc() ? value_of(tag, Wide{number}) : make::string(cell);
}

}  // namespace

bool same_name(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

std::optional<Value> cell_value(std::string_view text, Tag tag) {
  switch (tag) {
    case Tag::boolean: return boolean_value(trimmed(text));
    case Tag::int8: return number_value<std::int8_t, std::int64_t>(text, tag);
    case Tag::int16: return number_value<std::int16_t, std::int64_t>(text, tag);
    case Tag::int32: return number_value<std::int32_t, std::int64_t>(text, tag);
    case Tag::int64: return number_value<std::int64_t, std::int64_t>(text, tag);
    case Tag::float32: return number_value<float, double>(text, tag);
    case Tag::float64: return number_value<double, double>(text, tag);
    default: return make::string(text);
  }
}

}  // namespace sinkway::convert
