// A sink plugin behind the real C ABI that keeps its rows and positions in memory, and misbehaves as the test says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/data/value.hpp"
#include "plugins/sdk/abi/sinkway_sink.h"
#include "tests/support/scripted_consumer.hpp"

namespace sinkway::test {

// What survives a task: as a database would. One mutex stands for its transactions. [any-thread]
struct ScriptedDatabase {
  struct Row {
    ScriptedPlace at;
    std::int64_t offset;
    std::string value;
    bool operator==(const Row&) const = default;
  };
  struct Owner {
    std::int64_t next_offset = 0;
    std::int64_t epoch = 0;
  };
  std::mutex mutex;
  std::vector<Row> rows;
  std::map<ScriptedPlace, Owner> owners;

  // The offsets that were written for a partition, in the order of writing.
  [[nodiscard]] std::vector<std::int64_t> offsets(const ScriptedPlace& at) {
    const std::lock_guard guard(mutex);
    std::vector<std::int64_t> found;
    for (const Row& row : rows)
      if (row.at == at) found.push_back(row.offset);
    return found;
  }
  [[nodiscard]] std::size_t size() {
    const std::lock_guard guard(mutex);
    return rows.size();
  }
};

// What a scripted call answers instead of doing its work.
struct ScriptedAnswer {
  std::int32_t code = SINKWAY_OK;
  std::string reason = "scripted";
  std::int64_t retry_after_ms = -1;
  std::size_t record_index = SINKWAY_NO_RECORD;
  bool works_first = false;  // does its work and answers this all the same: a COMMIT whose answer was lost
};

// One class of a plugin, one task at a time. With exactly_once it follows exactly-once.md: acquire, compare, advance; else it writes
// what it is given. Records whose value begins with "reject" are reported, those with "refuse" are answered DATA_ERROR.
class ScriptedPlugin {
 public:
  explicit ScriptedPlugin(ScriptedDatabase& database, bool exactly_once = true) : database_(database), exactly_once_(exactly_once) {
    entry_.descriptor.struct_size = sizeof(sinkway_descriptor);
    entry_.descriptor.kind = SINKWAY_KIND_SINK;
    entry_.descriptor.name = lend(kName);
    entry_.descriptor.version = lend("1");
    entry_.descriptor.create_task = &create_task;
    entry_.plugin = this;
  }
  static constexpr std::string_view kName = "org.example.ScriptedSinkConnector";
  [[nodiscard]] const sinkway_descriptor* descriptor() const { return &entry_.descriptor; }

  // --- The script: called at the beginning of each call; an answer takes the place of the work.
  std::function<std::optional<ScriptedAnswer>()> on_start, on_open, on_pre_commit, on_close;
  std::function<std::optional<ScriptedAnswer>(const sinkway_batch&)> on_put;
  bool awaits_letters = false;     // before it writes, as a plugin must that keeps its positions itself (D6)
  bool wants_raw_records = false;  // from the next start on
  bool wants_headers = true;       // the same
  std::function<void()> on_cancel;
  // By topic, what the schema-hint extension tells; empty: the task has no such extension.
  std::map<std::string, std::vector<std::pair<std::string, std::uint8_t>>, std::less<>> columns;
  bool refuses_to_be_made = false;

  // --- What happened. Each call by name, e.g. "open", "put 3", "close lost".
  [[nodiscard]] std::vector<std::string> calls() {
    const std::lock_guard guard(mutex_);
    return calls_;
  }
  [[nodiscard]] std::size_t count(std::string_view call) {
    const std::lock_guard guard(mutex_);
    return static_cast<std::size_t>(
        std::count_if(calls_.begin(), calls_.end(), [&](const std::string& one) { return one.starts_with(call); }));
  }
  // Rules of the engine that the plugin saw broken.
  [[nodiscard]] std::vector<std::string> violations() {
    const std::lock_guard guard(mutex_);
    return violations_;
  }
  // Lent while a task lives.
  [[nodiscard]] const sinkway_host* host() const { return host_; }

 private:
  struct Owned {
    std::int64_t next_offset = 0;
    std::int64_t epoch = 0;
    std::uint64_t generation = 0;
  };
  struct Entry {
    sinkway_descriptor descriptor{};
    ScriptedPlugin* plugin = nullptr;
  };
  struct Task {
    sinkway_task face{};
    ScriptedPlugin* plugin = nullptr;
    std::map<ScriptedPlace, Owned> owned;
    std::string reason;  // lent until the next call
    sinkway_exactly_once extension{};
    std::vector<sinkway_hint_column> hint;  // lent until the next call
  };

  static Task& task_of(sinkway_task* task) { return *static_cast<Task*>(task->plugin_data); }

  static sinkway_task* create_task(const sinkway_descriptor* descriptor, const sinkway_host* host) {
    ScriptedPlugin& plugin = *reinterpret_cast<const Entry*>(descriptor)->plugin;
    if (plugin.refuses_to_be_made) return nullptr;
    plugin.host_ = host;
    auto* const task = new Task;
    task->plugin = &plugin;
    task->extension = {sizeof(sinkway_exactly_once), plugin.exactly_once_ ? 1 : 0};
    task->face = {sizeof(sinkway_task), 0,      task,    &start,  &open, &put,
                  &pre_commit,          &close, &stop, &cancel, &destroy, &get_extension};
    return &task->face;
  }

