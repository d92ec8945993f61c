#include "host/convert/json_flat.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "host/convert/begins_with.hpp"
#include "host/convert/json_number.hpp"
#include "host/convert/json_object.hpp"
#include "host/convert/utf8.hpp"
#include "host/data/structure.hpp"

namespace sinkway::convert {

namespace {

// Behind the copy of a text stand so many zero bytes: a word may be read anywhere in it, and zero ends every loop,
// since it is allowed nowhere in JSON.
constexpr std::size_t kPadding = 16;

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// The high bit of each byte that equals `c`. Bytes after the first such one may be marked wrongly.
std::uint64_t equal_to(std::uint64_t word, char c) {
  const std::uint64_t difference = word ^ (kOnes * static_cast<unsigned char>(c));
  return (difference - kOnes) & ~difference & kHighBits;
}
// The same for bytes below a space.
std::uint64_t control_bytes(std::uint64_t word) { return (word - kOnes * 0x20) & ~word & kHighBits; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Powers of ten that a double holds exactly; so is the quotient of an integer below 2^53 and one of them, rounded once.
constexpr double kPowers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr std::ptrdiff_t kExactDigits = 15;    // of a double
constexpr std::ptrdiff_t kIntegerDigits = 18;  // of any int64

}  // namespace

// A place in the padded copy. Every step answers false when the text is not what it expects.
struct FlatScanner::Cursor {
  const char* at;
  const std::string_view copy;
  Arena& arena;
  std::uint64_t high_bits = 0;  // not zero: the strings may hold bytes beyond ASCII

  // Whether nothing is left, and all of it is UTF-8.
  bool ends_well() {
    skip_space();
    return at == copy.data() + copy.size() && (high_bits == 0 || is_utf8(copy));
  }
  bool name(std::string_view expected) {
    if (!skip('"')) return false;
    const auto left = static_cast<std::size_t>(copy.data() + copy.size() - at);
    if (left <= expected.size() || !begins_with(at, expected)) return false;
    at += expected.size();
    return *at++ == '"';
  }

  void skip_space() {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
  }
  bool skip(char c) {
    if (*at != c) [[unlikely]] {
      skip_space();
      if (*at != c) return false;
    }
    ++at;
    return true;
  }
  // After the quote; leaves the place behind the closing one.
  bool string(std::string_view& text) {
    const char* const start = at;
    while (true) {
      const std::uint64_t word = word_at(at);
      high_bits |= word & kHighBits;
      const std::uint64_t stops = equal_to(word, '"') | equal_to(word, '\\') | control_bytes(word);
      if (stops != 0) {
        at += std::countr_zero(stops) / 8;
        text = {start, static_cast<std::size_t>(at - start)};
        return *at++ == '"';
      }
      at += sizeof word;
    }
  }
  bool literal(std::string_view word, Value meaning, Value& value) {
    if (!begins_with(at, word)) return false;
    at += word.size();
    value = meaning;
    return true;
  }
  // Numbers that are not plain and short.
  bool long_number(const char* start, Value& value) {
    const char* end = start;
    while (is_digit(*end) || *end == '-' || *end == '+' || *end == '.' || *end == 'e' || *end == 'E') ++end;
    at = end;
    return read_number({start, static_cast<std::size_t>(end - start)}, arena, value) == NumberFault::none;
  }
  bool number(Value& value) {
    const char* const start = at;
    const bool negative = *at == '-';
    if (negative) ++at;
    const char* const whole = at;
    std::uint64_t digits = 0;
    while (is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    const std::ptrdiff_t whole_length = at - whole;
    if (whole_length == 0 || (*whole == '0' && whole_length > 1)) return false;
    if (*at != '.') {
      if (whole_length > kIntegerDigits || *at == 'e' || *at == 'E') return long_number(start, value);
      const auto integer = static_cast<std::int64_t>(digits);
      value = make::integer(Tag::int64, negative ? -integer : integer);
      return true;
    }
    const char* const fraction = ++at;
    while (is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    const std::ptrdiff_t places = at - fraction;
    if (places == 0) return false;
    if (whole_length + places > kExactDigits || *at == 'e' || *at == 'E') return long_number(start, value);
    const double magnitude = static_cast<double>(digits) / kPowers[places];
    value = make::number(Tag::float64, negative ? -magnitude : magnitude);
    return true;
  }
  bool scalar(Value& value) {
    if (static_cast<unsigned char>(*at) <= ' ') skip_space();
    std::string_view text;
    switch (*at) {
      case '"':
        ++at;
        if (!string(text)) return false;
        value = make::string(text);
        return true;
      case 't': return literal("true", make::boolean(true), value);
      case 'f': return literal("false", make::boolean(false), value);
      case 'n': return literal("null", make::null(), value);
      default: return number(value);
    }
  }
};

std::optional<Value> FlatScanner::scan(std::string_view text, const Target& target) {
  char* const copy = static_cast<char*>(target.arena.allocate(text.size() + kPadding, 1));
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, kPadding);
  Cursor cursor{copy, {copy, text.size()}, target.arena};
  if (!cursor.skip('{')) return std::nullopt;
  if (expected_ != nullptr) {
    Cursor attempt = cursor;
    if (auto value = scan_expected(attempt, target)) return value;
  }
  return scan_unexpected(cursor, target);
}

std::optional<Value> FlatScanner::scan_expected(Cursor& cursor, const Target& target) const {
  sinkway_struct* const structure = allocate_struct(target.arena, *expected_);
  Value* const values = structure->values;
  const std::uint32_t count = expected_->field_count;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!cursor.name(view(expected_->names[i]))) return std::nullopt;
    if (!cursor.skip(':') || !cursor.scalar(values[i])) return std::nullopt;
    if (!cursor.skip(i + 1 < count ? ',' : '}')) return std::nullopt;
  }
  if (!cursor.ends_well()) return std::nullopt;
  return make::structure(structure);
}

std::optional<Value> FlatScanner::scan_unexpected(Cursor& cursor, const Target& target) {
  names_.clear();
  values_.clear();
  do {
    std::string_view name;
    Value value = make::null();
    if (!cursor.skip('"') || !cursor.string(name) || !cursor.skip(':') || !cursor.scalar(value)) return std::nullopt;
    names_.push_back(name);
    values_.push_back(value);
  } while (cursor.skip(','));
  if (!cursor.skip('}') || !cursor.ends_well()) return std::nullopt;

  const Shape* exact = target.shapes.find(names_, nullptr);
  if (exact == nullptr && (names_.size() > kMostNames || !all_different(names_))) return std::nullopt;
  if (exact == nullptr) exact = target.shapes.intern(names_, nullptr);
  const Shape* const shape = exact != nullptr ? exact : target.shapes.superset(names_);
  if (shape == nullptr) return std::nullopt;
  sinkway_struct* const structure = allocate_struct(target.arena, *shape);
  Value* const values = structure->values;
  if (exact != nullptr) {
    std::copy(values_.begin(), values_.end(), values);
    expected_ = exact;
    return make::structure(structure);
  }
  std::fill_n(values, shape->field_count, make::absent());
  for (std::size_t i = 0; i < names_.size(); ++i) values[ShapeTable::position(*shape, names_[i])] = values_[i];
  return make::structure(structure);
}

}  // namespace sinkway::convert
