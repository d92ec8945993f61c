#include "host/herder/standalone_herder.hpp"

#include <gtest/gtest.h>

#include <future>
#include <utility>
#include <vector>

#include "tests/support/fake_worker_port.hpp"
#include "tests/support/memory_store.hpp"

namespace sinkway::herder {
namespace {

// An answer that a test may wait for, with a limit.
template <typename T>
class Waiting {
 public:
  Reply<T> reply() {
    return [promise = promise_](const Answer<T>& answer) { promise->set_value(answer); };
  }
  Answer<T> get() {
    auto future = promise_->get_future();
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
      return Refusal{Refusal::Kind::internal, "no answer"};
    return future.get();
  }

 private:
  std::shared_ptr<std::promise<Answer<T>>> promise_ = std::make_shared<std::promise<Answer<T>>>();
};

class StandaloneHerderTest : public testing::Test {
 protected:
  StandaloneHerderTest()
      : herder({.worker = worker, .store = store, .log = Logger::none(), .version = "4.1.1", .commit = "unknown",
                .retry_first = Milliseconds(1)}) {}

  static ConfigMap config() { return {{"connector.class", "DuckSink"}, {"topics", "weather"}}; }
  Health::State health() {
    Waiting<Health> answer;
    herder.health(answer.reply());
    return std::get<Health>(answer.get()).state;
  }
  template <typename T>
  static std::string outcome(const Answer<T>& answer) {
    const auto* refusal = std::get_if<Refusal>(&answer);
    return refusal ? refusal->message : "done";
  }

  test::FakeWorkerPort worker;
  test::MemoryStore store;
  StandaloneHerder herder;
};

TEST_F(StandaloneHerderTest, AnswersSnapshotsBeforeItStarts) {
  EXPECT_EQ(herder.worker().version, "4.1.1");
  EXPECT_EQ(herder.worker().kafka_cluster_id, "");
  EXPECT_TRUE(herder.connectors().empty());
  EXPECT_EQ(outcome(herder.connector("a")), "Connector a not found");
  EXPECT_EQ(outcome(herder.status("a")), "No status found for connector a");
  EXPECT_EQ(outcome(herder.tasks("a")), "Connector a not found");
  EXPECT_EQ(outcome(herder.plugin_config("Vault")), "Unknown plugin Vault.");
  herder.set_cluster_id("abc");
  EXPECT_EQ(herder.worker().kafka_cluster_id, "abc");
}

TEST_F(StandaloneHerderTest, IsStartingUntilItIsTold) {
  herder.start("h:1", {}, {});
  EXPECT_EQ(health(), Health::State::starting);
  herder.set_ready();
  EXPECT_EQ(health(), Health::State::healthy);
}

TEST_F(StandaloneHerderTest, ServesManyCallersAtOnceAndStops) {
  herder.start("h:1", {}, {});
  std::vector<Waiting<Herder::Put>> answers(40);
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < answers.size(); ++i)
    callers.emplace_back([&, i] { herder.put_config("c" + std::to_string(i % 7), config(), answers[i].reply()); });
  for (auto& caller : callers) caller.join();
  for (auto& answer : answers) EXPECT_EQ(outcome(answer.get()), "done");
  EXPECT_EQ(herder.connectors().size(), 7U);
  Waiting<Done> removed;
  herder.remove("c0", removed.reply());
  EXPECT_EQ(outcome(removed.get()), "done");
  herder.begin_stop();
  EXPECT_TRUE(herder.finish_stop(Milliseconds(20'000)));
  EXPECT_EQ(store.saved.size(), 6U);
  EXPECT_TRUE(worker.faults.empty()) << worker.faults.front();
}

TEST_F(StandaloneHerderTest, GivesUpWhatDoesNotStop) {
  herder.start("h:1", {{"a", config(), TargetState::started}}, {});
  Waiting<Done> restarted;
  herder.restart_task({"a", 0}, restarted.reply());  // in the lane behind the start of its tasks
  EXPECT_EQ(outcome(restarted.get()), "done");
  worker.eager = false;
  herder.begin_stop();
  EXPECT_FALSE(herder.finish_stop(Milliseconds(1)));
  EXPECT_FALSE(worker.task("a", 0)) << "released";
}

// The same letter comes again and again.
class EndlessLetters : public test::FakeWorkerPort {
 public:
  std::promise<void> asked;
  plugin::QueryAnswer query(const plugin::Manifest&, const std::string&, const ConfigMap&, const std::string&, bool,
                            const std::string&) override {
    if (!std::exchange(was_asked_, true)) asked.set_value();
    return {{}, R"({"letters":[{"topic":"t","partition":0,"offset":1,"timestamp":5,"key":null,"value":null}]})"};
  }

 private:
  bool was_asked_ = false;
};

TEST(StandaloneHerder, StopsInTheMiddleOfALongRedrive) {
  EndlessLetters worker;
  test::MemoryStore store;
  StandaloneHerder herder({.worker = worker, .store = store, .log = Logger::none(), .version = "4.1.1", .commit = "unknown"});
  herder.start("h:1", {{"a", {{"connector.class", "DuckSink"}}, TargetState::stopped}}, {});
  Waiting<std::string> first, second;
  herder.redrive("a", R"({"limit":1000000000})", first.reply());
  worker.asked.get_future().wait();
  herder.redrive("a", "{}", second.reply());
  const auto refused = second.get();
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_TRUE(std::get<Refusal>(refused).message.starts_with("A redrive of connector a is running"));
  herder.begin_stop();
  EXPECT_TRUE(herder.finish_stop(Milliseconds(20'000)));
  const auto ended = first.get();
  ASSERT_TRUE(std::holds_alternative<Refusal>(ended));
  EXPECT_TRUE(std::get<Refusal>(ended).message.starts_with("The redrive ended before its time"));
}

TEST_F(StandaloneHerderTest, ListsPluginsByKind) {
  const auto sinks = herder.plugins(true);
  ASSERT_EQ(sinks.size(), 1U);
  EXPECT_EQ(sinks[0].type, "sink");
  std::vector<std::string> kinds;
  for (const auto& plugin : herder.plugins(false))
    if (kinds.empty() || kinds.back() != plugin.type) kinds.push_back(plugin.type);
  EXPECT_EQ(kinds, (std::vector<std::string>{"sink", "converter", "header_converter"}));
}

TEST(CallPool, DropsWhatWaitsAndSaysWhetherSomethingRuns) {
  CallPool pool(1);
  std::promise<void> began, let_go;
  bool second = false;
  pool.run([&] {
    began.set_value();
    let_go.get_future().wait();
  });
  pool.run([&] { second = true; });
  began.get_future().wait();
  EXPECT_FALSE(pool.stop(Milliseconds(1)));
  let_go.set_value();
  EXPECT_TRUE(pool.stop(Milliseconds(20'000)));
  EXPECT_FALSE(second);
}

}  // namespace
}  // namespace sinkway::herder
