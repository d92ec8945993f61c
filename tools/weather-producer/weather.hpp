// Simulated weather readings of the counties of Florida: a pure sequence.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace sinkway::weather {

using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

struct Reading {
  std::string id;             // A_n
  std::string_view location;  // one of the 67 counties
  double temperature;         // 9.0 to 95.5 degrees Fahrenheit, one decimal
  double humidity;            // 54.8 to 90.7 percent, one decimal
  Time time;
};

// The same seed gives the same readings. Their times start at 2026-01-01 and go on a tenth of a second each.
class Station {
 public:
  Station(std::uint64_t seed, std::int64_t first_id) : random_(seed), next_(first_id) {}
  [[nodiscard]] Reading next() { return next(next_++); }
  // With this number instead of the one whose turn it is.
  [[nodiscard]] Reading next(std::int64_t id);

 private:
  std::mt19937_64 random_;
  std::int64_t next_;
};

// Every number below `count` once, spread over all of them: place `n` of the order, 0 <= n < count < 2^31.
[[nodiscard]] std::int64_t scattered(std::int64_t n, std::int64_t count);

enum class Precision { tenths, microseconds };

// Appends the value of the record:
// {"ID":...,"LOCATION":...,"TEMPERATURE":...,"HUMIDITY":...,"TM":"yyyy-MM-dd HH:mm:ss.S"}.
void append_json(std::string& out, const Reading& reading, Precision precision = Precision::tenths);
// ID,LOCATION,TEMPERATURE,HUMIDITY,TM without a line end.
void append_csv(std::string& out, const Reading& reading, Precision precision = Precision::tenths);
// Something that no weather table takes: cut JSON, a text for a number, a time that does not exist ... by turns.
void append_bad(std::string& out, const Reading& reading, std::int64_t which);

}  // namespace sinkway::weather
