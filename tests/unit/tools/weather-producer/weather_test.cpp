#include "tools/weather-producer/weather.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>
#include <set>

namespace sinkway::weather {
namespace {

std::string json(const Reading& reading, Precision precision = Precision::tenths) {
  std::string text;
  append_json(text, reading, precision);
  return text;
}

TEST(Weather, IsTheSameForTheSameSeedAndAnotherForAnother) {
  Station one(7, 0), same(7, 0), other(8, 0);
  bool differs = false;
  for (int n = 0; n < 100; ++n) {
    const std::string text = json(one.next());
    EXPECT_EQ(text, json(same.next()));
    differs |= text != json(other.next());
  }
  EXPECT_TRUE(differs);
}

TEST(Weather, StaysInItsRangesAndVisitsEveryCounty) {
  Station station(1, 0);
  std::set<std::string_view> counties;
  for (int n = 0; n < 20'000; ++n) {
    const Reading reading = station.next();
    EXPECT_EQ(reading.id, "A_" + std::to_string(n));
    EXPECT_LE(reading.location.size(), 20u) << "location is VARCHAR(20)";
    EXPECT_TRUE(reading.temperature >= 9.0 && reading.temperature <= 95.5) << reading.temperature;
    EXPECT_TRUE(reading.humidity >= 54.8 && reading.humidity <= 90.7) << reading.humidity;
    counties.insert(reading.location);
  }
  EXPECT_EQ(counties.size(), 67u);
}

TEST(Weather, IsScatteredOverAllNumbersEachOnce) {
  for (const std::int64_t count : {1, 2, 3, 10, 1'000, 6'765, 10'946}) {
    std::set<std::int64_t> seen;
    for (std::int64_t n = 0; n < count; ++n) seen.insert(scattered(n, count));
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(*seen.begin(), 0);
    EXPECT_EQ(*seen.rbegin(), count - 1);
  }
  EXPECT_GT(std::abs(scattered(1, 1'000'000) - scattered(2, 1'000'000)), 100'000) << "neighbours in the order are far apart";
}

TEST(Weather, IsPrintedAsTheTableWantsIt) {
  const Reading reading{"A_5", "St. Johns", 9, 54.75, Time(std::chrono::microseconds(1'767'225'599'987'654))};
  EXPECT_EQ(json(reading),
            R"({"ID":"A_5","LOCATION":"St. Johns","TEMPERATURE":9.0,"HUMIDITY":54.8,"TM":"2025-12-31 23:59:59.9"})");
  EXPECT_EQ(json(reading, Precision::microseconds),
            R"({"ID":"A_5","LOCATION":"St. Johns","TEMPERATURE":9.0,"HUMIDITY":54.8,"TM":"2025-12-31 23:59:59.987654"})");
  std::string csv;
  append_csv(csv, reading);
  EXPECT_EQ(csv, "A_5,St. Johns,9.0,54.8,2025-12-31 23:59:59.9");
}

TEST(Weather, GoesOnATenthOfASecondFromTheFirstIdOn) {
  Station station(1, 864'000);
  EXPECT_NE(json(station.next()).find(R"("ID":"A_864000")"), std::string::npos);
  EXPECT_NE(json(station.next()).find(R"("TM":"2026-01-02 00:00:00.1")"), std::string::npos);
}

TEST(Weather, GoodRecordsMatchTheSchemaAndBadOnesDoNot) {
  const std::regex good(
      R"(\{"ID":"A_\d+","LOCATION":"[A-Za-z. -]{1,20}","TEMPERATURE":\d+\.\d,"HUMIDITY":\d+\.\d,"TM":"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01]) \d\d:\d\d:\d\d\.\d"\})");
  Station station(3, 0);
  for (int n = 0; n < 1'000; ++n) {
    const std::string text = json(station.next());
    ASSERT_TRUE(std::regex_match(text, good)) << text;
  }
  std::set<std::string> shapes;
  for (std::int64_t n = 0; n < 5; ++n) {
    std::string bad;
    append_bad(bad, {"A_1", "Lee", 10, 60, Time()}, n);
    EXPECT_FALSE(std::regex_match(bad, good)) << bad;
    shapes.insert(bad);
  }
  EXPECT_EQ(shapes.size(), 5u);
}

}  // namespace
}  // namespace sinkway::weather
