// A task engine that remembers what a plugin asked of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/plugin/sink_task_proxy.hpp"
#include "tests/support/recording_metrics.hpp"

namespace sinkway::test {

// Answers as its public members say.
class FakeTaskServices final : public plugin::TaskServices {
 public:
  const std::string& connector() const override { return name; }
  int task() const override { return 0; }
  const ConfigMap& config() const override { return settings; }
  const Logger& log() const override { return logger; }
  MetricSink& metrics() override { return sink; }
  bool report_errant(const plugin::ErrantReport& report) override {
    errants.emplace_back(report.record_index, std::string(report.reason));
    return tolerant;
  }
  bool flush_errant(Milliseconds) override { return true; }
  [[nodiscard]] const sinkway_batch* next_batch() override { return next; }
  [[nodiscard]] int next_batch_descriptor() const override { return next_descriptor; }
  void request_commit() override { ++commit_requests; }
  void pause_partition(std::string_view topic, std::int32_t partition) override {
    paused.emplace_back(std::string(topic), partition);
  }
  void resume_partition(std::string_view, std::int32_t) override { paused.clear(); }
  int cancel_descriptor() const override { return -1; }
  bool is_cancelled() const override { return cancelled; }
  bool is_current(std::string_view, std::int32_t, std::uint64_t generation) const override { return generation == current; }

  std::string name = "weather";
  ConfigMap settings;
  Logger logger = Logger::none();
  RecordingMetrics sink;
  bool tolerant = true;
  bool cancelled = false;
  std::uint64_t current = 1;
  std::vector<std::pair<std::size_t, std::string>> errants;
  std::vector<std::pair<std::string, std::int32_t>> paused;
  const sinkway_batch* next = nullptr;
  int next_descriptor = 42;
  int commit_requests = 0;
};

}  // namespace sinkway::test
