#include "host/convert/json_fault.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "host/convert/json_number.hpp"
#include "host/convert/utf8.hpp"

namespace sinkway::convert {

namespace {

struct Fault {
  std::string_view id;
  std::string reason;
  std::size_t at = 0;
};

// A recursive descent that stops at the first fault. Every step is true when all was well.
class Finder {
 public:
  Finder(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  bool whole_text() {
    const std::size_t valid = valid_utf8_length(text_);
    if (valid != text_.size()) return wrong("json.utf8", "bytes that are not UTF-8", valid);
    skip_space();
    if (done()) return wrong("json.empty", "there is no value", at_);
    if (!value(0)) return false;
    skip_space();
    return done() || wrong("json.trailing", "text after the end of the value", at_);
  }
  [[nodiscard]] const Fault& fault() const { return fault_; }

 private:
  bool value(std::size_t depth) {
    skip_space();
    if (done()) return cut();
    switch (text_[at_]) {
      case '{':
      case '[':
        if (depth == max_depth_)
          return wrong("json.depth", fmt::format("more than {} levels of nesting", max_depth_), at_);
        return text_[at_] == '{' ? object(depth) : array(depth);
      case '"': return string();
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: return number();
    }
  }

  bool object(std::size_t depth) {
    ++at_;
    skip_space();
    if (skip('}')) return true;
    do {
      skip_space();
      if (done()) return cut();
      if (text_[at_] != '"') return wrong("json.syntax", "a member name in quotes is expected here", at_);
      if (!string()) return false;
      skip_space();
      if (!skip(':')) return done() ? cut() : wrong("json.syntax", "a colon is expected here", at_);
      if (!value(depth + 1)) return false;
      skip_space();
    } while (skip(','));
    if (skip('}')) return true;
    return done() ? cut() : wrong("json.syntax", "a comma or the end of the object is expected here", at_);
  }

  bool array(std::size_t depth) {
    ++at_;
    skip_space();
    if (skip(']')) return true;
    do {
      if (!value(depth + 1)) return false;
      skip_space();
    } while (skip(','));
    if (skip(']')) return true;
    return done() ? cut() : wrong("json.syntax", "a comma or the end of the array is expected here", at_);
  }

  bool string() {
    for (++at_; !done(); ++at_) {
      const char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<unsigned char>(c) < 0x20)
        return wrong("json.control", "a control character inside of a string", at_);
      if (c == '\\' && !escape()) return false;
    }
    return cut();
  }

  // Leaves at_ on the last byte of the escape.
  bool escape() {
    const std::size_t start = at_++;
    if (done()) return cut();
    if (text_[at_] != 'u') {
      const bool known = std::string_view("\"\\/bfnrt").find(text_[at_]) != std::string_view::npos;
      return known || wrong("json.escape", "an unknown escape", start);
    }
    std::uint32_t unit = 0;
    if (!hex_unit(start, unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    std::uint32_t low = 0;
    const bool paired = unit < 0xDC00 && text_.substr(at_ + 1).starts_with("\\u");
    if (!paired) return wrong("json.surrogate", "half of a surrogate pair", start);
    at_ += 2;
    if (!hex_unit(start, low)) return false;
    return (low >= 0xDC00 && low <= 0xDFFF) || wrong("json.surrogate", "half of a surrogate pair", start);
  }

  // The four digits after the `u` at at_.
  bool hex_unit(std::size_t start, std::uint32_t& unit) {
    const std::string_view digits = text_.substr(at_ + 1, 4);
    const char* const end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, unit, 16).ptr != end)
      return wrong("json.escape", "an unknown escape", start);
    if (digits.size() < 4) return cut();
    at_ += 4;
    return true;
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_).starts_with(word)) return at_ += word.size(), true;
    return word.starts_with(text_.substr(at_)) ? cut() : wrong("json.syntax", "a value is expected here", at_);
  }

  bool number() {
    const std::string_view rest = text_.substr(at_);
    const std::size_t length = number_length(rest);
    const char first = text_[at_];
    if (length == 0 && first != '-' && (first < '0' || first > '9'))
      return wrong("json.syntax", "a value is expected here", at_);
    const std::size_t run = std::min(rest.find_first_not_of("0123456789+-.eE"), rest.size());
    if (run != length) {
      if (run == rest.size() && is_begun(rest)) return cut();
      return wrong("json.number", "not a number as JSON writes it", at_);
    }
    if (length > kLongestNumber)
      return wrong("json.number_length", fmt::format("a number of more than {} characters", kLongestNumber), at_);
    at_ += length;
    return true;
  }

  // Whether more text could make a number of it.
  static bool is_begun(std::string_view text) {
    return number_length(std::string(text) + "0") == text.size() + 1;
  }

  void skip_space() {
    while (!done() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  bool skip(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  bool cut() { return wrong("json.truncated", "the text ends in the middle of a value", text_.size()); }
  bool wrong(std::string_view id, std::string reason, std::size_t at) {
    fault_ = {id, std::move(reason), at};
    return false;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  Fault fault_;
};

}  // namespace

Error json_error(std::string_view id, std::size_t at, std::size_t size, std::string_view reason) {
  return Error(fmt::format("JSON is wrong at byte {} of {}: {}", at, size, reason)).with_id(std::string(id));
}

std::optional<Error> find_json_fault(std::string_view text, std::size_t max_depth) {
  Finder finder(text, max_depth);
  if (finder.whole_text()) return std::nullopt;
  return json_error(finder.fault().id, finder.fault().at, text.size(), finder.fault().reason);
}

}  // namespace sinkway::convert
