#include "host/data/temporal.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace sinkway::temporal {
namespace {

constexpr std::optional<std::int64_t> kNothing = std::nullopt;

struct Case {
  std::string_view text;
  std::optional<std::int64_t> number;
};

TEST(Temporal, DatesAreDaysSince1970) {
  const Case cases[] = {
      {"1970-01-01", 0},        {"1970-01-02", 1},        {"1969-12-31", -1},       {"2026-01-01", 20454},
      {"2026/01/01", 20454},    {"2000-02-29", 11016},    {"0001-01-01", -719162},  {"9999-12-31", 2932896},
      {"294276-12-31", 106762939},
      {"2023-02-29", kNothing}, {"1900-02-29", kNothing}, {"2026-13-01", kNothing}, {"2026-00-01", kNothing},
      {"2026-01-00", kNothing}, {"2026-01-32", kNothing}, {"0000-01-01", kNothing}, {"26-01-01", kNothing},
      {"2026-1-1", kNothing},   {"2026-01/01", kNothing}, {"2026-01-01 ", kNothing}, {"", kNothing},
      {"2026-01", kNothing},    {"-2026-01-01", kNothing}};
  for (const Case& c : cases) EXPECT_EQ(parse_date(c.text), c.number) << c.text;
}

TEST(Temporal, TimesAreMicrosecondsSinceMidnight) {
  const Case cases[] = {{"00:00", 0},
                        {"12:30", 45'000'000'000},
                        {"12:30:01", 45'001'000'000},
                        {"12:30:01.5", 45'001'500'000},
                        {"12:30:01.123456", 45'001'123'456},
                        {"12:30:01.1234564", 45'001'123'456},
                        {"12:30:01.1234565", 45'001'123'457},
                        {"12:30:01.9999999", 45'002'000'000},
                        {"12:30:60", 45'060'000'000},
                        {"24:00:00", 86'400'000'000},
                        {"24:00:00.1", kNothing},
                        {"24:00:01", kNothing},
                        {"25:00:00", kNothing},
                        {"12:60:00", kNothing},
                        {"12:30:61", kNothing},
                        {"12:30:", kNothing},
                        {"12:30:01.", kNothing},
                        {"1:30:00", kNothing},
                        {"12:30:01Z", kNothing},
                        {"", kNothing}};
  for (const Case& c : cases) EXPECT_EQ(parse_time(c.text), c.number) << c.text;
}

TEST(Temporal, TimestampsAreMicrosecondsSince1970) {
  constexpr std::int64_t kNewYear = 1'767'225'600'000'000;
  const Case cases[] = {{"2026-01-01 00:00:00.0", kNewYear},
                        {"2026/01/01 00:00:00", kNewYear},
                        {"2026-01-01T00:00:00", kNewYear},
                        {"2026-01-01T00:00:00Z", kNewYear},
                        {"2026-01-01t00:00:00z", kNewYear},
                        {"2026-01-01", kNewYear},
                        {"2026-01-01 00:00", kNewYear},
                        {"2026-01-01 00:00:00.000001", kNewYear + 1},
                        {"2025-12-31 23:59:59.9999999", kNewYear},
                        {"2026-01-01T02:00:00+02", kNewYear},
                        {"2026-01-01T02:00:00+02:00", kNewYear},
                        {"2026-01-01T05:30:00+0530", kNewYear},
                        {"2025-12-31 19:00:00 -05:00", kNewYear},
                        {"1969-12-31T23:59:59.999999Z", -1},
                        {"294247-01-10T04:00:54.775807Z", std::numeric_limits<std::int64_t>::max()},
                        {"294247-01-10T04:00:54.775808Z", kNothing},
                        {"999999-12-31 00:00:00", kNothing},
                        {"2026-01-01T00:00:00+16:00", kNothing},
                        {"2026-01-01T00:00:00+02:60", kNothing},
                        {"2026-01-01T00:00:00+2", kNothing},
                        {"2026-01-01T00:00:00X", kNothing},
                        {"2026-01-01X00:00:00", kNothing},
                        {"2026-01-01T", kNothing},
                        {"2026-01-01 ", kNothing},
                        {"2026-01-01T00:00:00ZZ", kNothing},
                        {"infinity", kNothing},
                        {"", kNothing}};
  for (const Case& c : cases) EXPECT_EQ(parse_timestamp(c.text), c.number) << c.text;
}

TEST(Temporal, PrintingNeedsAsManyDigitsAsThereAre) {
  EXPECT_EQ(print_date(0), "1970-01-01");
  EXPECT_EQ(print_date(-719163), "0000-12-31");
  EXPECT_EQ(print_date(-719529), "-0001-12-31");
  EXPECT_EQ(print_date(2932897), "+10000-01-01");
  EXPECT_EQ(print_time(0), "00:00:00");
  EXPECT_EQ(print_time(45'001'500'000), "12:30:01.5");
  EXPECT_EQ(print_time(1), "00:00:00.000001");
  EXPECT_EQ(print_time(kMicrosPerDay), "24:00:00");
  EXPECT_EQ(print_timestamp(1'767'225'600'250'000), "2026-01-01T00:00:00.25Z");
  EXPECT_EQ(print_timestamp(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(Temporal, EveryDayOfNineteenThousandYearsComesBack) {
  for (std::int64_t day = -4'000'000; day <= 3'000'000; day += 13) {
    const Civil date = civil_from_days(day);
    ASSERT_EQ(days_from_civil(date), day);
    ASSERT_TRUE(date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31) << day;
  }
}

TEST(Temporal, AnyInstantBetweenTheYears1And9999ComesBack) {
  std::mt19937_64 random(20260101);
  std::uniform_int_distribution<std::int64_t> instants(-719'162 * kMicrosPerDay, 2'932'897 * kMicrosPerDay - 1);
  for (int round = 0; round < 5000; ++round) {
    const std::int64_t instant = instants(random);
    ASSERT_EQ(parse_timestamp(print_timestamp(instant)), instant);
  }
}

TEST(Temporal, OtherUnitsBecomeMicrosecondsOrNothing) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(to_micros(2, Unit::seconds), 2'000'000);
  EXPECT_EQ(to_micros(2, Unit::millis), 2'000);
  EXPECT_EQ(to_micros(kMost, Unit::micros), kMost);
  EXPECT_EQ(to_micros(-1, Unit::nanos), -1);
  EXPECT_EQ(to_micros(kMost / 1000 + 1, Unit::millis), kNothing);
  EXPECT_EQ(to_micros(kMost / 1'000'000 + 1, Unit::seconds), kNothing);
  EXPECT_EQ(micros_to_millis(-1), -1);
  EXPECT_EQ(micros_to_millis(1999), 1);
}

}  // namespace
}  // namespace sinkway::temporal
