#include "plugins/table/rows/datetime.hpp"

#include <cmath>

#include "plugins/table/rows/calendar.hpp"
#include "plugins/table/rows/common_timestamp.hpp"
#include "plugins/table/rows/number_text.hpp"

namespace sinkway::table {
namespace {

// Reads from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] char peek() const { return at_ < end_ ? *at_ : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  // T, or a blank before a digit: " BC" begins with one, too.
  bool take_clock_separator() {
    if (take('T') || take('t')) return true;
    if (end_ - at_ < 2 || *at_ != ' ' || at_[1] < '0' || at_[1] > '9') return false;
    ++at_;
    return true;
  }
  // A blank, if a zone follows.
  void skip_blank_before_zone() {
    if (end_ - at_ >= 2 && *at_ == ' ' && (at_[1] == '+' || at_[1] == '-' || at_[1] == 'Z' || at_[1] == 'z')) ++at_;
  }
  // Exactly two digits.
  bool two(unsigned& number) {
    if (end_ - at_ < 2) return false;
    const auto tens = static_cast<unsigned>(at_[0] - '0'), ones = static_cast<unsigned>(at_[1] - '0');
    if (tens > 9 || ones > 9) return false;
    number = tens * 10 + ones;
    at_ += 2;
    return true;
  }
  // Between `least` and `most` digits.
  bool number(int least, int most, std::int64_t& value) {
    int digits = 0;
    value = 0;
    while (digits < most && peek() >= '0' && peek() <= '9') {
      value = value * 10 + (*at_++ - '0');
      ++digits;
    }
    return digits >= least && !(peek() >= '0' && peek() <= '9');
  }
  // Digits of a fraction as microseconds, rounded as the server does it: half of one goes to the even neighbour.
  bool fraction(std::int64_t& micros) {
    constexpr int kExact = 15;  // digits that a double holds
    int digits = 0;
    double number = 0, whole = 1;
    for (; peek() >= '0' && peek() <= '9'; ++digits, ++at_) {
      if (digits >= kExact) continue;
      number = number * 10 + (*at_ - '0');
      whole *= 10;
    }
    micros = static_cast<std::int64_t>(std::nearbyint(number / whole * 1e6));
    return digits > 0;
  }
  bool word(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() || std::string_view(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

struct Read {
  std::int64_t days = 0;    // since 2000
  std::int64_t micros = 0;  // of the day, zone applied: may leave the day
  bool has_zone = false;
};

Fault read_date(Reader& in, std::int64_t& year, unsigned& month, unsigned& day) {
  if (!in.number(4, 7, year)) return Fault::bad_format;
  const char separator = in.peek();
  if (separator != '-' && separator != '/') return Fault::bad_format;
  if (!in.take(separator) || !in.two(month) || !in.take(separator) || !in.two(day)) return Fault::bad_format;
  if (year < 1 || month < 1 || month > 12 || day < 1) return Fault::out_of_range;
  return Fault::none;
}

Fault read_clock(Reader& in, std::int64_t& micros) {
  unsigned hour = 0, minute = 0, second = 0;
  std::int64_t fraction = 0;
  if (!in.two(hour) || !in.take(':') || !in.two(minute)) return Fault::bad_format;
  if (in.take(':')) {
    if (!in.two(second)) return Fault::bad_format;
    if ((in.take('.') || in.take(',')) && !in.fraction(fraction)) return Fault::bad_format;
  }
  if (hour > 24 || minute > 59 || second > 60) return Fault::out_of_range;
  micros = ((hour * 60LL + minute) * 60 + second) * 1'000'000 + fraction;
  return micros > kMicrosPerDay ? Fault::out_of_range : Fault::none;
}

Fault read_zone(Reader& in, std::int64_t& micros, bool& has_zone) {
  in.skip_blank_before_zone();
  has_zone = true;
  if (in.take('Z') || in.take('z')) return Fault::none;
  const int sign = in.peek() == '+' ? 1 : in.peek() == '-' ? -1 : 0;
  has_zone = sign != 0;
  if (!has_zone) return Fault::none;
  in.take(in.peek());
  unsigned hours = 0, minutes = 0, seconds = 0;
  if (!in.two(hours)) return Fault::bad_format;
  const bool colon = in.take(':');
  if ((colon || (in.peek() >= '0' && in.peek() <= '9')) && !in.two(minutes)) return Fault::bad_format;
  if (colon && in.take(':') && !in.two(seconds)) return Fault::bad_format;  // of the time before there were zones
  if (hours > 15 || minutes > 59 || seconds > 59) return Fault::out_of_range;
  micros -= sign * ((hours * 60LL + minutes) * 60 + seconds) * 1'000'000;
  return Fault::none;
}

bool is_infinity(std::string_view text) {
  return same_but_case(text.substr(text.starts_with('-') ? 1 : 0), "infinity");
}

Fault read(std::string_view text, Read& out) {
  Reader in(text);
  std::int64_t year = 0;
  unsigned month = 0, day = 0;
  if (const Fault fault = read_date(in, year, month, day); fault != Fault::none) return fault;
  if (in.take_clock_separator()) {
    if (const Fault fault = read_clock(in, out.micros); fault != Fault::none) return fault;
  }
  // Of a day alone, too, as xsd:date and Debezium's IsoDate have it.
  if (const Fault fault = read_zone(in, out.micros, out.has_zone); fault != Fault::none) return fault;
  if (in.word(" BC")) year = 1 - year;
  if (!in.done()) return Fault::bad_format;
  if (day > days_in(year, month)) return Fault::out_of_range;
  out.days = days_of(year, month, day);
  return Fault::none;
}

}  // namespace

Fault parse_timestamp(std::string_view text, std::int64_t& micros) {
  bool has_zone = false;
  return read_common_timestamp(text, micros) ? Fault::none : parse_timestamp(text, micros, has_zone);
}

Fault parse_timestamp(std::string_view text, std::int64_t& micros, bool& has_zone) {
  has_zone = false;
  if (read_common_timestamp(text, micros)) return Fault::none;
  text = without_blanks(text);
  if (is_infinity(text)) {
    micros = text.front() == '-' ? kMinusInfinity : kInfinity;
    return Fault::none;
  }
  Read read_text;
  if (const Fault fault = read(text, read_text); fault != Fault::none) return fault;
  // The last day that fits in 64 bits.
  if (read_text.days < kFirstDay - 1 || read_text.days > 106'751'983) return Fault::out_of_range;
  has_zone = read_text.has_zone;
  micros = read_text.days * kMicrosPerDay + read_text.micros;
  return micros < kFirstMicro || micros > kLastMicro ? Fault::out_of_range : Fault::none;
}

Fault parse_date(std::string_view text, std::int32_t& days) {
  text = without_blanks(text);
  if (is_infinity(text)) {
    days = text.front() == '-' ? kDateMinusInfinity : kDateInfinity;
    return Fault::none;
  }
  Read read_text;
  if (const Fault fault = read(text, read_text); fault != Fault::none) return fault;
  if (read_text.days < kFirstDay || read_text.days > kLastDay) return Fault::out_of_range;
  days = static_cast<std::int32_t>(read_text.days);
  return Fault::none;
}

Fault parse_time(std::string_view text, std::int64_t& micros) {
  Reader in(without_blanks(text));
  if (const Fault fault = read_clock(in, micros); fault != Fault::none) return fault;
  std::int64_t passed_over = 0;
  bool has_zone = false;
  const Fault fault = read_zone(in, passed_over, has_zone);
  return fault != Fault::none ? fault : in.done() ? Fault::none : Fault::bad_format;
}

Fault timestamp_from_epoch(std::int64_t count, std::int64_t per_second, std::int64_t& micros) {
  std::int64_t since_1970 = 0;
  if (__builtin_mul_overflow(count, 1'000'000 / per_second, &since_1970)) return Fault::out_of_range;
  if (__builtin_sub_overflow(since_1970, kDaysTo2000 * kMicrosPerDay, &micros)) return Fault::out_of_range;
  return micros < kFirstMicro || micros > kLastMicro ? Fault::out_of_range : Fault::none;
}

Fault date_from_epoch(std::int64_t since_1970, std::int32_t& days) {
  if (since_1970 < kFirstDay + kDaysTo2000 || since_1970 > kLastDay + kDaysTo2000) return Fault::out_of_range;
  days = static_cast<std::int32_t>(since_1970 - kDaysTo2000);
  return Fault::none;
}

}  // namespace sinkway::table
