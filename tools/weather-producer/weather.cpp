#include "tools/weather-producer/weather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>

namespace sinkway::weather {
namespace {

constexpr std::array<std::string_view, 67> kCounties = {
    "Alachua", "Baker", "Bay", "Bradford", "Brevard", "Broward", "Calhoun", "Charlotte", "Citrus", "Clay",
    "Collier", "Columbia", "DeSoto", "Dixie", "Duval", "Escambia", "Flagler", "Franklin", "Gadsden", "Gilchrist",
    "Glades", "Gulf", "Hamilton", "Hardee", "Hendry", "Hernando", "Highlands", "Hillsborough", "Holmes",
    "Indian River", "Jackson", "Jefferson", "Lafayette", "Lake", "Lee", "Leon", "Levy", "Liberty", "Madison",
    "Manatee", "Marion", "Martin", "Miami-Dade", "Monroe", "Nassau", "Okaloosa", "Okeechobee", "Orange", "Osceola",
    "Palm Beach", "Pasco", "Pinellas", "Polk", "Putnam", "St. Johns", "St. Lucie", "Santa Rosa", "Sarasota",
    "Seminole", "Sumter", "Suwannee", "Taylor", "Union", "Volusia", "Wakulla", "Walton", "Washington"};

constexpr Time kFirst{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}.time_since_epoch()};

std::string printed(Time time, Precision precision) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const auto micros = clock.subseconds().count();
  std::string text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  text += precision == Precision::tenths ? fmt::format("{}", micros / 100'000) : fmt::format("{:06}", micros);
  return text;
}

}  // namespace

Reading Station::next(std::int64_t id) {
  const auto within = [&](std::int64_t low, std::int64_t high) {
    const auto width = static_cast<std::uint64_t>(high - low + 1);
    return static_cast<double>(low + static_cast<std::int64_t>(random_() % width)) / 10;
  };
  const std::string_view location = kCounties[random_() % kCounties.size()];
  const double temperature = within(90, 955);
  const double humidity = within(548, 907);
  return {"A_" + std::to_string(id), location, temperature, humidity, kFirst + std::chrono::milliseconds(100) * id};
}

// Steps of about the golden section, which come near to no place twice soon; without a common divisor they meet each.
std::int64_t scattered(std::int64_t n, std::int64_t count) {
  auto step = std::max<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(count) * 0.6180339887), 1);
  while (std::gcd(step, count) != 1) ++step;
  return n * step % count;
}

void append_json(std::string& out, const Reading& reading, Precision precision) {
  fmt::format_to(std::back_inserter(out),
                 R"({{"ID":"{}","LOCATION":"{}","TEMPERATURE":{:.1f},"HUMIDITY":{:.1f},"TM":"{}"}})",
                 reading.id, reading.location, reading.temperature, reading.humidity, printed(reading.time, precision));
}

void append_csv(std::string& out, const Reading& reading, Precision precision) {
  fmt::format_to(std::back_inserter(out), "{},{},{:.1f},{:.1f},{}", reading.id, reading.location, reading.temperature,
                 reading.humidity, printed(reading.time, precision));
}

void append_bad(std::string& out, const Reading& reading, std::int64_t which) {
  constexpr std::array<std::string_view, 5> kShapes = {
      R"({{"ID":"{}","LOCATION":"Lee","TEMPERA)",
      R"({{"ID":"{}","LOCATION":"Lee","TEMPERATURE":"warm","HUMIDITY":60.0,"TM":"2026-01-01 00:00:00.0"}})",
      R"({{"ID":"{}","LOCATION":"Lee","TEMPERATURE":60.0,"HUMIDITY":60.0,"TM":"2026-13-45 00:00:00.0"}})",
      R"({{"ID":"{}","LOCATION":"a county whose name is too long for it","TEMPERATURE":60.0,"HUMIDITY":60.0,"TM":"2026-01-01 00:00:00.0"}})",
      R"({{"ID":"{}\u0000","LOCATION":"Lee","TEMPERATURE":60.0,"HUMIDITY":60.0,"TM":"2026-01-01 00:00:00.0"}})"};
  fmt::format_to(std::back_inserter(out), fmt::runtime(kShapes[static_cast<std::size_t>(which) % kShapes.size()]),
                 reading.id);
}

}  // namespace sinkway::weather
