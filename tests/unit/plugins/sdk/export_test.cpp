#include "plugins/sdk/cpp/export.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "plugins/sdk/testing/fake_host.hpp"
#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::sdk {
namespace {

using testing::FakeHost;
using testing::SampleBatch;

// What the task below does in put; the ABI leaves no other way in.
std::function<void(const BatchView&)> on_put;
bool constructor_throws = false;
int alive = 0;

class ExampleTask final : public SinkTask {
 public:
  ExampleTask() {
    if (constructor_throws) throw std::runtime_error("no memory of that");
    ++alive;
  }
  ~ExampleTask() override { --alive; }
  void start(const Config& config) override { keeps_ = config.boolean("keeps"); }
  void put(const BatchView& batch) override { on_put(batch); }
  void close(std::span<const Position>, bool lost) override {
    if (lost) throw FencedError("another owner", {.hint = "wait", .error_id = "example.fenced"});
  }
  void stop() override { throw std::runtime_error("stop failed"); }
  bool keeps_offsets() const override { return keeps_; }
  bool wants_raw_records() const override { return keeps_; }
  bool wants_headers() const override { return !keeps_; }
  std::optional<Hint> schema_hint(std::string_view topic) override {
    if (topic == "throws") throw std::runtime_error("no catalog");
    if (topic != "weather") return std::nullopt;
    return Hint{{{"id", SINKWAY_STRING}, {"tm", SINKWAY_TIMESTAMP_US}}, true};
  }

 private:
  bool keeps_ = false;
};

class ExampleConnector final : public SinkConnector {
 public:
  std::vector<Finding> validate(const Config& config) override {
    if (config.text("keeps") == "throws") throw RetriableError("server away");
    return {{"keeps", "bad for you"}};
  }
};

constexpr auto kOptions = option_table({{.name = "keeps", .type = SINKWAY_TYPE_BOOLEAN, .default_value = "true"}});

}  // namespace
}  // namespace sinkway::sdk

SINKWAY_EXPORT_SINKS(
    sinkway::sdk::sink<sinkway::sdk::ExampleTask>({.name = "a.First", .version = "1", .options = sinkway::sdk::kOptions}),
    sinkway::sdk::sink<sinkway::sdk::ExampleTask, sinkway::sdk::ExampleConnector>({.name = "a.Second",
                                                                                  .version = "2",
                                                                                  .options = sinkway::sdk::kOptions}))

namespace sinkway::sdk {
namespace {

class ExportTest : public ::testing::Test {
 protected:
  ~ExportTest() override {
    if (task_ != nullptr) task_->destroy(task_);
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(host_.violations().empty());
  }
  const sinkway_descriptor& descriptor(std::size_t index) { return *sinkway_plugin.descriptor_at(index); }
  sinkway_outcome put(std::function<void(const BatchView&)> body) {
    if (task_ == nullptr) task_ = descriptor(0).create_task(&descriptor(0), host_.get());
    on_put = std::move(body);
    const sinkway_batch batch = batch_.view();
    sinkway_outcome outcome{};
    task_->put(task_, &batch, &outcome);
    return outcome;
  }
  sinkway_outcome start() {
    if (task_ == nullptr) task_ = descriptor(0).create_task(&descriptor(0), host_.get());
    sinkway_outcome outcome{};
    task_->start(task_, &outcome);
    return outcome;
  }

