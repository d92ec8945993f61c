#include "host/data/temporal.hpp"

#include <fmt/format.h>

namespace sinkway::temporal {

namespace {

std::int64_t floor_div(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(std::int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Reads a text from its front; every step says whether it went well.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] bool next_is(char c) const { return at_ != end_ && *at_ == c; }
  bool skip(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  // Two digits, no more and no less.
  bool two_digits(int& number) {
    if (end_ - at_ < 2 || !is_digit(at_[0]) || !is_digit(at_[1])) return false;
    number = (at_[0] - '0') * 10 + (at_[1] - '0');
    at_ += 2;
    return true;
  }
  bool year(std::int64_t& number) {
    number = 0;
    const char* const start = at_;
    for (; at_ != end_ && is_digit(*at_) && at_ - start < 6; ++at_) number = number * 10 + (*at_ - '0');
    return at_ - start >= 4 && number > 0;
  }
  // At least one digit; the value in microseconds, rounded half up.
  bool fraction(std::int64_t& micros) {
    micros = 0;
    const char* const start = at_;
    for (; at_ != end_ && is_digit(*at_); ++at_)
      if (at_ - start < 6)
        micros = micros * 10 + (*at_ - '0');
      else if (at_ - start == 6 && *at_ >= '5')
        ++micros;
    const auto digits = at_ - start;
    for (auto i = digits; i < 6; ++i) micros *= 10;
    return digits > 0;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  const char* at_;
  const char* end_;
};

bool read_date(Reader& reader, std::int64_t& days) {
  Civil date{};
  if (!reader.year(date.year)) return false;
  const char separator = reader.next_is('/') ? '/' : '-';
  if (!reader.skip(separator) || !reader.two_digits(date.month)) return false;
  if (!reader.skip(separator) || !reader.two_digits(date.day)) return false;
  if (date.month < 1 || date.month > 12) return false;
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) return false;
  days = days_from_civil(date);
  return true;
}

bool read_time(Reader& reader, std::int64_t& micros) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;
  if (!reader.two_digits(hour) || !reader.skip(':') || !reader.two_digits(minute)) return false;
  if (reader.skip(':')) {
    if (!reader.two_digits(second)) return false;
    if (reader.skip('.') && !reader.fraction(fraction)) return false;
  }
  if (minute > 59 || second > 60) return false;
  micros = (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + fraction;
  return micros <= kMicrosPerDay;
}

// `Z`, `+hh`, `+hh:mm`, `+hhmm`; PostgreSQL's widest zone is 15:59 away.
bool read_zone(Reader& reader, std::int64_t& offset_micros) {
  offset_micros = 0;
  if (reader.skip('Z') || reader.skip('z')) return true;
  const bool west = reader.next_is('-');
  int hours = 0;
  int minutes = 0;
  if (!reader.skip(west ? '-' : '+') || !reader.two_digits(hours)) return false;
  if ((reader.skip(':') || !reader.done()) && !reader.two_digits(minutes)) return false;
  if (hours > 15 || minutes > 59) return false;
  offset_micros = (std::int64_t{hours} * 60 + minutes) * 60 * kMicrosPerSecond * (west ? -1 : 1);
  return true;
}

std::string print_fraction(std::int64_t micros) {
  if (micros == 0) return {};
  std::string digits = fmt::format(".{:06}", micros);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

}  // namespace

// The year begins in March here, so that the leap day is its last one; an era is 400 years, 146,097 days.
std::int64_t days_from_civil(const Civil& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

Civil civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Reader reader(text);
  std::int64_t days = 0;
  if (!read_date(reader, days) || !reader.done()) return std::nullopt;
  return days;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Reader reader(text);
  std::int64_t micros = 0;
  if (!read_time(reader, micros) || !reader.done()) return std::nullopt;
  return micros;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  Reader reader(text);
  std::int64_t days = 0;
  std::int64_t micros = 0;
  std::int64_t offset = 0;
  if (!read_date(reader, days)) return std::nullopt;
  if (!reader.done()) {
    if (!reader.skip('T') && !reader.skip(' ') && !reader.skip('t')) return std::nullopt;
    if (!read_time(reader, micros)) return std::nullopt;
    reader.skip(' ');
    if (!reader.done() && !read_zone(reader, offset)) return std::nullopt;
    if (!reader.done()) return std::nullopt;
  }
  // The widest date that can be written, 999999-12-31, is beyond 64 bits of microseconds.
  std::int64_t instant = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &instant)) return std::nullopt;
  if (__builtin_add_overflow(instant, micros - offset, &instant)) return std::nullopt;
  return instant;
}

std::string print_date(std::int64_t days) {
  const Civil date = civil_from_days(days);
  if (date.year < 0) return fmt::format("-{:04}-{:02}-{:02}", -date.year, date.month, date.day);
  return fmt::format("{}{:04}-{:02}-{:02}", date.year > 9999 ? "+" : "", date.year, date.month, date.day);
}

std::string print_time(std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  return fmt::format("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     print_fraction(micros % kMicrosPerSecond));
}

std::string print_timestamp(std::int64_t micros) {
  const std::int64_t days = floor_div(micros, kMicrosPerDay);
  return print_date(days) + "T" + print_time(micros - days * kMicrosPerDay) + "Z";
}

std::optional<std::int64_t> to_micros(std::int64_t number, Unit unit) {
  std::int64_t micros = 0;
  switch (unit) {
    case Unit::nanos: return floor_div(number, 1000);
    case Unit::micros: return number;
    case Unit::millis:
      if (__builtin_mul_overflow(number, std::int64_t{1000}, &micros)) return std::nullopt;
      return micros;
    case Unit::seconds:
      if (__builtin_mul_overflow(number, kMicrosPerSecond, &micros)) return std::nullopt;
      return micros;
  }
  return std::nullopt;
}

std::int64_t micros_to_millis(std::int64_t micros) { return floor_div(micros, 1000); }

}  // namespace sinkway::temporal
