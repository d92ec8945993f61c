#include "plugins/table/rows/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace sinkway::table {
namespace {

constexpr std::size_t kLongestNumber = 32;  // -1.7976931348623157e+308 has 24 characters

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Without blanks and the plus sign that from_chars does not know.
std::string_view body_of(std::string_view text) {
  text = without_blanks(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  return text;
}

template <typename Number>
Fault parse(std::string_view text, Number& number) {
  text = body_of(text);
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::invalid_argument || at != end) return Fault::bad_format;
  return error == std::errc::result_out_of_range ? Fault::out_of_range : Fault::none;
}

template <typename Number>
Fault parse_floating(std::string_view text, Number& number) {
  std::string_view word = body_of(text);
  const bool negative = word.starts_with('-');
  if (negative) word.remove_prefix(1);
  if (word.empty() || (word[0] >= '0' && word[0] <= '9') || word[0] == '.') return parse(text, number);
  if (same_but_case(word, "nan") && !negative) {
    number = std::numeric_limits<Number>::quiet_NaN();
  } else if (same_but_case(word, "infinity") || same_but_case(word, "inf")) {
    number = negative ? -std::numeric_limits<Number>::infinity() : std::numeric_limits<Number>::infinity();
  } else {
    return Fault::bad_format;
  }
  return Fault::none;
}

template <typename Number>
void print(Number number, ByteBuffer& out) {
  char* const at = out.room(kLongestNumber);
  out.advance(static_cast<std::size_t>(std::to_chars(at, at + kLongestNumber, number).ptr - at));
}

// Where the server prints no exponent there is none, though it would be shorter: money, interval, int4 do not read one.
template <typename Number>
void print_finite(Number number, ByteBuffer& out) {
  constexpr Number kLeast = Number{1e-4}, kTooMuch = Number{1e15};
  const Number size = std::fabs(number);
  if (size < kLeast || size >= kTooMuch) return print(number, out);
  char* const at = out.room(kLongestNumber);
  const auto end = std::to_chars(at, at + kLongestNumber, number, std::chars_format::fixed).ptr;
  out.advance(static_cast<std::size_t>(end - at));
}

template <typename Number>
void print_floating(Number number, ByteBuffer& out) {
  if (std::isnan(number)) return out.put("NaN");
  if (std::isinf(number)) return out.put(number < 0 ? "-Infinity" : "Infinity");
  print_finite(number, out);
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same_but_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

Fault parse_integer(std::string_view text, std::int64_t& number) { return parse(text, number); }
Fault parse_number(std::string_view text, double& number) { return parse_floating(text, number); }
Fault parse_number(std::string_view text, float& number) { return parse_floating(text, number); }

Fault parse_boolean(std::string_view text, bool& truth) {
  struct Word {
    std::string_view text;
    std::size_t least;  // so many characters of its beginning are enough
    bool truth;
  };
  constexpr Word kWords[] = {{"true", 1, true},   {"yes", 1, true}, {"on", 2, true},   {"1", 1, true},
                             {"false", 1, false}, {"no", 1, false}, {"off", 2, false}, {"0", 1, false}};
  text = without_blanks(text);
  for (const Word& word : kWords) {
    if (text.size() < word.least || !same_but_case(text, word.text.substr(0, text.size()))) continue;
    truth = word.truth;
    return Fault::none;
  }
  return Fault::bad_format;
}

void print_integer(std::int64_t number, ByteBuffer& out) { print(number, out); }
void print_number(double number, ByteBuffer& out) { print_floating(number, out); }
void print_number(float number, ByteBuffer& out) { print_floating(number, out); }

}  // namespace sinkway::table
