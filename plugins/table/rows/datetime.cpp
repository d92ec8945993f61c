#include "plugins/table/rows/datetime.hpp"

#include <charconv>

namespace sinkway::table {
namespace {

// Days since 2000-01-01 in the proleptic Gregorian calendar; era arithmetic over 400-year cycles that begin in March.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468 - kDaysTo2000;
}

struct Civil {
  std::int64_t year;
  unsigned month, day;
};

Civil civil_of(std::int64_t days) {
  days += 719'468 + kDaysTo2000;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

unsigned days_in(std::int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Reads from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] char peek() const { return at_ < end_ ? *at_ : '\0'; }
  [[nodiscard]] char second() const { return end_ - at_ > 1 ? at_[1] : '\0'; }
  [[nodiscard]] static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
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
  // Digits of a fraction as microseconds, rounded.
  bool fraction(std::int64_t& micros) {
    int digits = 0;
    micros = 0;
    for (; peek() >= '0' && peek() <= '9'; ++digits) {
      const int digit = *at_++ - '0';
      if (digits < 6) micros = micros * 10 + digit;
      if (digits == 6 && digit >= 5) ++micros;
    }
    for (int n = digits; n < 6; ++n) micros *= 10;
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
};

Fault read_date(Reader& in, std::int64_t& year, unsigned& month, unsigned& day) {
  if (!in.number(4, 6, year)) return Fault::bad_format;
  const char separator = in.peek();
  if (separator != '-' && separator != '/') return Fault::bad_format;
  if (!in.take(separator) || !in.two(month) || !in.take(separator) || !in.two(day)) return Fault::bad_format;
  if (month < 1 || month > 12 || day < 1) return Fault::out_of_range;
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

Fault read_zone(Reader& in, std::int64_t& micros) {
  if (in.take('Z') || in.take('z')) return Fault::none;
  const int sign = in.peek() == '+' ? 1 : in.peek() == '-' ? -1 : 0;
  if (sign == 0) return Fault::none;
  in.take(in.peek());
  unsigned hours = 0, minutes = 0;
  if (!in.two(hours)) return Fault::bad_format;
  const bool colon = in.take(':');
  if ((colon || (in.peek() >= '0' && in.peek() <= '9')) && !in.two(minutes)) return Fault::bad_format;
  if (hours > 15 || minutes > 59) return Fault::out_of_range;
  micros -= sign * (hours * 60LL + minutes) * 60'000'000;
  return Fault::none;
}

Fault read(std::string_view text, Read& out) {
  Reader in(text);
  std::int64_t year = 0;
  unsigned month = 0, day = 0;
  if (const Fault fault = read_date(in, year, month, day); fault != Fault::none) return fault;
  if (in.peek() == 'T' || in.peek() == 't' || (in.peek() == ' ' && in.is_digit(in.second()))) {
    in.take(in.peek());
    if (const Fault fault = read_clock(in, out.micros); fault != Fault::none) return fault;
    if (in.second() == '+' || in.second() == '-' || in.second() == 'Z') in.take(' ');
    if (const Fault fault = read_zone(in, out.micros); fault != Fault::none) return fault;
  }
  if (in.word(" BC")) year = 1 - year;
  if (!in.done()) return Fault::bad_format;
  if (day > days_in(year, month)) return Fault::out_of_range;
  out.days = days_of(year, month, day);
  return Fault::none;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void put_padded(std::int64_t number, int digits, ByteBuffer& out) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  for (auto n = static_cast<int>(end - text); n < digits; ++n) out.put("0");
  out.put({text, static_cast<std::size_t>(end - text)});
}

void put_civil(const Civil& date, ByteBuffer& out) {
  put_padded(date.year > 0 ? date.year : 1 - date.year, 4, out);
  out.put("-");
  put_padded(date.month, 2, out);
  out.put("-");
  put_padded(date.day, 2, out);
}

std::int64_t floor_divided(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0); }

}  // namespace

Fault parse_timestamp(std::string_view text, std::int64_t& micros) {
  text = trimmed(text);
  if (text == "infinity" || text == "-infinity") {
    micros = text.front() == '-' ? kMinusInfinity : kInfinity;
    return Fault::none;
  }
  Read read_text;
  if (const Fault fault = read(text, read_text); fault != Fault::none) return fault;
  if (read_text.days < kFirstDay - 1 || read_text.days > 106'751'983) return Fault::out_of_range;  // the last day that fits in 64 bits
  micros = read_text.days * kMicrosPerDay + read_text.micros;
  return micros < kFirstMicro || micros > kLastMicro ? Fault::out_of_range : Fault::none;
}

Fault parse_date(std::string_view text, std::int32_t& days) {
  text = trimmed(text);
  if (text == "infinity" || text == "-infinity") {
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
  Reader in(trimmed(text));
  const Fault fault = read_clock(in, micros);
  return fault != Fault::none ? fault : in.done() ? Fault::none : Fault::bad_format;
}

Fault timestamp_from_epoch(std::int64_t count, std::int64_t per_second, std::int64_t& micros) {
  std::int64_t since_1970 = 0;
  if (__builtin_mul_overflow(count, 1'000'000 / per_second, &since_1970)) return Fault::out_of_range;
  if (__builtin_sub_overflow(since_1970, kDaysTo2000 * kMicrosPerDay, &micros)) return Fault::out_of_range;
  return micros < kFirstMicro || micros > kLastMicro ? Fault::out_of_range : Fault::none;
}

void print_timestamp(std::int64_t micros, bool zone, ByteBuffer& out) {
  if (micros == kInfinity || micros == kMinusInfinity) return out.put(micros == kInfinity ? "infinity" : "-infinity");
  const std::int64_t days = floor_divided(micros, kMicrosPerDay);
  const Civil date = civil_of(days);
  put_civil(date, out);
  out.put(" ");
  print_time(micros - days * kMicrosPerDay, out);
  if (zone) out.put("+00");
  if (date.year <= 0) out.put(" BC");
}

void print_date(std::int32_t days, ByteBuffer& out) {
  if (days == kDateInfinity || days == kDateMinusInfinity) return out.put(days == kDateInfinity ? "infinity" : "-infinity");
  const Civil date = civil_of(days);
  put_civil(date, out);
  if (date.year <= 0) out.put(" BC");
}

void print_time(std::int64_t micros, ByteBuffer& out) {
  put_padded(micros / 3'600'000'000, 2, out);
  out.put(":");
  put_padded(micros / 60'000'000 % 60, 2, out);
  out.put(":");
  put_padded(micros / 1'000'000 % 60, 2, out);
  if (micros % 1'000'000 == 0) return;
  out.put(".");
  put_padded(micros % 1'000'000, 6, out);
}

}  // namespace sinkway::table