  static void answer(Task& task, sinkway_outcome* outcome, const ScriptedAnswer& given) {
    task.reason = given.reason;
    outcome->code = given.code;
    outcome->reason = lend(task.reason);
    outcome->retry_after_ms = given.retry_after_ms;
    outcome->record_index = given.record_index;
  }
  void note(std::string call) {
    const std::lock_guard guard(mutex_);
    calls_.push_back(std::move(call));
  }
  void violation(std::string what) {
    const std::lock_guard guard(mutex_);
    violations_.push_back(std::move(what));
  }

  static void start(sinkway_task* self, sinkway_outcome* outcome) {
    Task& task = task_of(self);
    task.plugin->note("start");
    answer(task, outcome, run(task.plugin->on_start).value_or(ScriptedAnswer{}));
  }

  static void open(sinkway_task* self, sinkway_open_partition* partitions, std::size_t count, sinkway_outcome* outcome) {
    Task& task = task_of(self);
    task.plugin->note("open " + std::to_string(count));
    if (auto given = run(task.plugin->on_open)) return answer(task, outcome, *given);
    for (std::size_t n = 0; n < count; ++n) {
      sinkway_open_partition& one = partitions[n];
      const ScriptedPlace at{std::string(view(*one.topic)), one.partition};
      Owned owned{one.host_start, 0, one.generation};
      if (task.plugin->exactly_once_) {
        const std::lock_guard guard(task.plugin->database_.mutex);
        auto [row, fresh] = task.plugin->database_.owners.try_emplace(at, ScriptedDatabase::Owner{one.host_start, 0});
        ++row->second.epoch;
        owned.next_offset = row->second.next_offset;
        owned.epoch = row->second.epoch;
      }
      one.next_offset = owned.next_offset;
      one.epoch = owned.epoch;
      task.owned[at] = owned;
    }
    answer(task, outcome, {});
  }

  static void put(sinkway_task* self, const sinkway_batch* batch, sinkway_outcome* outcome) {
    Task& task = task_of(self);
    task.plugin->note("put " + std::to_string(batch->record_count));
    task.plugin->check(task, *batch);
    const auto given = run<const sinkway_batch&>(task.plugin->on_put, *batch);
    if (given && !given->works_first) return answer(task, outcome, *given);
    ScriptedAnswer done = task.plugin->write(task, *batch);
    answer(task, outcome, given && done.code == SINKWAY_OK ? *given : done);
  }

  // Out of its place while it runs: a script may replace or remove itself.
  template <typename... Arguments>
  static std::optional<ScriptedAnswer> run(std::function<std::optional<ScriptedAnswer>(Arguments...)>& place, Arguments... arguments) {
    struct Running {
      std::optional<ScriptedAnswer> operator()(Arguments...) const { return std::nullopt; }
    };
    if (!place) return std::nullopt;
    auto script = std::exchange(place, Running{});
    auto given = script(arguments...);
    if (place.template target<Running>()) place = std::move(script);
    return given;
  }

  // Each record lies inside the positions of its batch, ascending by partition; positions go on where the last ones ended.
  void check(Task& task, const sinkway_batch& batch) {
    std::map<ScriptedPlace, std::pair<std::int64_t, std::int64_t>> covered;
    for (std::size_t n = 0; n < batch.position_count; ++n) {
      const sinkway_position& one = batch.positions[n];
      const ScriptedPlace at{std::string(view(*one.topic)), one.partition};
      covered[at] = {one.expected, one.next_offset};
      const auto owned = task.owned.find(at);
      if (owned == task.owned.end() || owned->second.generation != one.generation)
        violation("put of a partition that is not open");
      else if (owned->second.next_offset != one.expected && owned->second.next_offset != one.next_offset)
        violation("put does not go on where the last one ended");
    }
    if (batch.position_count == 0) violation("put without positions");
    for (std::size_t n = 0; n < batch.record_count; ++n) {
      const sinkway_record& record = batch.records[n];
      const auto found = covered.find({std::string(view(*record.original_topic)), record.original_partition});
      if (found == covered.end() || record.offset < found->second.first || record.offset >= found->second.second)
        violation("record outside of the positions of its batch, or out of order");
      else
        found->second.first = record.offset + 1;
    }
  }

