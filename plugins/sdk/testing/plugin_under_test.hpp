// A plugin held by its descriptor, and one task of it led through its life while every answer is held against the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_sink.h"
#include "plugins/sdk/testing/fake_host.hpp"
#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::sdk::testing {

// What the checks work with.
struct Subject {
  const sinkway_descriptor* descriptor = nullptr;
  Config::Entries config{};                                    // one that the plugin can work with
  std::string topic = "conformance";
  std::vector<std::pair<std::string, std::string>> fields{};  // more fields for each good record, as texts
};

// Words that stand in records and passwords only: wherever else they turn up, the plugin has told a secret.
inline constexpr std::string_view kRecordSecret = "conformance-record-secret-7391";
inline constexpr std::string_view kPasswordSecret = "conformance-password-secret-2846";

// The faults found so far, in words.
using Faults = std::vector<std::string>;

[[nodiscard]] inline std::span<const sinkway_option> options_of(const sinkway_descriptor& descriptor) {
  // The kit is built with the same SDK or a newer one; manifest sanity refuses another stride.
  return {descriptor.options, descriptor.option_count};
}

// An answer, copied.
struct Answer {
  int code = SINKWAY_FATAL;
  std::string reason;
  std::size_t record_index = SINKWAY_NO_RECORD;
  [[nodiscard]] bool ok() const { return code == SINKWAY_OK; }
};

// One task and its host. The calls may be made from any one thread. Whatever breaks a rule goes to `faults`.
class TaskUnderTest {
 public:
  TaskUnderTest(const Subject& subject, Faults& faults, int number = 0)
      : subject_(subject), faults_(faults), host_(std::make_unique<FakeHost>("conformance", number, subject.config)) {
    const FakeHost::Call call(*host_);
    task_ = subject.descriptor->create_task(subject.descriptor, host_->get());
    usable_ = task_ != nullptr && task_->struct_size >= sizeof(sinkway_task) && is_whole(*task_);
    if (!usable_) fault("create_task answered NULL, a struct shorter than the ABI's, or one that lacks a function");
  }
  ~TaskUnderTest() { destroy(); }
  TaskUnderTest(const TaskUnderTest&) = delete;
  TaskUnderTest& operator=(const TaskUnderTest&) = delete;

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] FakeHost& host() { return *host_; }

  Answer start() {
    return call("start", 0, [&](sinkway_outcome* outcome) { task_->start(task_, outcome); });
  }

  Answer open(SampleBatch& names, std::initializer_list<std::int32_t> partitions, std::int64_t host_start = 0) {
    std::vector<sinkway_open_partition> opened;
    for (const auto partition : partitions) opened.push_back({names.intern(subject_.topic), partition, 0, 1, host_start, -1, -1});
    Answer answer = call("open", 0, [&](sinkway_outcome* outcome) { task_->open(task_, opened.data(), opened.size(), outcome); });
    for (const auto& partition : opened)
      if (answer.ok() && (partition.next_offset < 0 || partition.epoch < 0)) fault("open left next_offset or epoch unfilled");
    next_offset_ = answer.ok() && !opened.empty() ? opened.front().next_offset : host_start;
    return answer;
  }
  // Where the first partition of the last open begins.
  [[nodiscard]] std::int64_t next_offset() const { return next_offset_; }

  Answer put(const sinkway_batch& batch) {
    const auto reported_before = host_->errants().size();
    Answer answer = call("put", batch.record_count, [&](sinkway_outcome* outcome) { task_->put(task_, &batch, outcome); }, true);
    if (answer.record_index != SINKWAY_NO_RECORD && answer.record_index >= batch.record_count)
      fault("put named a record that the batch does not have");
    if (!host_->behaviour.tolerant && host_->errants().size() > reported_before && answer.ok())
      fault("put answered OK although the host had refused the report of a record (errors.tolerance=none)");
    return answer;
  }

  Answer pre_commit(std::vector<sinkway_position> positions) {
    const auto before = positions;
    Answer answer = call("pre_commit", 0, [&](sinkway_outcome* outcome) {
      task_->pre_commit(task_, positions.data(), positions.size(), outcome);
    });
    for (std::size_t i = 0; i < positions.size(); ++i)
      if (positions[i].next_offset > before[i].next_offset) fault("pre_commit raised a position");
    return answer;
  }

  Answer close(const std::vector<sinkway_position>& positions, bool lost = false) {
    return call("close", 0, [&](sinkway_outcome* outcome) {
      task_->close(task_, positions.data(), positions.size(), lost ? 1 : 0, outcome);
    });
  }

  void stop() {
    if (!usable_) return;
    const FakeHost::Call call(*host_);
    task_->stop(task_);
  }
  void cancel() {
    if (usable_) task_->cancel(task_);
  }
  // Ends the task and looks back on what it did to its host.
  void destroy() {
    if (task_ == nullptr) return;
    if (usable_) {
      const FakeHost::Call call(*host_);
      task_->destroy(task_);
    }
    task_ = nullptr;
    usable_ = false;
    host_->ended();
    for (const auto& violation : host_->violations()) fault(violation);
    for (const auto& line : host_->log_lines()) listen("a log line", line);
    for (const auto& errant : host_->errants())
      listen("a report of an errant record", errant.reason + errant.field + errant.error_id);
  }

  [[nodiscard]] const void* extension(std::string_view id) {
    if (!usable_) return nullptr;
    const FakeHost::Call call(*host_);
    return task_->get_extension(task_, lend(id));
  }
  // Asked after start, as the worker does.
  [[nodiscard]] bool wants_raw_records() {
    const auto* told = static_cast<const sinkway_raw_records*>(extension(SINKWAY_EXT_RAW_RECORDS));
    if (told == nullptr) return false;
    if (told->struct_size < sizeof(sinkway_raw_records)) fault("the struct of raw-records is shorter than the ABI's");
    return told->wanted != 0;
  }
  [[nodiscard]] bool wants_headers() {
    const auto* told = static_cast<const sinkway_headers*>(extension(SINKWAY_EXT_HEADERS));
    if (told == nullptr) return true;
    if (told->struct_size < sizeof(sinkway_headers)) fault("the struct of headers is shorter than the ABI's");
    return told->wanted != 0;
  }
  [[nodiscard]] sinkway_task* raw() { return task_; }

 private:
  [[nodiscard]] static bool is_whole(const sinkway_task& task) {
    return task.start && task.open && task.put && task.pre_commit && task.close && task.stop && task.cancel && task.destroy &&
           task.get_extension;
  }

  template <typename Body>
  Answer call(const char* function, std::size_t records, Body body, bool is_put = false) {
    if (!usable_) return {};
    constexpr int kUnfilled = -1;
    sinkway_outcome outcome{sizeof(sinkway_outcome), kUnfilled, {}, {}, {}, -1, SINKWAY_NO_RECORD};
    {
      const FakeHost::Call running(*host_, records, is_put);
      body(&outcome);
    }
    const std::string name(function);
    if (outcome.code < SINKWAY_OK || outcome.code > SINKWAY_FENCED)
      fault(name + " left its outcome unfilled or with an unknown code");
    if (outcome.code != SINKWAY_OK && outcome.reason.size == 0) fault(name + " failed without a reason");
    listen("the outcome of " + name, std::string(view(outcome.reason)) + std::string(view(outcome.hint)));
    return {outcome.code, std::string(view(outcome.reason)), outcome.record_index};
  }

  void listen(const std::string& where, const std::string& text) {
    if (text.find(kRecordSecret) != std::string::npos) fault(where + " holds a value of a record");
    if (text.find(kPasswordSecret) != std::string::npos) fault(where + " holds a password");
  }
  void fault(const std::string& what) { faults_.push_back(what); }

  const Subject& subject_;
  Faults& faults_;
  std::unique_ptr<FakeHost> host_;
  sinkway_task* task_ = nullptr;
  bool usable_ = false;
  std::int64_t next_offset_ = 0;
};

