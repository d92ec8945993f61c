#include "host/herder/task_step.hpp"

#include <gtest/gtest.h>

namespace sinkway::herder {
namespace {

TEST(NextStep, FollowsItsTable) {
  using enum TaskPhase;
  struct Case {
    const char* what;
    TaskView view;
    TaskStep step;
  };
  const Case cases[] = {
      {"a new task", {.phase = idle, .outdated = true}, TaskStep::start},
      {"a failed task rests", {.phase = idle}, TaskStep::none},
      {"a failed task is restarted on demand", {.phase = idle, .restart = true}, TaskStep::start},
      {"a failed task starts with a new configuration", {.phase = idle, .outdated = true}, TaskStep::start},
      {"nobody wants what does not run", {.phase = idle, .wanted = false, .restart = true}, TaskStep::forget},
      {"nobody wants what runs", {.phase = live, .wanted = false}, TaskStep::stop},
      {"it runs as it should", {.phase = live}, TaskStep::none},
      {"it runs with an old configuration", {.phase = live, .outdated = true}, TaskStep::stop},
      {"it is to be restarted", {.phase = live, .restart = true}, TaskStep::stop},
      {"it is to pause", {.phase = live, .pause = true}, TaskStep::pause},
      {"it is paused", {.phase = live, .told_to_pause = true, .pause = true}, TaskStep::none},
      {"it is to go on", {.phase = live, .told_to_pause = true}, TaskStep::resume},
      {"a restart comes before a pause", {.phase = live, .restart = true, .pause = true}, TaskStep::stop},
      {"what ends is waited for", {.phase = stopping, .restart = true}, TaskStep::wait},
      {"what ends unwanted is waited for", {.phase = stopping, .wanted = false}, TaskStep::wait},
  };
  for (const auto& each : cases) EXPECT_EQ(next_step(each.view), each.step) << each.what;
}

}  // namespace
}  // namespace sinkway::herder
