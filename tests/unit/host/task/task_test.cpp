// The whole task with its two real threads.
#include "host/task/task.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <numeric>

#include "tests/support/scripted_consumer.hpp"
#include "tests/support/scripted_plugin.hpp"
#include "tests/support/text_converter.hpp"

namespace sinkway::task {
namespace {

using test::ScriptedAnswer;
using test::ScriptedPlace;

constexpr Milliseconds kLong{20'000};

// Hears states, rows and whatever else somebody waits for.
class Heard {
 public:
  void tell() {
    const std::lock_guard guard(mutex_);
    ++told_;
    changed_.notify_all();
  }
  void state(TaskState state, const std::string& trace) {
    const std::lock_guard guard(mutex_);
    states_.push_back(state);
    trace_ = trace;
    changed_.notify_all();
  }
  [[nodiscard]] bool until(const std::function<bool()>& done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong, done);
  }
  [[nodiscard]] bool until(TaskState state) {
    return until([&] { return !states_.empty() && states_.back() == state; });
  }
  [[nodiscard]] std::vector<TaskState> states() {
    const std::lock_guard guard(mutex_);
    return states_;
  }
  [[nodiscard]] std::string trace() {
    const std::lock_guard guard(mutex_);
    return trace_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int told_ = 0;
  std::vector<TaskState> states_;
  std::string trace_;
};

class TaskTest : public testing::Test {
 protected:
  TaskTest() {
    manifest_.name = std::string(test::ScriptedPlugin::kName);
    manifest_.descriptor = plugin_.descriptor();
    plugin_.on_put = [this](const sinkway_batch&) {
      heard_.tell();
      return std::nullopt;
    };
    // A commit follows the last put: whoever waits for rows looks again.
    broker_.on_commit = [this] {
      heard_.tell();
      return std::nullopt;
    };
  }
  TaskSpec spec() {
    TaskSpec spec;
    spec.connector = "weather";
    spec.plugin = &manifest_;
    spec.topics = {"weather"};
    spec.limits.rows = 100;
    spec.commit_interval = Milliseconds(20);
    spec.make_consumer = [this](int descriptor, TopicNames& names) -> Result<std::unique_ptr<kafka::Consumer>> {
      auto made = std::make_unique<test::ScriptedConsumer>(broker_, names, descriptor);
      consumer_ = made.get();
      made->assign({zero_, one_});
      return std::unique_ptr<kafka::Consumer>(std::move(made));
    };
    spec.make_key_converter = spec.make_value_converter = []() -> Result<std::unique_ptr<convert::Converter>> {
      return std::unique_ptr<convert::Converter>(std::make_unique<test::TextConverter>());
    };
    return spec;
  }
  Task::Listener listener() {
    return [this](TaskState state, const std::string& trace) { heard_.state(state, trace); };
  }
  void produce(int count) {
    for (int n = 0; n < count; ++n) broker_.produce("weather", n % 2, "row");
  }
  bool delivered(std::size_t rows) {
    return heard_.until([&] { return database_.size() == rows; });
  }
  std::vector<std::int64_t> count_up(std::int64_t to) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(to));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }

  const ScriptedPlace zero_{"weather", 0};
  const ScriptedPlace one_{"weather", 1};
  Heard heard_;
  test::ScriptedBroker broker_;
  test::ScriptedDatabase database_;
  test::ScriptedPlugin plugin_{database_};
  plugin::Manifest manifest_;
  test::ScriptedConsumer* consumer_ = nullptr;
};

TEST_F(TaskTest, DeliversAndStops) {
  produce(10'000);
  Task task(spec(), listener());
  EXPECT_EQ(task.status().state, TaskState::unassigned);
  task.start();
  ASSERT_TRUE(delivered(10'000));
  task.request_stop();
  ASSERT_TRUE(task.wait(kLong));
  EXPECT_EQ(heard_.states(), (std::vector<TaskState>{TaskState::running, TaskState::stopped}));
  EXPECT_EQ(database_.offsets(zero_), count_up(5'000));
  EXPECT_EQ(database_.offsets(one_), count_up(5'000));
  EXPECT_EQ(broker_.committed(zero_), 5'000);
  EXPECT_EQ(plugin_.violations(), std::vector<std::string>{});
  EXPECT_EQ(broker_.violations, std::vector<std::string>{});
}

TEST_F(TaskTest, PausesAndResumesOnCommand) {
  produce(100);
  Task task(spec(), listener());
  task.start();
  ASSERT_TRUE(delivered(100));
  task.pause();
  ASSERT_TRUE(heard_.until(TaskState::paused));
  task.resume();
  ASSERT_TRUE(heard_.until(TaskState::running));
  produce(100);
  ASSERT_TRUE(delivered(200));
}

TEST_F(TaskTest, FailsByItselfAndSaysWhy) {
  produce(10);
  broker_.produce("weather", 0, "bad");
  Task task(spec(), listener());
  task.start();
  ASSERT_TRUE(heard_.until(TaskState::failed));
  EXPECT_NE(heard_.trace().find("topic weather, partition 0, offset 5"), std::string::npos);
  EXPECT_TRUE(task.wait(kLong));
}

TEST_F(TaskTest, D4_D5_RetriesAndRebalancesUnderLoadLoseAndDoubleNothing) {
  int puts = 0;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    heard_.tell();
    if (++puts % 3 != 0) return std::nullopt;
    return ScriptedAnswer{SINKWAY_RETRIABLE, "away", 1, SINKWAY_NO_RECORD, puts % 2 == 0};
  };
  Task task(spec(), listener());
  task.start();
  produce(100);
  ASSERT_TRUE(delivered(100));
  for (int round = 1; round <= 20; ++round) {
    produce(500);
    if (round % 4 == 0)
      consumer_->lose();
    else
      consumer_->revoke();
    consumer_->assign({zero_, one_});
    produce(500);
    ASSERT_TRUE(delivered(100 + static_cast<std::size_t>(round) * 1'000));
  }
  task.request_stop();
  ASSERT_TRUE(task.wait(kLong));
  EXPECT_EQ(database_.offsets(zero_), count_up(10'050));
  EXPECT_EQ(database_.offsets(one_), count_up(10'050));
  EXPECT_EQ(plugin_.violations(), std::vector<std::string>{});
}

TEST_F(TaskTest, CanBeGivenUpWhileThePluginBlocksAndEndsWhenItReturns) {
  std::mutex mutex;
  std::condition_variable changed;
  bool inside = false, free = false;
  plugin_.on_put = [&](const sinkway_batch&) -> std::optional<ScriptedAnswer> {
    std::unique_lock lock(mutex);
    inside = true;
    changed.notify_all();
    changed.wait(lock, [&] { return free; });
    return std::nullopt;
  };
  produce(10);
  Task task(spec(), listener());
  task.start();
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, kLong, [&] { return inside; }));
  }
  task.request_stop();
  EXPECT_FALSE(task.wait(Milliseconds(1)));
  task.give_up();
  {
    const std::lock_guard guard(mutex);
    free = true;
    changed.notify_all();
  }
  EXPECT_TRUE(task.wait(kLong));
  EXPECT_EQ(heard_.states(), std::vector<TaskState>{TaskState::running});
  EXPECT_EQ(broker_.committed(zero_), std::nullopt);
}

TEST_F(TaskTest, WasNeverStartedAndEndsAtOnce) {
  Task task(spec(), listener());
  EXPECT_TRUE(task.wait(Milliseconds(0)));
}

}  // namespace
}  // namespace sinkway::task
