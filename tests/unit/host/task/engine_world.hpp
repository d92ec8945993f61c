// What the tests of the task engine work with: a scripted plugin, broker and database under a virtual clock.
#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/scripted_letters.hpp"
#include "tests/support/stepped_task.hpp"

namespace sinkway::task {

using test::ScriptedAnswer;
using test::ScriptedPlace;

class EngineTest : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(plugin_.violations(), std::vector<std::string>{});
    EXPECT_EQ(broker_.violations, std::vector<std::string>{});
  }
  void produce(int count, const std::string& value = "row", std::int32_t partition = 0) {
    for (int n = 0; n < count; ++n) broker_.produce("weather", partition, value);
  }
  // Joined, partitions assigned and opened.
  void begin(std::vector<ScriptedPlace> places = {{"weather", 0}}) {
    task_.run(Milliseconds(10));
    task_.consumer().assign(std::move(places));
    task_.run(Milliseconds(10));
  }
  std::int64_t position(std::size_t index = 0) { return task_.status().partitions.at(index).position; }
  std::vector<std::int64_t> count_up(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(to - from));
    std::iota(numbers.begin(), numbers.end(), from);
    return numbers;
  }
  TaskState state() { return task_.status().state; }
  double metric(const std::string& name) { return task_.metrics.sum(name + "{connector=weather,task=0}"); }
  // An answer for the first `times` calls, then nothing.
  static std::function<std::optional<ScriptedAnswer>()> first(int times, ScriptedAnswer answer) {
    return [times, answer]() mutable { return times-- > 0 ? std::optional(answer) : std::nullopt; };
  }
  std::function<std::optional<ScriptedAnswer>(const sinkway_batch&)> first_put(int times, ScriptedAnswer answer) {
    return [times, answer](const sinkway_batch&) mutable { return times-- > 0 ? std::optional(answer) : std::nullopt; };
  }

  const ScriptedPlace zero_{"weather", 0};
  const ScriptedPlace one_{"weather", 1};
  test::VirtualClock clock_;
  test::ScriptedBroker broker_;
  test::ScriptedDatabase database_;
  test::ScriptedPlugin plugin_{database_};
  test::SteppedTask task_{broker_, plugin_, clock_};
};

}  // namespace sinkway::task
