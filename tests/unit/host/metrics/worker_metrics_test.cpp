#include "host/metrics/worker_metrics.hpp"

#include <gtest/gtest.h>

#include <map>

#include "host/metrics/process_metrics.hpp"

namespace sinkway::metrics {
namespace {

std::map<std::string, double> by_text(const std::vector<Sample>& samples) {
  std::map<std::string, double> values;
  for (const auto& sample : samples) {
    std::string text = sample.name;
    for (const auto& [name, value] : sample.labels) text += " " + name + "=" + value;
    EXPECT_TRUE(values.emplace(text, sample.value).second) << text << " is there twice";
  }
  return values;
}

TEST(WorkerSamples, CountConnectorsTasksAndStarts) {
  herder::StatusBook book;
  book.set({"a", {"RUNNING", "h:1", "1", ""}, {{0, {"RUNNING", "h:1", "1", ""}}, {1, {"FAILED", "h:1", "1", "x"}}},
            "sink"});
  book.set({"b", {"PAUSED", "h:1", "1", ""}, {}, "sink"});
  book.count_attempt(herder::StatusBook::Kind::task);
  book.count_attempt(herder::StatusBook::Kind::task);
  book.count_end(herder::StatusBook::Kind::task, true);
  book.count_end(herder::StatusBook::Kind::task, false);
  auto values = by_text(worker_samples(book));
  EXPECT_EQ(values.at("kafka_connect_worker_connector_count"), 2);
  EXPECT_EQ(values.at("kafka_connect_worker_task_count"), 2);
  EXPECT_EQ(values.at("kafka_connect_worker_task_startup_attempts_total"), 2);
  EXPECT_EQ(values.at("kafka_connect_worker_task_startup_success_total"), 1);
  EXPECT_EQ(values.at("kafka_connect_worker_task_startup_failure_total"), 1);
  EXPECT_EQ(values.at("kafka_connect_worker_connector_startup_attempts_total"), 0);
  EXPECT_EQ(values.at("kafka_connect_worker_connector_total_task_count connector=a"), 2);
  EXPECT_EQ(values.at("kafka_connect_worker_connector_failed_task_count connector=a"), 1);
  EXPECT_EQ(values.at("kafka_connect_worker_connector_running_task_count connector=b"), 0);
  EXPECT_EQ(values.at("kafka_connect_connector_status connector=b status=paused"), 1);
  EXPECT_EQ(values.at("kafka_connect_connector_task_status connector=a task=1 status=failed"), 1);
  EXPECT_EQ(values.count("kafka_connect_connector_task_status connector=a task=1 status=running"), 0U);
}

TEST(WorkerSamples, KeepTheSamplesOfOneNameTogether) {
  herder::StatusBook book;
  for (const auto* name : {"a", "b"})
    book.set({name, {"RUNNING", "h:1", "1", ""}, {{0, {"RUNNING", "h:1", "1", ""}}}, "sink"});
  std::map<std::string, int> runs;
  std::string last;
  for (const auto& sample : worker_samples(book)) {
    if (sample.name != last) ++runs[sample.name];
    last = sample.name;
  }
  for (const auto& [name, count] : runs) EXPECT_EQ(count, 1) << name;
}

TEST(ProcessSamples, AreReadFromProc) {
  const auto values = by_text(parse_process("42 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 7 0 1000 4096000 250 0",
                                            "cpu 1\nbtime 1000000\nx 1\n",
                                            100, 4096));
  EXPECT_EQ(values.at("process_cpu_seconds_total"), 2);
  EXPECT_EQ(values.at("process_threads"), 7);
  EXPECT_EQ(values.at("process_start_time_seconds"), 1'000'010);
  EXPECT_EQ(values.at("process_virtual_memory_bytes"), 4'096'000);
  EXPECT_EQ(values.at("process_resident_memory_bytes"), 250 * 4096);
  EXPECT_TRUE(parse_process("", "", 100, 4096).empty());
}

TEST(ProcessSamples, AreThereForThisProcess) {
  const auto values = by_text(process_samples());
  for (const auto* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds",
                           "process_open_fds"})
    ASSERT_EQ(values.count(name), 1U) << name;
  EXPECT_GT(values.at("process_resident_memory_bytes"), 1'000'000);
}

}  // namespace
}  // namespace sinkway::metrics
