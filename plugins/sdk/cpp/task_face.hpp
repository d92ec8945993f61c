// A SinkTask behind the functions of sinkway_task.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/guard.hpp"
#include "plugins/sdk/cpp/sink_task.hpp"

namespace sinkway::sdk {

// Owns the task; made by create, ended by the destroy of its face. Nothing here is for authors of plugins.
class TaskFace {
 public:
  // Null when the task could not be constructed; the reason is in the log.
  template <typename Task>
  static sinkway_task* create(const sinkway_descriptor* descriptor, const sinkway_host* host) noexcept {
    if (host == nullptr || host->struct_size < sizeof(sinkway_host)) return nullptr;
    TaskFace* made = nullptr;
    Guard guard;
    sinkway_outcome outcome{};
    guard.run(outcome, [&] { made = new TaskFace(*descriptor, *host, std::make_unique<Task>()); });
    if (made == nullptr) host->log(host, SINKWAY_LOG_ERROR, outcome.reason, nullptr, 0);
    return made == nullptr ? nullptr : &made->face_;
  }

 private:
  TaskFace(const sinkway_descriptor& descriptor, const sinkway_host& host, std::unique_ptr<SinkTask> task)
      : task_(std::move(task)), host_(&host), options_(descriptor.options, descriptor.option_count) {
    task_->attach(Host(&host));
  }

  static TaskFace& of(sinkway_task* face) { return *static_cast<TaskFace*>(face->plugin_data); }

  static void start(sinkway_task* face, sinkway_outcome* outcome) {
    TaskFace& self = of(face);
    self.guard_.run(*outcome, [&] {
      self.task_->start(Config(self.options_, *self.host_));
      self.exactly_once_.active = self.task_->keeps_offsets() ? 1 : 0;
      self.raw_records_.wanted = self.task_->wants_raw_records() ? 1 : 0;
      self.headers_.wanted = self.task_->wants_headers() ? 1 : 0;
    });
  }

  static void open(sinkway_task* face, sinkway_open_partition* partitions, std::size_t count, sinkway_outcome* outcome) {
    const std::span<OpenPartition> opened(partitions, count);
    for (OpenPartition& partition : opened) {
      partition.next_offset = partition.host_start;
      partition.epoch = 0;
    }
    of(face).guard_.run(*outcome, [&] { of(face).task_->open(opened); });
  }

  static void put(sinkway_task* face, const sinkway_batch* batch, sinkway_outcome* outcome) {
    of(face).guard_.run(*outcome, [&] { of(face).task_->put(BatchView(*batch)); });
  }

  static void pre_commit(sinkway_task* face, sinkway_position* positions, std::size_t count, sinkway_outcome* outcome) {
    of(face).guard_.run(*outcome, [&] { of(face).task_->pre_commit({positions, count}); });
  }

  static void close(sinkway_task* face, const sinkway_position* positions, std::size_t count, std::int32_t lost,
                    sinkway_outcome* outcome) {
    of(face).guard_.run(*outcome, [&] { of(face).task_->close({positions, count}, lost != 0); });
  }

  // The ABI has no outcome here: there is nobody left who could act on it.
  static void stop(sinkway_task* face) {
    TaskFace& self = of(face);
    sinkway_outcome outcome{};
    self.guard_.run(outcome, [&] { self.task_->stop(); });
    if (outcome.code != SINKWAY_OK) self.host_->log(self.host_, SINKWAY_LOG_WARN, outcome.reason, nullptr, 0);
  }

  static void cancel(sinkway_task* face) { of(face).task_->cancel(); }
  static void destroy(sinkway_task* face) { delete &of(face); }

  static const void* get_extension(sinkway_task* face, sinkway_string id) {
    if (view(id) == SINKWAY_EXT_EXACTLY_ONCE) return &of(face).exactly_once_;
    if (view(id) == SINKWAY_EXT_RAW_RECORDS) return &of(face).raw_records_;
    if (view(id) == SINKWAY_EXT_HEADERS) return &of(face).headers_;
    if (view(id) == SINKWAY_EXT_REPORT) return &of(face).report_;
    if (view(id) == SINKWAY_EXT_SCHEMA_HINT) return &of(face).hint_source_;
    return nullptr;
  }

  static void get_report(sinkway_task* face, const sinkway_text_sink* answer) {
    sinkway_outcome outcome{};
    of(face).guard_.run(outcome, [&] {
      const std::string text = of(face).task_->report();
      if (!text.empty()) answer->put(answer->data, lend(text));
    });
  }

  static std::int32_t get_hint(sinkway_task* face, sinkway_string topic, sinkway_schema_hint* told) {
    TaskFace& self = of(face);
    sinkway_outcome outcome{};
    self.guard_.run(outcome, [&] { self.remember(self.task_->schema_hint(view(topic))); });
    if (outcome.code != SINKWAY_OK || !self.hint_) return 0;
    told->ignores_unmatched = self.hint_->ignores_unmatched ? 1 : 0;
    told->columns = self.hint_columns_.data();
    told->column_count = self.hint_columns_.size();
    return 1;
  }

  void remember(std::optional<Hint> hint) {
    hint_ = std::move(hint);
    hint_columns_.clear();
    if (!hint_) return;
    for (const HintColumn& column : hint_->columns) hint_columns_.push_back({lend(column.name), column.tag, {}});
  }

  std::unique_ptr<SinkTask> task_;
  const sinkway_host* host_;
  std::span<const sinkway_option> options_;
  Guard guard_;
  std::optional<Hint> hint_;
  std::vector<sinkway_hint_column> hint_columns_;
  sinkway_exactly_once exactly_once_{sizeof(sinkway_exactly_once), 0};
  sinkway_raw_records raw_records_{sizeof(sinkway_raw_records), 0};
  sinkway_headers headers_{sizeof(sinkway_headers), 1};
  sinkway_report report_{sizeof(sinkway_report), 0, get_report};
  sinkway_schema_hint_source hint_source_{sizeof(sinkway_schema_hint_source), 0, get_hint};
  sinkway_task face_{sizeof(sinkway_task), 0, this, start, open, put, pre_commit, close, stop, cancel, destroy, get_extension};
};

}  // namespace sinkway::sdk
