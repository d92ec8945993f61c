// What a plugin's task may ask of its host, answered by the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/errors/errant_reporter.hpp"
#include "host/plugin/sink_task_proxy.hpp"
#include "host/task/channel.hpp"
#include "host/task/task.hpp"

namespace sinkway::task {

// Threads as in sinkway_host.h. References outlive this.
class Services final : public plugin::TaskServices {
 public:
  Services(const TaskSpec& spec, MetricSink& metrics, Channel& channel, errors::ErrantReporter& reporter)
      : spec_(spec), metrics_(metrics), channel_(channel), reporter_(reporter) {
    letters().set_hook([&wakeup = channel.writer_wakeup] { wakeup.notify(); });
  }
  ~Services() override { letters().set_hook(nullptr); }
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  // Around each put. [writer-thread]
  void begin_put(const Batch& batch);
  // Indexes of the records that the plugin has reported and may leave out.
  [[nodiscard]] std::vector<std::size_t> end_put();
  // Why the task must end: a record was reported although none is tolerated; nothing: it need not.
  [[nodiscard]] const std::optional<std::string>& intolerable() const { return intolerable_; }
  // Tells of a record of the running put; false: not tolerated, see intolerable().
  bool report(std::size_t index, std::string_view stage, std::string_view error_id, std::string_view reason, std::string_view field);

  // The dead letters of the task, also those of the reader; what becomes of them wakes the writer. [any-thread]
  [[nodiscard]] errors::LetterTally& letters() const { return reporter_.letters(); }
  // Waits until every letter up to this ticket is acknowledged; false: not within the time, or the call was cancelled.
  [[nodiscard]] bool await_letters(std::uint64_t until, Milliseconds timeout) const;

  [[nodiscard]] const std::string& connector() const override { return spec_.connector; }
  [[nodiscard]] int task() const override { return spec_.index; }
  [[nodiscard]] const ConfigMap& config() const override { return spec_.config; }
  [[nodiscard]] const Logger& log() const override { return spec_.log; }
  [[nodiscard]] MetricSink& metrics() override { return metrics_; }
  [[nodiscard]] bool report_errant(const plugin::ErrantReport& report) override;
  [[nodiscard]] bool flush_errant(Milliseconds timeout) override { return await_letters(letters().issued(), timeout); }
  [[nodiscard]] const sinkway_batch* next_batch() override;
  [[nodiscard]] int next_batch_descriptor() const override { return channel_.batch_waits.descriptor(); }
  void request_commit() override { channel_.to_reader.post(CommitAsked{}); }
  void pause_partition(std::string_view topic, std::int32_t partition) override;
  void resume_partition(std::string_view topic, std::int32_t partition) override;
  [[nodiscard]] int cancel_descriptor() const override { return channel_.cancel.descriptor(); }
  [[nodiscard]] bool is_cancelled() const override { return channel_.cancel.raised(); }
  [[nodiscard]] bool is_current(std::string_view topic, std::int32_t partition, std::uint64_t generation) const override {
    return channel_.live.is_current(topic, partition, generation);
  }

 private:
  const TaskSpec& spec_;
  MetricSink& metrics_;
  Channel& channel_;
  errors::ErrantReporter& reporter_;
  const Batch* batch_ = nullptr;
  sinkway_batch next_batch_{};  // lent during a put
  std::vector<std::size_t> reported_;
  std::optional<std::string> intolerable_;
};

}  // namespace sinkway::task
