#include "host/convert/json_number.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "host/data/decimal.hpp"

namespace sinkway::convert {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

// A number as its significant digits (no zeros at either end) times a power of ten. Zero has no digits.
struct Significant {
  std::string digits;
  std::int64_t exponent = 0;
  bool operator==(const Significant&) const = default;
};

// `text` follows the grammar of JSON, or is what to_chars writes.
Significant significant(std::string_view text) {
  Significant number;
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t mark = text.find_first_of("eE");
  std::string_view exponent = mark == std::string_view::npos ? "" : text.substr(mark + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), number.exponent);
  bool behind_point = false;
  for (const char c : text.substr(0, mark)) {
    if (c == '.') {
      behind_point = true;
      continue;
    }
    if (behind_point) --number.exponent;
    if (c != '0' || !number.digits.empty()) number.digits += c;
  }
  while (number.digits.ends_with('0')) {
    number.digits.pop_back();
    ++number.exponent;
  }
  if (number.digits.empty()) number.exponent = 0;
  return number;
}

bool names_exactly(double number, std::string_view text) {
  std::array<char, 32> shortest{};
  char* const begin = shortest.data();
  const char* const end = std::to_chars(begin, begin + shortest.size(), number, std::chars_format::scientific).ptr;
  return significant(text) == significant({begin, static_cast<std::size_t>(end - begin)});
}

// Fifteen digits always survive, but only where doubles have all their bits.
bool is_short_enough(std::string_view text) {
  return text.size() <= 16 && text.find_first_of("eE") == std::string_view::npos;
}

}  // namespace

std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  if (whole == 0) return 0;
  at += text[at] == '0' ? 1 : whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, at + 1);
    if (fraction == 0) return at;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t sign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-') ? 1 : 0;
    const std::size_t exponent = digits_at(text, at + 1 + sign);
    if (exponent > 0) at += 1 + sign + exponent;
  }
  return at;
}

NumberFault read_number(std::string_view text, Arena& arena, Value& value) {
  if (text.empty() || number_length(text) != text.size()) return NumberFault::syntax;
  if (text.size() > kLongestNumber) return NumberFault::length;
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t integer = 0;
    if (std::from_chars(text.data(), end, integer).ec == std::errc()) {
      value = make::integer(Tag::int64, integer);
      return NumberFault::none;
    }
  } else {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && (is_short_enough(text) || names_exactly(number, text))) {
      value = make::number(Tag::float64, number);
      return NumberFault::none;
    }
    // A zero with an exponent that a double does not reach is a zero still.
    if (significant(text).digits.empty()) {
      value = make::number(Tag::float64, text.starts_with('-') ? -0.0 : 0.0);
      return NumberFault::none;
    }
  }
  const auto decimal = decimal::parse(text, arena);
  if (!decimal) return NumberFault::exponent;
  value = *decimal;
  return NumberFault::none;
}

}  // namespace sinkway::convert
