#include "plugins/table/rows/datetime.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace sinkway::table {
namespace {

std::string printed_timestamp(std::int64_t micros) {
  ByteBuffer out;
  print_timestamp(micros, false, out);
  return std::string(out.view());
}

struct Read {
  std::string_view text;
  std::string_view printed;
};

class TimestampText : public testing::TestWithParam<Read> {};

TEST_P(TimestampText, IsReadAsUtc) {
  std::int64_t micros = 0;
  ASSERT_EQ(parse_timestamp(GetParam().text, micros), Fault::none);
  EXPECT_EQ(printed_timestamp(micros), GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, TimestampText,
    testing::Values(Read{"2026-11-26 07:30:00.5", "2026-11-26 07:30:00.500000"},
                    Read{"2026-11-26T07:30:00Z", "2026-11-26 07:30:00"},
                    Read{"2026/11/26 07:30:00", "2026-11-26 07:30:00"}, Read{"2026-11-26 07:30", "2026-11-26 07:30:00"},
                    Read{"2026-11-26", "2026-11-26 00:00:00"}, Read{" 2026-11-26 ", "2026-11-26 00:00:00"},
                    Read{"2026-11-26T07:30:00+02:00", "2026-11-26 05:30:00"},
                    Read{"2026-11-26 00:30:00 +0130", "2026-11-25 23:00:00"},
                    Read{"2026-11-26 07:30:00-05", "2026-11-26 12:30:00"},
                    Read{"2026-11-26t07:30:00.123456789z", "2026-11-26 07:30:00.123457"},
                    Read{"2026-11-26 07:30:00,25", "2026-11-26 07:30:00.250000"},
                    Read{"2026-12-31 24:00:00", "2027-01-01 00:00:00"},
                    Read{"2026-12-31 23:59:60", "2027-01-01 00:00:00"},
                    Read{"2026-12-31 23:59:59.9999999", "2027-01-01 00:00:00"},
                    Read{"2024-02-29", "2024-02-29 00:00:00"}, Read{"2000-01-01", "2000-01-01 00:00:00"},
                    Read{"1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"},
                    Read{"0001-01-01 BC", "0001-01-01 00:00:00 BC"},
                    Read{"4714-11-24 00:00:00 BC", "4714-11-24 00:00:00 BC"},
                    Read{"4714-11-24 BC", "4714-11-24 00:00:00 BC"},
                    Read{"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"}, Read{"infinity", "infinity"},
                    Read{"-infinity", "-infinity"}, Read{"Infinity", "infinity"}, Read{"-INFINITY", "-infinity"},
                    Read{"1890-01-01 12:00:00+00:53:28", "1890-01-01 11:06:32"},
                    Read{"2026-11-26 07:30:00.1234565", "2026-11-26 07:30:00.123456"},
                    Read{"2026-11-26 07:30:00.1234575", "2026-11-26 07:30:00.123458"},
                    Read{"2026-11-26 07:30:00.12345650000000001", "2026-11-26 07:30:00.123456"}, Read{"0001-01-01T00:00:00+00 BC", "0001-01-01 00:00:00 BC"}));

struct Bad {
  std::string_view text;
  Fault fault;
};

class BadTimestampText : public testing::TestWithParam<Bad> {};

TEST_P(BadTimestampText, IsRefused) {
  std::int64_t micros = 0;
  EXPECT_EQ(parse_timestamp(GetParam().text, micros), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, BadTimestampText,
    testing::Values(Bad{"", Fault::bad_format}, Bad{"yesterday", Fault::bad_format},
                    Bad{"2026-11-26 07", Fault::bad_format}, Bad{"2026-11-26x", Fault::bad_format},
                    Bad{"2026-11/26", Fault::bad_format}, Bad{"26-11-26", Fault::bad_format},
                    Bad{"2026-11-26 07:30:00.", Fault::bad_format},
                    Bad{"2026-11-26 07:30:00 Europe/Paris", Fault::bad_format},
                    Bad{"2026-11-26 07:30:00+", Fault::bad_format}, Bad{"2026-1-2", Fault::bad_format},
                    Bad{"2026-11-26 ", Fault::none}, Bad{"2026-13-01", Fault::out_of_range},
                    Bad{"0000-01-01", Fault::out_of_range}, Bad{"0000-01-01 00:00:00", Fault::out_of_range},
                    Bad{"2026-11-26 07:30:0a", Fault::bad_format}, Bad{"2026-11-26 07:30:00.1a", Fault::bad_format},
                    Bad{"2026-11-26 07:30:60.5", Fault::none}, Bad{"2026-02-30 00:00:00", Fault::out_of_range},
                    Bad{"2026-02-29 00:00:00", Fault::out_of_range}, Bad{"2026-11-26 24:00:00.5", Fault::out_of_range},
                    Bad{"2026-00-01", Fault::out_of_range}, Bad{"2026-02-29", Fault::out_of_range},
                    Bad{"1900-02-29", Fault::out_of_range}, Bad{"2026-11-31", Fault::out_of_range},
                    Bad{"2026-11-26 25:00", Fault::out_of_range}, Bad{"2026-11-26 23:60", Fault::out_of_range},
                    Bad{"2026-11-26 24:00:01", Fault::out_of_range}, Bad{"4714-11-23 BC", Fault::out_of_range},
                    Bad{"294277-01-01", Fault::out_of_range}, Bad{"999999-01-01", Fault::out_of_range}));

TEST(Datetime, DatesReachFurtherThanTimestamps) {
  std::int32_t days = 0;
  std::int64_t micros = 0;
  EXPECT_EQ(parse_date("300000-01-01", days), Fault::none);
  EXPECT_EQ(parse_timestamp("300000-01-01", micros), Fault::out_of_range);
  EXPECT_EQ(parse_date("2000-01-01 23:00", days), Fault::none);
  EXPECT_EQ(days, 0);
  EXPECT_EQ(parse_date("2000-01-02Z", days), Fault::none);
  EXPECT_EQ(days, 1);
  EXPECT_EQ(parse_date("2000-01-02+14:00", days), Fault::none) << "a day has no zone";
  EXPECT_EQ(days, 1);
  EXPECT_EQ(parse_timestamp("2000-01-02+02:00", micros), Fault::none);
  EXPECT_EQ(micros, 22LL * 3'600'000'000);
  EXPECT_EQ(parse_date("-infinity", days), Fault::none);
  EXPECT_EQ(days, std::numeric_limits<std::int32_t>::min());
}

TEST(Datetime, TimesOfDayEndAtTwentyFourHours) {
  std::int64_t micros = 0;
  EXPECT_EQ(parse_time("07:30", micros), Fault::none);
  EXPECT_EQ(micros, 27'000'000'000);
  EXPECT_EQ(parse_time("24:00:00", micros), Fault::none);
  EXPECT_EQ(micros, kMicrosPerDay);
  EXPECT_EQ(parse_time("24:00:00.000001", micros), Fault::out_of_range);
  EXPECT_EQ(parse_time("7:30", micros), Fault::bad_format);
  for (const char* text : {"07:30:00Z", "07:30:00+02", "07:30:00 -03:30"}) {
    EXPECT_EQ(parse_time(text, micros), Fault::none) << text;
    EXPECT_EQ(micros, 27'000'000'000) << text << ": the zone is passed over";
  }
  EXPECT_EQ(parse_time("07:30:00+", micros), Fault::bad_format);
}

TEST(Datetime, EpochsAreCountedFrom1970AndCheckedAtBothEnds) {
  std::int64_t micros = 0;
  EXPECT_EQ(timestamp_from_epoch(946'684'800'000, 1'000, micros), Fault::none);
  EXPECT_EQ(micros, 0);
  EXPECT_EQ(timestamp_from_epoch(-1, 1'000'000, micros), Fault::none);
  EXPECT_EQ(printed_timestamp(micros), "1969-12-31 23:59:59.999999");
  for (const std::int64_t count : {std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(timestamp_from_epoch(count, 1'000, micros), Fault::out_of_range);
  }
  EXPECT_EQ(timestamp_from_epoch(std::numeric_limits<std::int64_t>::min(), 1'000'000, micros), Fault::out_of_range);
}

TEST(Datetime, TheCommonSpellingMeansTheSameAsWithAZone) {
  // With a zone the general reader reads it.
  for (const char* date : {"0001-01-01", "1600-02-29", "1999-12-31", "2000-01-01", "2024-02-28", "2024-02-29",
                           "2024-03-01", "1900-03-01", "2100-12-31", "9999-12-31"}) {
    for (const char* time : {"00:00:00", "23:59:59", "07:30:15.5", "07:30:15.000001", "07:30:15.123",
                             "12:00:00.999999"}) {
      const std::string text = std::string(date) + " " + time;
      std::int64_t common = 0, general = 1;
      ASSERT_EQ(parse_timestamp(text, common), Fault::none) << text;
      ASSERT_EQ(parse_timestamp(text + "+00", general), Fault::none) << text;
      EXPECT_EQ(common, general) << text;
    }
  }
}

TEST(Datetime, EveryDayOfEightHundredYearsIsPrintedAsItWasRead) {
  const std::int32_t first = -146'097, last = 146'097;
  for (std::int32_t day = first; day <= last; ++day) {
    ByteBuffer out;
    print_date(day, out);
    std::int32_t again = 0;
    ASSERT_EQ(parse_date(out.view(), again), Fault::none) << out.view();
    ASSERT_EQ(again, day) << out.view();
  }
}

}  // namespace
}  // namespace sinkway::table