// Fills a batch with records from `first` on that are good by all that is known, or with one of each kind of value.
inline void fill_good(SampleBatch& batch, const Subject& subject, std::int32_t partition, std::int64_t first, int count) {
  batch.keep_raw(kRecordSecret);
  for (int i = 0; i < count; ++i) {
    std::vector<std::pair<std::string, sinkway_value>> fields;
    for (const auto& [name, text] : subject.fields) fields.emplace_back(name, text_value(batch.keep(text)));
    if (fields.empty()) fields = {{"id", value_of(SINKWAY_INT64, i)}, {"note", text_value(kRecordSecret)}};
    batch.add(subject.topic, partition, first + i, batch.object(fields));
  }
  batch.cover(subject.topic, partition, first, first + count);
}

inline void fill_odd(SampleBatch& batch, const Subject& subject, std::int64_t first) {
  batch.keep_raw(kRecordSecret);
  const std::vector<sinkway_value> values = {
      value_of(SINKWAY_NULL), value_of(SINKWAY_BOOL, 1), value_of(SINKWAY_INT8, -1), value_of(SINKWAY_INT16, -1),
      value_of(SINKWAY_INT32, -1), value_of(SINKWAY_INT64, INT64_MIN), number_value(SINKWAY_FLOAT32, 0.5),
      number_value(SINKWAY_FLOAT64, -1e300), text_value(kRecordSecret), text_value(""), bytes_value(SINKWAY_BYTES, kRecordSecret),
      bytes_value(SINKWAY_DECIMAL, std::string_view("\x80\x01", 2), 3), value_of(SINKWAY_DATE, -1),
      value_of(SINKWAY_TIME_MS, 86'399'999), value_of(SINKWAY_TIME_US, 1), value_of(SINKWAY_TIMESTAMP_MS, -1),
      value_of(SINKWAY_TIMESTAMP_US, INT64_MAX)};
  std::int64_t offset = first;
  for (const sinkway_value& value : values) {
    batch.add(subject.topic, 0, offset++, value);
    batch.add(subject.topic, 0, offset++, batch.object({{"field", value}, {"gone", value_of(SINKWAY_ABSENT)}}));
  }
  batch.add(subject.topic, 0, offset++, batch.items(SINKWAY_ARRAY, values));
  batch.add(subject.topic, 0, offset++,
            batch.items(SINKWAY_MAP, {text_value("key"), batch.object({}), text_value(""), value_of(SINKWAY_NULL)}));
  batch.add(subject.topic, 0, offset++, batch.object({{"inner", batch.object({{"deep", text_value(kRecordSecret)}})}}));
  batch.cover(subject.topic, 0, first, offset);
}

}  // namespace sinkway::sdk::testing
