#include "host/convert/headers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "host/convert/json_fault.hpp"
#include "host/convert/utf8.hpp"
#include "host/data/decimal.hpp"
#include "host/data/structure.hpp"
#include "host/data/temporal.hpp"

namespace sinkway::convert {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

Value smallest_integer(std::int64_t number) {
  if (number == static_cast<std::int8_t>(number)) return make::integer(Tag::int8, number);
  if (number == static_cast<std::int16_t>(number)) return make::integer(Tag::int16, number);
  if (number == static_cast<std::int32_t>(number)) return make::integer(Tag::int32, number);
  return make::integer(Tag::int64, number);
}

// A fraction: the float that is finite, else the double, else the exact number. Nothing is a number that has no digits.
std::optional<Value> fraction_value(std::string_view text, Arena& arena) {
  const auto exact = decimal::parse(text, arena);
  if (!exact) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), number).ec;
  if (error != std::errc() || !std::isfinite(number)) return exact;
  if (std::trunc(number) == number && std::fabs(number) <= 9'007'199'254'740'992.0)
    return smallest_integer(static_cast<std::int64_t>(number));
  const auto narrow = static_cast<float>(number);
  return std::isfinite(narrow) ? make::number(Tag::float32, narrow) : make::number(Tag::float64, number);
}

std::optional<Value> number_value(std::string_view text, Arena& arena) {
  if (text.empty() || std::string_view("+-0123456789").find(text[0]) == std::string_view::npos) return std::nullopt;
  if (text.find_first_not_of("0123456789", 1) != std::string_view::npos) return fraction_value(text, arena);
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::result_out_of_range) return decimal::parse(text, arena);
  return error == std::errc() ? std::optional(smallest_integer(number)) : std::nullopt;
}

std::optional<Value> temporal_value(std::string_view text) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kTime = 13;
  constexpr std::size_t kTimestamp = 24;
  if (text.size() == kDate) {
    if (text[4] != '-') return std::nullopt;
    const auto days = temporal::parse_date(text);
    return days ? std::optional(make::integer(Tag::date, *days)) : std::nullopt;
  }
  if (text.size() == kTime && text[8] == '.' && text.back() == 'Z') {
    const auto micros = temporal::parse_time(text.substr(0, kTime - 1));
    return micros ? std::optional(make::integer(Tag::time_ms, *micros / 1000)) : std::nullopt;
  }
  if (text.size() == kTimestamp && text[4] == '-' && text[10] == 'T' && text[19] == '.' && text.back() == 'Z') {
    const auto micros = temporal::parse_timestamp(text);
    return micros ? std::optional(make::integer(Tag::timestamp_ms, temporal::micros_to_millis(*micros))) : std::nullopt;
  }
  return std::nullopt;
}

// A word as what it looks like; the text itself when it looks like nothing else.
Value word_value(std::string_view text, Arena& arena) {
  const std::string_view word = trimmed(text);
  if (word == "null") return make::null();
  if (word == "true" || word == "false") return make::boolean(word == "true");
  if (const auto value = temporal_value(word)) return *value;
  if (const auto value = number_value(word, arena)) return *value;
  return make::string(arena.copy(text));
}

// Arrays and maps, in which text is quoted. Every step answers nothing when the text is not well formed.
class Composite {
 public:
  Composite(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  std::optional<Value> whole() {
    const auto value = part(0);
    skip_space();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  std::optional<Value> part(std::size_t depth) {
    skip_space();
    if (at_ == text_.size() || depth > kUsualDepth) return std::nullopt;
    switch (text_[at_]) {
      case '[': return list(']', depth);
      case '{': return list('}', depth);
      case '"': return quoted();
      default: return word();
    }
  }

  // `close` tells an array from a map, whose items are a key, a colon and a value.
  std::optional<Value> list(char close, std::size_t depth) {
    std::vector<Value> items;
    ++at_;
    skip_space();
    if (!skip(close)) {
      do {
        if (close == '}') {
          const auto key = part(depth + 1);
          skip_space();
          if (!key || !skip(':')) return std::nullopt;
          items.push_back(*key);
        }
        const auto item = part(depth + 1);
        if (!item) return std::nullopt;
        items.push_back(*item);
        skip_space();
      } while (skip(','));
      if (!skip(close)) return std::nullopt;
    }
    const auto kept = arena_.array<Value>(items.size());
    std::copy(items.begin(), items.end(), kept.begin());
    return close == ']' ? make::array(kept) : make::map(kept);
  }

  // A backslash stands before a quote or another backslash.
  std::optional<Value> quoted() {
    std::string inside;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      inside += text_[at_];
    }
    if (!skip('"')) return std::nullopt;
    return make::string(arena_.copy(inside));
  }

  std::optional<Value> word() {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of("[]{},\"", at_), text_.size());
    // Times have colons inside, keys have one behind them.
    const std::string_view run = text_.substr(start, at_ - start);
    if (const std::size_t colon = run.find(':'); colon != std::string_view::npos && !temporal_value(trimmed(run)))
      at_ = start + colon;
    const std::string_view word = trimmed(text_.substr(start, at_ - start));
    if (word.empty()) return std::nullopt;
    const Value value = word_value(word, arena_);
    return tag_of(value) == Tag::string ? std::nullopt : std::optional(value);
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  bool skip(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  Arena& arena_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Converted> SimpleHeaderConverter::convert(std::string_view, std::optional<std::string_view> bytes,
                                                 const Target& target) {
  if (!bytes) return Converted{make::null()};
  if (!is_utf8(*bytes)) {
    const std::string_view copy = target.arena.copy(*bytes);
    return Converted{make::bytes({reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size()})};
  }
  const std::string_view word = trimmed(*bytes);
  if (word.starts_with('[') || word.starts_with('{'))
    if (const auto value = Composite(word, target.arena).whole()) return Converted{*value};
  return Converted{word_value(*bytes, target.arena)};
}

}  // namespace sinkway::convert
