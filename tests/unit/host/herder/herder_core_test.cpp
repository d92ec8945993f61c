#include "host/herder/herder_core.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/fake_worker_port.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/stepped_surroundings.hpp"

namespace sinkway::herder {
namespace {

using task::TaskState;
using Calls = std::vector<std::string>;

constexpr Milliseconds kStopTimeout{5'000};

class HerderCoreTest : public testing::Test {
 protected:
  HerderCoreTest() { make(); }
  ~HerderCoreTest() override { EXPECT_TRUE(worker.faults.empty()) << worker.faults.front(); }

  void make() {
    core = std::make_unique<HerderCore>(HerderCore::Tools{.worker = worker,
                                                          .store = store,
                                                          .surroundings = around,
                                                          .book = book,
                                                          .views = views,
                                                          .log = Logger::none(),
                                                          .worker_id = "10.0.0.5:8083",
                                                          .stop_timeout = kStopTimeout});
  }

  static ConfigMap config(const std::string& tasks = "1") {
    return {{"connector.class", "DuckSink"}, {"topics", "weather"}, {"tasks.max", tasks}};
  }

  // Keeps an answer until somebody looks.
  template <typename T>
  Reply<T> into(std::optional<Answer<T>>& slot) {
    return [&slot](Answer<T> answer) {
      EXPECT_FALSE(slot) << "answered twice";
      slot = std::move(answer);
    };
  }
  static std::string text_of(const Refusal& refusal) {
    constexpr const char* kKinds[] = {"not_found", "already_exists", "conflict", "bad_request", "internal"};
    return std::string(kKinds[static_cast<int>(refusal.kind)]) + ": " + refusal.message;
  }
  template <typename T>
  static std::string outcome(const std::optional<Answer<T>>& answer) {
    if (!answer) return "none";
    const auto* refusal = std::get_if<Refusal>(&*answer);
    return refusal ? text_of(*refusal) : "done";
  }

  std::string change(HerderCore::Change kind, const std::string& name, const ConfigMap& with,
                     std::optional<TargetState> initial = std::nullopt) {
    std::optional<Answer<Herder::Put>> answer;
    core->change(kind, name, with, initial, into(answer));
    around.run();
    if (answer && std::holds_alternative<Herder::Put>(*answer)) last_put = std::get<Herder::Put>(*answer);
    return outcome(answer);
  }
  std::string create(const std::string& name, const ConfigMap& with,
                     std::optional<TargetState> initial = std::nullopt) {
    return change(HerderCore::Change::create, name, with, initial);
  }
  std::string put(const std::string& name, const ConfigMap& with) {
    return change(HerderCore::Change::put, name, with);
  }
  std::string patch(const std::string& name, const ConfigMap& with) {
    return change(HerderCore::Change::patch, name, with);
  }
  std::string target(const std::string& name, TargetState state) {
    std::optional<Answer<Done>> answer;
    core->set_target_state(name, state, into(answer));
    around.run();
    return outcome(answer);
  }
  std::string remove(const std::string& name) {
    std::optional<Answer<Done>> answer;
    core->remove(name, into(answer));
    around.run();
    return outcome(answer);
  }
  std::string restart_connector(const std::string& name) {
    std::optional<Answer<Done>> answer;
    core->restart_connector(name, into(answer));
    around.run();
    return outcome(answer);
  }
  std::string restart_task(const std::string& name, int number) {
    std::optional<Answer<Done>> answer;
    core->restart_task({name, number}, into(answer));
    around.run();
    return outcome(answer);
  }

  // "RUNNING: RUNNING FAILED", or "none".
  static std::string text_of(const ConnectorStatus& status) {
    std::string text = status.connector.state + ":";
    for (const auto& [number, state] : status.tasks) text += " " + state.state;
    return text;
  }
  [[nodiscard]] std::string states(const std::string& name) const {
    const auto status = book.status(name);
    return status ? text_of(*status) : "none";
  }

  test::FakeWorkerPort worker;
  test::MemoryStore store;
  test::SteppedSurroundings around;
  StatusBook book;
  ConnectorViews views;
  std::unique_ptr<HerderCore> core;
  std::optional<Herder::Put> last_put;
};

TEST_F(HerderCoreTest, CreatesAConnectorStoresItAndStartsItsTasks) {
  EXPECT_EQ(create("a", config("2")), "done");
  EXPECT_TRUE(last_put->created);
  EXPECT_TRUE(last_put->info.tasks.empty());
  EXPECT_EQ(last_put->info.type, "sink");
  EXPECT_EQ(last_put->info.config.get("name"), "a");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING RUNNING");
  ASSERT_EQ(store.saved.size(), 1U);
  EXPECT_EQ(store.saved[0].config, last_put->info.config);
  EXPECT_EQ(views.find("a")->info.tasks.size(), 2U);
  const auto status = book.status("a");
  EXPECT_EQ(status->connector.worker_id, "10.0.0.5:8083");
  EXPECT_EQ(status->connector.version, "1.2.0");
  EXPECT_EQ(status->tasks[1].second.version, "1.2.0");
  EXPECT_EQ(book.starts(StatusBook::Kind::task).successes, 2U);
  EXPECT_EQ(book.starts(StatusBook::Kind::connector).successes, 1U);
}

TEST_F(HerderCoreTest, RefusesWithTheSentencesOfTheContract) {
  EXPECT_EQ(create("a", config()), "done");
  ConfigMap named = config(), without = config(), stranger = config();
  named.set("name", "y");
  without.erase("connector.class");
  without.set("connection.password", "hush");
  stranger.set("connector.class", "Vault");
  EXPECT_EQ(create("x", named),
            "bad_request: Connector name configuration (y) doesn't match connector name in the URL (x)");
  EXPECT_EQ(create("x", without),
            "bad_request: Connector config {topics, tasks.max, connection.password, name} contains no connector type");
  EXPECT_EQ(create("x", stranger),
            "bad_request: Failed to find any class that implements Connector and which name matches Vault, "
            "available connectors are: org.acme.DuckSinkConnector (version 1.2.0)");
  EXPECT_EQ(create("a", config()), "already_exists: Connector a already exists");
  EXPECT_EQ(patch("x", {}), "not_found: Connector x not found");
  EXPECT_EQ(remove("x"), "not_found: Connector x not found");
  EXPECT_EQ(target("x", TargetState::paused), "not_found: Unknown connector x");
  EXPECT_EQ(restart_connector("x"), "not_found: Unknown connector: x");
  EXPECT_EQ(restart_task("x", 0), "not_found: Unknown connector: x");
  EXPECT_EQ(restart_task("a", 7), "not_found: Unknown task: a-7");
}

TEST_F(HerderCoreTest, ListsEveryFindingOfAnInvalidConfigAndStoresNothing) {
  worker.validation_errors = {"one", "two"};
  EXPECT_EQ(create("a", config()),
            "bad_request: Connector configuration is invalid and contains the following 2 error(s):\none\ntwo\n"
            "You can also find the above list of errors at the endpoint "
            "`/connector-plugins/{connectorType}/config/validate`");
  EXPECT_TRUE(store.saved.empty());
  EXPECT_EQ(states("a"), "none");
  worker.validation_errors = {};
  EXPECT_EQ(create("a", config()), "done");
  worker.validation_errors = {"one"};
  EXPECT_TRUE(create("a", config()).starts_with("bad_request")) << "an invalid duplicate is invalid first";
}

TEST_F(HerderCoreTest, ChangesNothingWhenTheStoreFails) {
  store.fault = Error("disk is full");
  EXPECT_EQ(create("a", config()), "internal: disk is full");
  EXPECT_EQ(states("a"), "none");
  store.fault.reset();
  EXPECT_EQ(create("a", config()), "done");
  store.fault = Error("disk is full");
  EXPECT_EQ(target("a", TargetState::paused), "internal: disk is full");
  EXPECT_EQ(put("a", config("2")), "internal: disk is full");
  EXPECT_EQ(remove("a"), "internal: disk is full");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
  EXPECT_EQ(views.find("a")->info.config.get("tasks.max"), "1");
}

TEST_F(HerderCoreTest, FailsValidationThatCannotReadASecretWithItsReason) {
  worker.validation_fault = Error("connection.password: /secrets/x: cannot be read");
  EXPECT_EQ(create("a", config()), "internal: connection.password: /secrets/x: cannot be read");
}

TEST_F(HerderCoreTest, CreatesPausedAndStoppedConnectorsWithoutTasks) {
  EXPECT_EQ(create("p", config(), TargetState::paused), "done");
  EXPECT_EQ(create("s", config(), TargetState::stopped), "done");
  EXPECT_EQ(states("p"), "PAUSED:");
  EXPECT_EQ(states("s"), "STOPPED:");
  EXPECT_EQ(put("p", config("2")), "done");
  EXPECT_EQ(states("p"), "PAUSED:") << "a new configuration changes no target state";
  EXPECT_EQ(target("p", TargetState::started), "done");
  EXPECT_EQ(states("p"), "RUNNING: RUNNING RUNNING");
}

TEST_F(HerderCoreTest, PausesResumesAndStops) {
  create("a", config("2"));
  EXPECT_EQ(target("a", TargetState::paused), "done");
  EXPECT_EQ(states("a"), "PAUSED: PAUSED PAUSED");
  EXPECT_EQ(store.saved[0].target, TargetState::paused);
  (void)worker.take_calls();
  EXPECT_EQ(target("a", TargetState::paused), "done");
  EXPECT_EQ(worker.take_calls(), Calls{}) << "repeating changes nothing";
  EXPECT_EQ(target("a", TargetState::started), "done");
  EXPECT_EQ(worker.take_calls(), (Calls{"task_configs a", "resume a-0", "resume a-1"}));
  EXPECT_EQ(states("a"), "RUNNING: RUNNING RUNNING");
  EXPECT_EQ(target("a", TargetState::stopped), "done");
  EXPECT_EQ(states("a"), "STOPPED:");
  EXPECT_TRUE(views.find("a")->tasks.empty());
  EXPECT_EQ(target("a", TargetState::paused), "done");
  EXPECT_EQ(states("a"), "PAUSED:");
  EXPECT_EQ(target("a", TargetState::started), "done");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING RUNNING");
}

TEST_F(HerderCoreTest, KeepsFailedTasksFailedUntilSomebodyRestartsThem) {
  create("a", config("2"));
  worker.report("a", 1, TaskState::failed, "out of ducks");
  around.run();
  EXPECT_EQ(states("a"), "RUNNING: RUNNING FAILED");
  EXPECT_EQ(book.status("a")->tasks[1].second.trace, "out of ducks");
  EXPECT_EQ(book.status("a")->tasks[1].second.version, "1.2.0");
  (void)worker.take_calls();
  EXPECT_EQ(put("a", config("2")), "done");
  EXPECT_EQ(target("a", TargetState::paused), "done");
  EXPECT_EQ(states("a"), "PAUSED: PAUSED FAILED");
  EXPECT_EQ(target("a", TargetState::started), "done");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING FAILED");
  EXPECT_EQ(restart_task("a", 1), "done");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING RUNNING");
  EXPECT_EQ(book.status("a")->tasks[1].second.trace, "");
}

TEST_F(HerderCoreTest, RestartsALivingTaskOnlyAfterItsEnd) {
  create("a", config());
  worker.eager = false;
  (void)worker.take_calls();
  std::optional<Answer<Done>> answer;
  core->restart_task({"a", 0}, into(answer));
  around.run();
  EXPECT_EQ(worker.take_calls(), Calls{"stop a-0"});
  EXPECT_EQ(states("a"), "RUNNING: RESTARTING");
  EXPECT_FALSE(book.status("a")->tasks[0].second.version);
  EXPECT_FALSE(answer);
  worker.report("a", 0, TaskState::stopped);
  around.run();
  EXPECT_EQ(worker.take_calls(), (Calls{"release a-0", "start a-0"}));
  EXPECT_EQ(outcome(answer), "done");
  EXPECT_EQ(states("a"), "RUNNING: RESTARTING");
  worker.report("a", 0, TaskState::running);
  around.run();
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
}

TEST_F(HerderCoreTest, GivesUpATaskThatDoesNotStopInTime) {
  create("a", config());
  worker.eager = false;
  std::optional<Answer<Done>> answer;
  core->restart_task({"a", 0}, into(answer));
  around.run();
  (void)worker.take_calls();
  around.advance(kStopTimeout - Milliseconds(1));
  EXPECT_EQ(worker.take_calls(), Calls{});
  around.advance(Milliseconds(1));
  EXPECT_EQ(worker.take_calls(), (Calls{"release a-0", "start a-0"}));
  EXPECT_EQ(outcome(answer), "done");
}

TEST_F(HerderCoreTest, IgnoresWhatATaskOfTheTimeBeforeStillSays) {
  create("a", config());
  worker.eager = false;
  std::optional<Answer<Done>> answer;
  core->restart_task({"a", 0}, into(answer));
  around.run();
  worker.report("a", 0, TaskState::failed, "late");  // posted twice: the second one belongs to nobody
  worker.report("a", 0, TaskState::failed, "late");
  around.run();
  EXPECT_EQ(states("a"), "RUNNING: RESTARTING");
}

TEST_F(HerderCoreTest, SaysThatATaskCouldNotBeStarted) {
  create("a", config());
  worker.start_faults[{"a", 0}] = "value.converter: no such class";
  EXPECT_EQ(restart_task("a", 0), "internal: Failed to start task: a-0");
  EXPECT_EQ(states("a"), "RUNNING: FAILED");
  EXPECT_EQ(book.status("a")->tasks[0].second.trace, "value.converter: no such class");
  EXPECT_EQ(book.starts(StatusBook::Kind::task).failures, 1U);
  worker.start_faults.clear();
  EXPECT_EQ(restart_task("a", 0), "done");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
}

TEST_F(HerderCoreTest, RestartsWhatWasChosenAndShowsItInTheAnswer) {
  create("a", config("2"));
  worker.report("a", 1, TaskState::failed, "out of ducks");
  around.run();
  struct Case {
    bool only_failed, include_tasks;
    const char* answered;
  };
  const Case cases[] = {{true, false, "RUNNING: RUNNING FAILED"},
                        {false, false, "RESTARTING: RUNNING FAILED"},
                        {true, true, "RUNNING: RUNNING RESTARTING"},
                        {true, true, "RUNNING: RUNNING RUNNING"},
                        {false, true, "RESTARTING: RESTARTING RESTARTING"}};
  for (const auto& each : cases) {
    std::optional<Answer<ConnectorStatus>> answer;
    core->restart("a", each.only_failed, each.include_tasks, into(answer));
    around.run();
    ASSERT_TRUE(answer && std::holds_alternative<ConnectorStatus>(*answer));
    EXPECT_EQ(text_of(std::get<ConnectorStatus>(*answer)), each.answered);
  }
  EXPECT_EQ(states("a"), "RUNNING: RUNNING RUNNING");
}

TEST_F(HerderCoreTest, RestartsTasksWhoseConfigurationChangedAndOnlyThose) {
  create("a", config("3"));
  (void)worker.take_calls();
  EXPECT_EQ(put("a", config("3")), "done");
  EXPECT_FALSE(last_put->created);
  EXPECT_EQ(worker.take_calls(), Calls{"validate a"}) << "the same configuration disturbs nobody";
  EXPECT_EQ(patch("a", {{"tasks.max", "1"}}), "done");
  EXPECT_EQ(last_put->info.tasks.size(), 3U) << "the answer shows the old tasks";
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
  EXPECT_EQ(worker.task("a", 0)->connector.get("tasks.max"), "1");
  EXPECT_FALSE(worker.task("a", 2));
}

TEST_F(HerderCoreTest, PatchesRemoveKeysByNull) {
  create("a", config());
  ConfigMap nothing;
  nothing.set("tasks.max", std::nullopt);
  nothing.set("never.there", std::nullopt);
  EXPECT_EQ(patch("a", nothing), "done");
  EXPECT_FALSE(views.find("a")->info.config.has("tasks.max"));
}

TEST_F(HerderCoreTest, RunsChangesOfOneConnectorInTheirOrder) {
  std::optional<Answer<Herder::Put>> created, changed;
  std::optional<Answer<Done>> removed;
  core->change(HerderCore::Change::create, "a", config(), {}, into(created));
  core->change(HerderCore::Change::put, "a", config("2"), {}, into(changed));
  core->remove("a", into(removed));
  EXPECT_EQ(around.waiting_calls(), 1U) << "the second waits for the first";
  around.run();
  EXPECT_EQ(outcome(created), "done");
  EXPECT_EQ(outcome(changed), "done");
  EXPECT_EQ(outcome(removed), "done");
  EXPECT_EQ(states("a"), "none");
}

TEST_F(HerderCoreTest, ValidatesOneConnectorWhileAnotherWaitsForItsServer) {
  create("b", config());
  std::optional<Answer<Herder::Put>> slow;
  core->change(HerderCore::Change::create, "a", config(), {}, into(slow));
  std::optional<Answer<Done>> paused;
  core->set_target_state("b", TargetState::paused, into(paused));
  around.run_commands();
  EXPECT_EQ(outcome(paused), "done");
  EXPECT_FALSE(slow);
  around.run();
  EXPECT_EQ(outcome(slow), "done");
}

TEST_F(HerderCoreTest, LetsANewConnectorOfTheNameWaitForTheTasksOfTheOld) {
  create("a", config());
  worker.eager = false;
  EXPECT_EQ(remove("a"), "done");
  EXPECT_EQ(states("a"), "none");
  EXPECT_TRUE(store.saved.empty());
  std::optional<Answer<Herder::Put>> again;
  core->change(HerderCore::Change::create, "a", config(), {}, into(again));
  around.run();
  EXPECT_FALSE(again);
  worker.report("a", 0, TaskState::stopped);
  around.run();
  EXPECT_EQ(outcome(again), "done");
  EXPECT_TRUE(worker.task("a", 0));
}

TEST_F(HerderCoreTest, AsksAgainForTaskConfigurationsThatMayComeLater) {
  worker.task_configs_fault = Error::transient("database is away");
  EXPECT_EQ(create("a", config()), "done");
  EXPECT_EQ(states("a"), "RUNNING:");
  around.advance(Milliseconds(2'000));
  EXPECT_EQ(states("a"), "RUNNING:");
  worker.task_configs_fault.reset();
  around.advance(Milliseconds(60'000));
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
  EXPECT_EQ(book.starts(StatusBook::Kind::connector).successes, 1U);
}

TEST_F(HerderCoreTest, FailsAConnectorWhoseTaskConfigurationsAreWrong) {
  worker.task_configs_fault = Error("2 configurations for at most 1 tasks");
  EXPECT_EQ(create("a", config()), "done");
  EXPECT_EQ(states("a"), "FAILED:");
  EXPECT_EQ(book.status("a")->connector.trace, "2 configurations for at most 1 tasks");
  EXPECT_EQ(restart_connector("a"), "internal: Failed to start connector: a");
  EXPECT_EQ(target("a", TargetState::paused), "done");
  EXPECT_EQ(states("a"), "FAILED:") << "pausing does not hide a failure";
  EXPECT_EQ(target("a", TargetState::started), "done");
  EXPECT_EQ(states("a"), "FAILED:");
  worker.task_configs_fault.reset();
  EXPECT_EQ(restart_connector("a"), "done");
  EXPECT_EQ(states("a"), "RUNNING: RUNNING");
  worker.task_configs_fault = Error("no");
  put("a", config("2"));
  EXPECT_EQ(target("a", TargetState::stopped), "done");
  EXPECT_EQ(states("a"), "STOPPED:");
  EXPECT_EQ(book.status("a")->connector.trace, "");
}

TEST_F(HerderCoreTest, BringsBackWhatWasStored) {
  StoredConnector running{"r", config("2"), TargetState::started}, paused{"p", config(), TargetState::paused};
  StoredConnector stopped{"s", config(), TargetState::stopped}, held{"h", config(), TargetState::started};
  store.saved = {running, paused, stopped, held};
  core->load(store.saved, {"h"});
  EXPECT_EQ(states("r"), "RUNNING:") << "known before anything ran";
  around.run();
  EXPECT_EQ(states("r"), "RUNNING: RUNNING RUNNING");
  EXPECT_EQ(states("p"), "PAUSED: PAUSED");
  EXPECT_EQ(states("s"), "STOPPED:");
  EXPECT_EQ(states("h"), "UNASSIGNED:");
  EXPECT_EQ(put("h", config()), "done");
  EXPECT_EQ(states("h"), "RUNNING: RUNNING");
}

TEST_F(HerderCoreTest, KeepsAConnectorWhosePluginIsGone) {
  store.saved = {{"a", config(), TargetState::started}};
  worker.remove_plugins();
  core->load(store.saved, {});
  around.run();
  EXPECT_EQ(states("a"), "FAILED:");
  EXPECT_NE(book.status("a")->connector.trace.find("DuckSink"), std::string::npos);
  EXPECT_EQ(book.status("a")->type, "unknown");
  EXPECT_FALSE(book.status("a")->connector.version);
  EXPECT_EQ(remove("a"), "done");
}

TEST_F(HerderCoreTest, StopsAllTasksAtTheEndAndRefusesChanges) {
  create("a", config("2"));
  create("b", config());
  worker.eager = false;
  bool stopped = false;
  core->stop([&] { stopped = true; });
  around.run();
  EXPECT_FALSE(stopped);
  EXPECT_EQ(create("c", config()), "internal: The worker is stopping");
  EXPECT_EQ(target("a", TargetState::paused), "internal: The worker is stopping");
  for (const auto& [name, number] : {std::pair("a", 0), std::pair("a", 1), std::pair("b", 0)})
    worker.report(name, number, TaskState::stopped);
  around.run();
  EXPECT_TRUE(stopped);
  EXPECT_EQ(store.saved.size(), 2U) << "they are there again at the next start";
}

TEST_F(HerderCoreTest, RedrivesOneConnectorAtATime) {
  create("a", config());
  create("b", config());
  worker.query_answer.json = R"({"letters":[]})";
  std::optional<Answer<std::string>> first, second, other, unknown;
  core->redrive("a", "{}", into(first));
  core->redrive("a", "{}", into(second));
  core->redrive("b", "{}", into(other));
  core->redrive("x", "{}", into(unknown));
  constexpr const char* kRefused =
      "conflict: A redrive of connector a is running on this worker, which runs one at a time: try again after its end";
  EXPECT_EQ(outcome(second), kRefused);
  EXPECT_EQ(outcome(other), kRefused);
  EXPECT_EQ(outcome(unknown), "not_found: Connector x not found");
  EXPECT_EQ(outcome(first), "none");
  around.run();
  EXPECT_EQ(outcome(first), "done");
}

TEST_F(HerderCoreTest, BeginsTheNextRedriveForWhoeverHasHeardTheEndOfOne) {
  create("a", config());
  worker.query_answer.json = R"({"letters":[]})";
  std::optional<Answer<std::string>> first, second;
  core->redrive("a", "{}", [&](const Answer<std::string>& answer) {
    first = answer;
    core->redrive("a", "{}", into(second));
  });
  around.run();
  EXPECT_EQ(outcome(first), "done");
  EXPECT_EQ(outcome(second), "done");
}

TEST_F(HerderCoreTest, EndsARedriveWhenItsConnectorIsRemovedAndWhenTheWorkerStops) {
  create("a", config());
  create("b", config());
  worker.query_answer.json = R"({"letters":[{"topic":"t","partition":0,"offset":1,"timestamp":5,"key":null,"value":null}]})";
  for (const bool by_removal : {true, false}) {
    const std::string name = by_removal ? "a" : "b";
    std::optional<Answer<std::string>> answer, refused;
    core->redrive(name, R"({"limit":1000000})", into(answer));
    if (by_removal)
      EXPECT_EQ(remove(name), "done");
    else
      core->stop([] {});
    around.run();
    EXPECT_TRUE(outcome(answer).starts_with("conflict: The redrive ended before its time")) << outcome(answer);
    core->redrive("b", "{}", into(refused));
    EXPECT_EQ(outcome(refused), by_removal ? "none" : "internal: The worker is stopping");
    worker.query_answer.outcome.code = plugin::OutcomeCode::fatal;
    around.run();
    worker.query_answer.outcome.code = plugin::OutcomeCode::ok;
  }
}

TEST_F(HerderCoreTest, IsStoppedAtOnceWithoutTasks) {
  bool stopped = false;
  core->stop([&] { stopped = true; });
  EXPECT_TRUE(stopped);
}

TEST_F(HerderCoreTest, ValidatesByTheRulesOfTheEndpoint) {
  const auto validate = [&](const std::string& plugin, const ConfigMap& with) {
    std::optional<Answer<Validation>> answer;
    core->validate(plugin, with, into(answer));
    around.run();
    return outcome(answer);
  };
  worker.validation_errors = {"one"};
  EXPECT_EQ(validate("DuckSink", config()), "done");
  EXPECT_EQ(validate("DuckSinkConnector", config()), "done");
  EXPECT_EQ(validate("Sink", config()), "done");
  EXPECT_EQ(validate("GooseSink", config()),
            "bad_request: Included connector type DuckSink does not match request type GooseSink");
  EXPECT_TRUE(validate("DuckSink", {}).starts_with("internal: Connector config {} contains no connector type"));
  EXPECT_TRUE(validate("Vault", {{"connector.class", "Vault"}}).starts_with("internal: Failed to find any class"));
}

}  // namespace
}  // namespace sinkway::herder