  FakeHost host_{"example", 0, {}};
  FakeHost::Call call_{host_, 3, true};
  SampleBatch batch_;
  sinkway_task* task_ = nullptr;
};

TEST_F(ExportTest, TheEntryDescribesEachClass) {
  EXPECT_EQ(sinkway_plugin.abi_major, SINKWAY_ABI_MAJOR);
  EXPECT_EQ(sinkway_plugin.struct_size, sizeof(sinkway_entry));
  EXPECT_EQ(sinkway_plugin.init(), 1);
  ASSERT_EQ(sinkway_plugin.descriptor_count(), 2u);
  EXPECT_EQ(sinkway_plugin.descriptor_at(2), nullptr);
  EXPECT_EQ(view(descriptor(1).name), "a.Second");
  EXPECT_EQ(descriptor(0).create_connector, nullptr);
  EXPECT_NE(descriptor(1).create_connector, nullptr);
  EXPECT_EQ(descriptor(0).option_size, sizeof(sinkway_option));
}

TEST_F(ExportTest, WhatIsThrownBecomesAnOutcome) {
  using namespace std::chrono_literals;
  const sinkway_outcome retry = put([](const BatchView&) {
    throw RetriableError("server away", {.hint = "start it", .error_id = "x.away", .retry_after = 250ms});
  });
  EXPECT_EQ(retry.code, SINKWAY_RETRIABLE);
  EXPECT_EQ(view(retry.reason), "server away");
  EXPECT_EQ(view(retry.hint), "start it");
  EXPECT_EQ(view(retry.error_id), "x.away");
  EXPECT_EQ(retry.retry_after_ms, 250);
  EXPECT_EQ(retry.record_index, SINKWAY_NO_RECORD);

  const sinkway_outcome data = put([](const BatchView&) { throw DataError(2, "too long"); });
  EXPECT_EQ(data.code, SINKWAY_DATA_ERROR);
  EXPECT_EQ(data.record_index, 2u);
  EXPECT_EQ(data.retry_after_ms, -1);

  EXPECT_EQ(put([](const BatchView&) { throw FatalError("no"); }).code, SINKWAY_FATAL);
  EXPECT_EQ(put([](const BatchView&) { throw FencedError("no"); }).code, SINKWAY_FENCED);
  const sinkway_outcome unexpected = put([](const BatchView&) { throw std::out_of_range("at"); });
  EXPECT_EQ(unexpected.code, SINKWAY_FATAL);
  EXPECT_EQ(view(unexpected.reason), "unexpected exception: at");
  EXPECT_EQ(put([](const BatchView&) { throw 12; }).code, SINKWAY_FATAL);
  const sinkway_outcome fine = put([](const BatchView&) {});
  EXPECT_EQ(fine.code, SINKWAY_OK);
  EXPECT_EQ(view(fine.reason), "");
}

TEST_F(ExportTest, OpenAnswersTheHostsStartWhenTheTaskSaysNothing) {
  ASSERT_EQ(start().code, SINKWAY_OK);
  const sinkway_string topic = lend("t");
  sinkway_open_partition partition{&topic, 0, 0, 1, 41, -1, -1};
  sinkway_outcome outcome{};
  task_->open(task_, &partition, 1, &outcome);
  EXPECT_EQ(outcome.code, SINKWAY_OK);
  EXPECT_EQ(partition.next_offset, 41);
  EXPECT_EQ(partition.epoch, 0);
}

TEST_F(ExportTest, LossIsToldAndStopThatThrowsIsLogged) {
  ASSERT_EQ(start().code, SINKWAY_OK);
  sinkway_outcome outcome{};
  task_->close(task_, nullptr, 0, 1, &outcome);
  EXPECT_EQ(outcome.code, SINKWAY_FENCED);
  task_->close(task_, nullptr, 0, 0, &outcome);
  EXPECT_EQ(outcome.code, SINKWAY_OK);
  task_->stop(task_);
  ASSERT_EQ(host_.log_lines().size(), 1u);
  EXPECT_EQ(host_.log_lines()[0], "WARN unexpected exception: stop failed");
}

TEST_F(ExportTest, ExtensionsSpeakForTheTask) {
  ASSERT_EQ(start().code, SINKWAY_OK);
  const auto* once = static_cast<const sinkway_exactly_once*>(task_->get_extension(task_, lend(SINKWAY_EXT_EXACTLY_ONCE)));
  ASSERT_NE(once, nullptr);
  EXPECT_EQ(once->active, 1) << "known after start";
  const auto* raw = static_cast<const sinkway_raw_records*>(task_->get_extension(task_, lend(SINKWAY_EXT_RAW_RECORDS)));
  ASSERT_NE(raw, nullptr);
  EXPECT_EQ(raw->wanted, 1) << "known after start";
  const auto* headers = static_cast<const sinkway_headers*>(task_->get_extension(task_, lend(SINKWAY_EXT_HEADERS)));
  ASSERT_NE(headers, nullptr);
  EXPECT_EQ(headers->wanted, 0) << "known after start";
  EXPECT_EQ(task_->get_extension(task_, lend("something.else/1")), nullptr);
  const auto* source = static_cast<const sinkway_schema_hint_source*>(task_->get_extension(task_, lend(SINKWAY_EXT_SCHEMA_HINT)));
  ASSERT_NE(source, nullptr);
  sinkway_schema_hint hint{};
  EXPECT_EQ(source->get_hint(task_, lend("other"), &hint), 0);
  EXPECT_EQ(source->get_hint(task_, lend("throws"), &hint), 0);
  ASSERT_EQ(source->get_hint(task_, lend("weather"), &hint), 1);
  ASSERT_EQ(hint.column_count, 2u);
  EXPECT_EQ(view(hint.columns[1].name), "tm");
  EXPECT_EQ(hint.columns[1].tag, SINKWAY_TIMESTAMP_US);
  EXPECT_EQ(hint.ignores_unmatched, 1u);
}

TEST_F(ExportTest, ATaskThatCannotBeConstructedIsNullAndItsReasonIsLogged) {
  constructor_throws = true;
  EXPECT_EQ(descriptor(0).create_task(&descriptor(0), host_.get()), nullptr);
  constructor_throws = false;
  ASSERT_EQ(host_.log_lines().size(), 1u);
  EXPECT_EQ(host_.log_lines()[0], "ERROR unexpected exception: no memory of that");
  sinkway_host older = *host_.get();
  older.struct_size = 8;
  EXPECT_EQ(descriptor(0).create_task(&descriptor(0), &older), nullptr) << "a host that lacks functions";
}

TEST_F(ExportTest, TheConnectorIsAsked) {
  std::vector<std::string> findings;
  const sinkway_finding_list list{&findings, [](void* data, const sinkway_finding* finding) {
                                    static_cast<std::vector<std::string>*>(data)->emplace_back(view(finding->message));
                                  }};
  sinkway_connector* connector = descriptor(1).create_connector(&descriptor(1), host_.get());
  ASSERT_NE(connector, nullptr);
  sinkway_outcome outcome{};
  connector->validate(connector, &list, &outcome);
  EXPECT_EQ(outcome.code, SINKWAY_OK);
  EXPECT_EQ(findings, std::vector<std::string>{"bad for you"});
  int configs = 0;
  const sinkway_config_list counted{&configs, [](void* data, const sinkway_pair*, std::size_t) { ++*static_cast<int*>(data); }};
  connector->task_configs(connector, 3, &counted, &outcome);
  EXPECT_EQ(configs, 3) << "copies by default";
  connector->destroy(connector);
}

TEST_F(ExportTest, TheHostIsAtHand) {
  const Host host(host_.get());
  EXPECT_EQ(host.connector(), "example");
  EXPECT_EQ(host.task(), 0);
  const Metric rows = host.counter("x_rows_total", "Rows.", {{"table", "a"}});
  rows.record(2);
  host.counter("x_rows_total", "Rows.", {{"table", "b"}}).record(3);
  EXPECT_EQ(host_.recorded("x_rows_total"), (std::vector<double>{2, 3}));
  EXPECT_TRUE(host.report_errant({.record_index = 1, .error_id = "x.y", .reason = "bad"}));
  EXPECT_EQ(host_.errants().at(0).stage, "TASK_PUT");
  EXPECT_TRUE(host.flush_errant(std::chrono::milliseconds(5)));
  host.pause_partition("t", 3);
  EXPECT_EQ(host_.paused().size(), 1u);
  host.resume_partition("t", 3);
  EXPECT_TRUE(host_.paused().empty());
  host.request_commit();
  EXPECT_EQ(host_.commit_requests(), 1);
  host.info("hello", {{"key", "value"}});
  EXPECT_EQ(host_.log_lines().back(), "INFO hello key=value");
  EXPECT_TRUE(host.is_current("t", 0, 1));
  EXPECT_FALSE(host.is_cancelled());
  host_.cancel();
  EXPECT_TRUE(host.is_cancelled());
  host_.calm();
  Metric().record(1);
  host_.behaviour.gives_metrics = false;
  host.gauge("y", "Y.").record(1);
}

}  // namespace
}  // namespace sinkway::sdk
