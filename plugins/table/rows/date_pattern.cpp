#include "plugins/table/rows/date_pattern.hpp"

#include <algorithm>
#include <array>

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/number_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",    "april",
                                                      "may",     "june",     "july",     "august",
                                                      "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::string_view kLetters = "yuMdDEHhkamsSXxZz";
constexpr std::size_t kShortName = 3;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_numeric(char letter, std::size_t count) {
  return std::string_view("yudDHhkmsS").find(letter) != std::string_view::npos || (letter == 'M' && count < 3);
}

bool take_number(std::string_view& text, std::size_t least, std::size_t most, std::int64_t& number) {
  std::size_t digits = 0;
  number = 0;
  while (digits < most && digits < text.size() && is_digit(text[digits])) number = number * 10 + (text[digits++] - '0');
  text.remove_prefix(digits);
  return digits >= least;
}

// 'text', with '' for a quote inside; '' alone is a quote, too.
bool take_quoted(std::string_view& pattern, std::string& literal) {
  if (pattern.starts_with("''")) {
    literal = "'";
    pattern.remove_prefix(2);
    return true;
  }
  for (pattern.remove_prefix(1); !pattern.empty(); pattern.remove_prefix(1)) {
    const bool is_quote = pattern[0] == '\'';
    if (is_quote && !pattern.starts_with("''")) {
      pattern.remove_prefix(1);
      return true;
    }
    if (is_quote) pattern.remove_prefix(1);
    literal += pattern[0];
  }
  return false;
}

// The whole name or its first three letters. The position of the name, or nothing.
template <std::size_t kCount>
std::optional<std::size_t> take_name(std::string_view& text, const std::array<std::string_view, kCount>& names,
                                     bool is_short) {
  for (std::size_t n = 0; n < kCount; ++n) {
    const std::string_view name = is_short ? names[n].substr(0, kShortName) : names[n];
    if (text.size() < name.size() || !same_but_case(text.substr(0, name.size()), name)) continue;
    text.remove_prefix(name.size());
    return n;
  }
  return std::nullopt;
}

// +02, +0200 or +02:00, in seconds; Z where `letter` stands for it.
bool take_offset(std::string_view& text, bool zulu, std::int64_t& seconds) {
  seconds = 0;
  if (zulu && (text.starts_with('Z') || text.starts_with('z'))) return text.remove_prefix(1), true;
  const int sign = text.starts_with('+') ? 1 : text.starts_with('-') ? -1 : 0;
  if (sign == 0) return false;
  text.remove_prefix(1);
  std::int64_t hours = 0, minutes = 0;
  if (!take_number(text, 2, 2, hours)) return false;
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!take_number(text, 2, 2, minutes)) return false;
  } else if (!text.empty() && is_digit(text[0]) && !take_number(text, 2, 2, minutes)) {
    return false;
  }
  seconds = sign * (hours * 60 + minutes) * 60;
  return hours <= 18 && minutes < 60;
}

}  // namespace

struct DatePattern::Fields {
  std::int64_t year = 1970, month = 1, day = 1, day_of_year = 0;
  std::int64_t hour = 0, minute = 0, second = 0, fraction = 0;  // of microseconds
  bool twelve = false, afternoon = false;
  std::optional<std::int64_t> offset;
};

std::optional<DatePattern> DatePattern::compile(std::string_view pattern, std::string& problem) {
  DatePattern made;
  std::vector<std::size_t> open;
  const auto put_literal = [&](std::string_view text) {
    if (made.items_.empty() || made.items_.back().letter != 0) made.items_.emplace_back();
    made.items_.back().literal += text;
  };
  const std::string whole(pattern);
  while (!pattern.empty()) {
    const char c = pattern[0];
    if (c == '\'') {
      std::string literal;
      if (!take_quoted(pattern, literal)) {
        problem = "has a quote that is not closed: " + whole;
        return std::nullopt;
      }
      put_literal(literal);
    } else if (c == '[') {
      open.push_back(made.items_.size());
      made.items_.push_back({'[', 0, {}, false});
      pattern.remove_prefix(1);
    } else if (c == ']' && !open.empty()) {
      made.items_[open.back()].count = made.items_.size() - open.back() - 1;
      made.items_.push_back({']', 0, {}, false});
      open.pop_back();
      pattern.remove_prefix(1);
    } else if (is_letter(c)) {
      const std::size_t count = std::min(pattern.find_first_not_of(c), pattern.size());
      if (kLetters.find(c) == std::string_view::npos) {
        problem = "has the letter " + std::string(1, c) + ", which stands for nothing known here; put text in single "
                  "quotes: " + whole;
        return std::nullopt;
      }
      made.items_.push_back({c, count, {}, false});
      pattern.remove_prefix(count);
    } else {
      put_literal(pattern.substr(0, 1));
      pattern.remove_prefix(1);
    }
  }
  if (!open.empty()) problem = "has a bracket that is not closed: " + whole;
  const auto is_field = [](const Item& item) { return is_letter(item.letter); };
  if (problem.empty() && std::ranges::none_of(made.items_, is_field)) problem = "has no date and no time: " + whole;
  if (!problem.empty()) return std::nullopt;
  for (std::size_t n = 0; n + 1 < made.items_.size(); ++n)
    made.items_[n].fixed_width = is_numeric(made.items_[n + 1].letter, made.items_[n + 1].count);
  return made;
}

