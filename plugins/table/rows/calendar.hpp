// The proleptic Gregorian calendar, as PostgreSQL counts it: days since 2000-01-01, year 0 is 1 BC.
#pragma once

#include <cstdint>

namespace sinkway::table {

constexpr std::int64_t kDaysTo2000 = 10'957;  // from 1970-01-01

// Days since 2000-01-01 in the proleptic Gregorian calendar; era arithmetic over 400-year cycles that begin in March.
[[nodiscard]] constexpr std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468 - kDaysTo2000;
}

// The same for years from 1 on, whose numbers are small: years begin in March here, too.
[[nodiscard]] constexpr std::int64_t days_of_common(unsigned year, unsigned month, unsigned day) {
  // 0000-03-01 to 2000-01-01, and the day of the month counts from 1.
  constexpr std::int64_t kDaysFromYearZero = 730'426;
  const unsigned march_year = year - (month <= 2 ? 1 : 0);
  const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day;
  return std::int64_t{march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + of_year} -
      kDaysFromYearZero;
}

struct Civil {
  std::int64_t year;
  unsigned month, day;
};

[[nodiscard]] constexpr Civil civil_of(std::int64_t days) {
  days += 719'468 + kDaysTo2000;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

[[nodiscard]] constexpr bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

[[nodiscard]] constexpr unsigned days_in(std::int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

}  // namespace sinkway::table