  ScriptedAnswer write(Task& task, const sinkway_batch& batch) {
    std::vector<ScriptedDatabase::Row> rows;
    bool reported = false;
    for (std::size_t n = 0; n < batch.record_count; ++n) {
      const sinkway_record& record = batch.records[n];
      std::string value = record.value.tag == SINKWAY_STRING ? std::string(text_of(record.value)) : std::string();
      if (value.starts_with("refuse")) return {SINKWAY_DATA_ERROR, "refused", -1, n};
      if (value.starts_with("reject")) {
        sinkway_errant errant{};
        errant.struct_size = sizeof errant;
        errant.record_index = n;
        errant.reason = lend("rejected");
        if (host_->report_errant(host_, &errant) != SINKWAY_ERRANT_ACCEPTED) return {SINKWAY_DATA_ERROR, "rejected", -1, n};
        reported = true;
        continue;
      }
      rows.push_back({{std::string(view(*record.original_topic)), record.original_partition}, record.offset, std::move(value)});
    }
    if (reported && awaits_letters && host_->flush_errant(host_, 0) != 1) return {SINKWAY_RETRIABLE, "letters", -1};
    const std::lock_guard guard(database_.mutex);
    bool again = false;
    if (exactly_once_ && !compare_and_advance(task, batch, again)) return {SINKWAY_FENCED, "another owner"};
    if (!again) database_.rows.insert(database_.rows.end(), rows.begin(), rows.end());
    for (std::size_t n = 0; n < batch.position_count; ++n)
      task.owned[place_of(batch.positions[n])].next_offset = batch.positions[n].next_offset;
    return {};
  }

  static ScriptedPlace place_of(const sinkway_position& one) { return {std::string(view(*one.topic)), one.partition}; }

  // False: another owner came. `again`: this batch was committed already, only the answer was lost.
  bool compare_and_advance(Task& task, const sinkway_batch& batch, bool& again) {
    std::size_t fresh = 0;
    for (std::size_t n = 0; n < batch.position_count; ++n) {
      const sinkway_position& one = batch.positions[n];
      const auto& row = database_.owners[place_of(one)];
      if (row.epoch != task.owned[place_of(one)].epoch) return false;
      if (row.next_offset == one.expected)
        ++fresh;
      else if (row.next_offset != one.next_offset)
        return false;
    }
    if (fresh != 0 && fresh != batch.position_count) return false;
    again = fresh == 0;
    for (std::size_t n = 0; n < batch.position_count; ++n)
      database_.owners[place_of(batch.positions[n])].next_offset = batch.positions[n].next_offset;
    return true;
  }

  static void pre_commit(sinkway_task* self, sinkway_position*, std::size_t count, sinkway_outcome* outcome) {
    Task& task = task_of(self);
    task.plugin->note("pre_commit " + std::to_string(count));
    answer(task, outcome, run(task.plugin->on_pre_commit).value_or(ScriptedAnswer{}));
  }

  static void close(sinkway_task* self, const sinkway_position* positions, std::size_t count, std::int32_t lost,
                    sinkway_outcome* outcome) {
    Task& task = task_of(self);
    task.plugin->note(lost ? "close lost" : "close");
    for (std::size_t n = 0; n < count; ++n) task.owned.erase({std::string(view(*positions[n].topic)), positions[n].partition});
    answer(task, outcome, run(task.plugin->on_close).value_or(ScriptedAnswer{}));
  }

  static void stop(sinkway_task* self) { task_of(self).plugin->note("stop"); }
  static void cancel(sinkway_task* self) {
    if (task_of(self).plugin->on_cancel) task_of(self).plugin->on_cancel();
  }
  static void destroy(sinkway_task* self) {
    Task* const task = &task_of(self);
    task->plugin->note("destroy");
    task->plugin->host_ = nullptr;
    delete task;
  }
  static std::int32_t get_hint(sinkway_task* self, sinkway_string topic, sinkway_schema_hint* told) {
    Task& task = task_of(self);
    const auto known = task.plugin->columns.find(view(topic));
    if (known == task.plugin->columns.end()) return 0;
    task.hint.clear();
    for (const auto& [name, tag] : known->second) task.hint.push_back({lend(name), tag, {}});
    told->columns = task.hint.data();
    told->column_count = task.hint.size();
    return 1;
  }
  static const void* get_extension(sinkway_task* self, sinkway_string id) {
    static constexpr sinkway_schema_hint_source kHint{sizeof(sinkway_schema_hint_source), 0, &get_hint};
    if (view(id) == SINKWAY_EXT_SCHEMA_HINT) return task_of(self).plugin->columns.empty() ? nullptr : &kHint;
    static constexpr sinkway_raw_records kRaw{sizeof(sinkway_raw_records), 1};
    if (view(id) == SINKWAY_EXT_RAW_RECORDS) return task_of(self).plugin->wants_raw_records ? &kRaw : nullptr;
    static constexpr sinkway_headers kNoHeaders{sizeof(sinkway_headers), 0};
    if (view(id) == SINKWAY_EXT_HEADERS) return task_of(self).plugin->wants_headers ? nullptr : &kNoHeaders;
    return view(id) == SINKWAY_EXT_EXACTLY_ONCE ? &task_of(self).extension : nullptr;
  }

  ScriptedDatabase& database_;
  bool exactly_once_;
  Entry entry_;
  const sinkway_host* host_ = nullptr;
  std::mutex mutex_;
  std::vector<std::string> calls_;
  std::vector<std::string> violations_;
};

}  // namespace sinkway::test