bool DatePattern::read(const Item& item, std::string_view& text, Fields& fields) {
  // One letter takes as many digits as there are, unless another number follows at once.
  const std::size_t most = item.fixed_width ? item.count : std::max<std::size_t>(item.count, 2);
  const std::size_t least = item.count;
  std::int64_t number = 0;
  switch (item.letter) {
    case 0:
      if (!text.starts_with(item.literal)) return false;
      text.remove_prefix(item.literal.size());
      return true;
    case 'y':
    case 'u':
      if (item.count == 2) {
        if (!take_number(text, 2, 2, number)) return false;
        fields.year = 2'000 + number;
        return true;
      }
      return take_number(text, least, item.fixed_width ? item.count : 6, fields.year);
    case 'M': {
      if (item.count < kShortName) return take_number(text, least, most, fields.month);
      const auto month = take_name(text, kMonths, item.count == kShortName);
      if (month) fields.month = static_cast<std::int64_t>(*month) + 1;
      return month.has_value();
    }
    case 'd': return take_number(text, least, most, fields.day);
    case 'D': return take_number(text, least, 3, fields.day_of_year) && fields.day_of_year > 0;
    case 'E': return take_name(text, kDays, item.count <= kShortName).has_value();
    case 'H': return take_number(text, least, most, fields.hour);
    case 'k':
      if (!take_number(text, least, most, fields.hour)) return false;
      fields.hour = fields.hour == 24 ? 0 : fields.hour;
      return true;
    case 'h': fields.twelve = true; return take_number(text, least, most, fields.hour);
    case 'a': {
      if (text.size() < 2 || (text[1] | 0x20) != 'm') return false;
      const char half = static_cast<char>(text[0] | 0x20);
      fields.afternoon = half == 'p';
      text.remove_prefix(2);
      return half == 'p' || half == 'a';
    }
    case 'm': return take_number(text, least, most, fields.minute);
    case 's': return take_number(text, least, most, fields.second);
    case 'S': {
      const std::size_t before = text.size();
      if (!take_number(text, 1, item.fixed_width ? item.count : 9, number)) return false;
      for (std::size_t digits = before - text.size(); digits < 9; ++digits) number *= 10;
      fields.fraction = (number + 500) / 1'000;
      return true;
    }
    case 'z':
      for (const std::string_view name : {"UTC", "GMT", "Z"}) {
        if (!text.starts_with(name)) continue;
        text.remove_prefix(name.size());
        fields.offset = 0;
        return true;
      }
      return false;
    default:  // X, x, Z
      if (!take_offset(text, item.letter == 'X', number)) return false;
      fields.offset = number;
      return true;
  }
}

bool DatePattern::read_all(std::size_t from, std::size_t to, std::string_view& text, Fields& fields) const {
  for (std::size_t n = from; n < to; ++n) {
    const Item& item = items_[n];
    if (item.letter == ']') continue;
    if (item.letter != '[') {
      if (!read(item, text, fields)) return false;
      continue;
    }
    std::string_view rest = text;
    Fields tried = fields;
    if (read_all(n + 1, n + 1 + item.count, rest, tried)) {
      text = rest;
      fields = tried;
    }
    n += item.count;
  }
  return true;
}

Fault DatePattern::parse(std::string_view text, Moment& moment) const {
  text = without_blanks(text);
  Fields fields;
  if (!read_all(0, items_.size(), text, fields) || !text.empty()) return Fault::bad_format;
  return made_of(fields, moment);
}

Fault DatePattern::made_of(const Fields& fields, Moment& moment) {
  std::int64_t hour = fields.hour;
  if (fields.twelve) {
    if (hour < 1 || hour > 12) return Fault::out_of_range;
    hour = hour % 12 + (fields.afternoon ? 12 : 0);
  }
  if (fields.month < 1 || fields.month > 12 || fields.day < 1 || fields.year < 1) return Fault::out_of_range;
  const auto month = static_cast<unsigned>(fields.month);
  if (fields.day > std::int64_t{days_in(fields.year, month)}) return Fault::out_of_range;
  if (fields.day_of_year > (is_leap(fields.year) ? 366 : 365)) return Fault::out_of_range;
  if (hour > 23 || fields.minute > 59 || fields.second > 59) return Fault::out_of_range;
  const std::int64_t day = fields.day_of_year > 0
                               ? days_of(fields.year, 1, 1) + fields.day_of_year - 1
                               : days_of(fields.year, month, static_cast<unsigned>(fields.day));
  if (day > kLastMicro / kMicrosPerDay - 1) return Fault::out_of_range;
  const std::int64_t second = (hour * 60 + fields.minute) * 60 + fields.second - fields.offset.value_or(0);
  moment.micros = day * kMicrosPerDay + second * 1'000'000 + fields.fraction;
  moment.has_offset = fields.offset.has_value();
  return Fault::none;
}

}  // namespace sinkway::table
