// Checks of a plugin's task: every order of calls that a host makes.
#pragma once

#include <dirent.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "plugins/sdk/testing/manifest_checks.hpp"
#include "plugins/sdk/testing/plugin_under_test.hpp"

namespace sinkway::sdk::testing {

inline constexpr int kRecords = 5;

// create, start, open of partitions 0 and 1; false: the plugin cannot start (its answers were looked at all the same).
inline bool begin(TaskUnderTest& task, SampleBatch& names) { return task.start().ok() && task.open(names, {0, 1}).ok(); }

// A folder of its own to work in, so that a wrong option that happens to be the name of a file leaves nothing behind.
class WorkingFolder {
 public:
  WorkingFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "conformance-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + before_.string());
    folder_ = pattern;
    std::filesystem::current_path(folder_);
  }
  ~WorkingFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
    std::filesystem::remove_all(folder_, ignored);
  }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
  std::filesystem::path folder_;
};

inline void check_options(const Subject& subject, Faults& faults) {
  const WorkingFolder folder;
  for_each_wrong_config(subject, [&](const Config::Entries& config) {
    Subject wrong = subject;
    wrong.config = config;
    TaskUnderTest task(wrong, faults);
    if (task.start().ok()) task.stop();
  });
}

inline void check_start_and_stop(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  if (const Answer started = task.start(); !started.ok() && started.code != SINKWAY_RETRIABLE)
    faults.push_back("start does not work with this configuration: " + started.reason);
  task.stop();
}

inline void check_empty_put(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch empty;
  if (!begin(task, empty)) return;
  if (const Answer answer = task.put(empty.view()); !answer.ok() && answer.code != SINKWAY_RETRIABLE)
    faults.push_back("a batch of nothing was refused: " + answer.reason);
  task.stop();
}

inline void check_positions_without_records(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch batch;
  if (!begin(task, batch)) return;
  batch.cover(subject.topic, 0, task.next_offset(), task.next_offset() + 10);
  batch.keep_raw(kRecordSecret);
  batch.add_unconverted(subject.topic, 0, task.next_offset() + 1);
  const Answer answer = task.put(batch.view());
  if (!answer.ok() && answer.code != SINKWAY_RETRIABLE) faults.push_back("positions without records were refused: " + answer.reason);
  (void)task.pre_commit(batch.positions());
  (void)task.close(batch.positions());
  task.stop();
}

inline void check_life(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch first;
  if (!begin(task, first)) return;
  (void)task.pre_commit({});
  const std::int64_t from = task.next_offset();
  fill_good(first, subject, 0, from, kRecords);
  const Answer put = task.put(first.view(1));
  (void)task.pre_commit(first.positions());
  if (put.ok()) {
    SampleBatch second;
    fill_good(second, subject, 0, from + kRecords, kRecords);
    (void)task.put(second.view(2));
    (void)task.pre_commit(second.positions());
    (void)task.close(second.positions());
  } else {
    (void)task.close(first.positions());
  }
  // Partitions come back with the next rebalance.
  if (task.open(first, {0, 1}).ok()) (void)task.close({}, true);
  task.stop();
}

inline void check_partial_close(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch both;
  if (!begin(task, both)) return;
  fill_good(both, subject, 0, task.next_offset(), kRecords);
  (void)task.put(both.view());
  (void)task.pre_commit(both.positions());
  (void)task.close(both.positions());
  SampleBatch rest;
  if (task.open(rest, {1}).ok()) {
    fill_good(rest, subject, 1, task.next_offset(), kRecords);
    (void)task.put(rest.view(2));
    (void)task.close(rest.positions(), true);
  }
  task.stop();
}

inline void check_retry(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch batch;
  if (!begin(task, batch)) return;
  fill_good(batch, subject, 0, task.next_offset(), kRecords);
  // Also after OK: a task engine that did not hear the answer in time puts again.
  for (int attempt = 0; attempt < 3; ++attempt) (void)task.put(batch.view(1));
  (void)task.close(batch.positions());
  task.stop();
}

// Each call with cancellation already asked for, and once more while another thread asks for it: each must return (the runner of the
// checks is the watch), and with an answer.
inline void check_cancel(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch batch;
  task.host().cancel();
  task.cancel();
  (void)task.start();
  task.host().calm();
  if (!begin(task, batch)) return;
  fill_good(batch, subject, 0, task.next_offset(), kRecords);
  const std::vector<std::function<void()>> calls = {[&] { (void)task.open(batch, {0, 1}); }, [&] { (void)task.put(batch.view(1)); },
                                                    [&] { (void)task.pre_commit(batch.positions()); },
                                                    [&] { (void)task.close(batch.positions()); }};
  for (const auto& call : calls) {
    task.host().cancel();
    task.cancel();
    call();
    task.host().calm();
    std::thread canceller([&] {
      task.host().cancel();
      task.cancel();
    });
    call();
    canceller.join();
    task.host().calm();
  }
  task.stop();
  task.cancel();
}

inline void check_errants(const Subject& subject, Faults& faults) {
  for (const bool tolerant : {true, false}) {
    TaskUnderTest task(subject, faults);
    SampleBatch batch;
    task.host().behaviour.tolerant = tolerant;
    if (!begin(task, batch)) return;
    fill_odd(batch, subject, task.next_offset());
    (void)task.put(batch.view());
    (void)task.pre_commit(batch.positions());
    (void)task.close(batch.positions());
    task.stop();
  }
}

inline void check_poor_host(const Subject& subject, Faults& faults) {
  TaskUnderTest task(subject, faults);
  SampleBatch batch;
  task.host().behaviour = {.tolerant = false, .flushes = false, .gives_metrics = false, .is_current = false};
  if (task.extension("conformance.no-such-extension/1") != nullptr)
    faults.push_back("the task knows an extension that does not exist");
  if (!begin(task, batch)) return;
  fill_good(batch, subject, 0, task.next_offset(), kRecords);
  if (!task.wants_raw_records()) batch.forget_raw();  // a worker need not keep them then
  (void)task.wants_headers();                         // no record here has any
  (void)task.put(batch.view());
  (void)task.close(batch.positions());
  task.stop();
}

inline void check_two_tasks(const Subject& subject, Faults& faults) {
  std::vector<Faults> found(2);
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < found.size(); ++number)
    threads.emplace_back([&, number] {
      TaskUnderTest task(subject, found[number], static_cast<int>(number));
      SampleBatch batch;
      const auto partition = static_cast<std::int32_t>(number);
      if (!task.start().ok() || !task.open(batch, {partition}).ok()) return;
      fill_good(batch, subject, partition, task.next_offset(), kRecords);
      (void)task.put(batch.view());
      (void)task.pre_commit(batch.positions());
      (void)task.close(batch.positions());
      task.stop();
    });
  for (auto& thread : threads) thread.join();
  for (const Faults& each : found) faults.insert(faults.end(), each.begin(), each.end());
}

// Leads a task to each state of its life and leaves it there.
inline void check_destroy(const Subject& subject, Faults& faults) {
  const std::vector<std::function<void(TaskUnderTest&, SampleBatch&)>> steps = {
      [](TaskUnderTest&, SampleBatch&) {},
      [](TaskUnderTest& task, SampleBatch&) { (void)task.start(); },
      [](TaskUnderTest& task, SampleBatch& batch) { (void)task.open(batch, {0}); },
      [&](TaskUnderTest& task, SampleBatch& batch) {
        fill_good(batch, subject, 0, task.next_offset(), kRecords);
        (void)task.put(batch.view());
      },
      [](TaskUnderTest& task, SampleBatch& batch) { (void)task.close(batch.positions()); },
      [](TaskUnderTest& task, SampleBatch&) { task.stop(); },
  };
  for (std::size_t last = 0; last < steps.size(); ++last) {
    TaskUnderTest task(subject, faults);
    SampleBatch batch;
    for (std::size_t i = 0; i <= last; ++i) steps[i](task, batch);
  }
  TaskUnderTest stopped_only(subject, faults);
  stopped_only.stop();
}

[[nodiscard]] inline std::size_t entries_of(const char* folder) {
  std::size_t count = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder), closedir);
  while (open != nullptr && readdir(open.get()) != nullptr) ++count;
  return count;
}

// What grows with each life of a task is a leak: descriptors, threads, memory. The first lives fill caches that are kept. Memory is judged
// by the round in which it grew least: a leak grows in each of them, while chunks that an allocator keeps for a thread (counted as used by
// mallinfo2, glibc manual "Statistics of Malloc") come and go with the timing of the threads.
inline void check_leaks(const Subject& subject, Faults& faults) {
  constexpr int kRounds = 4;
  constexpr int kLives = 8;
  constexpr std::int64_t kAllowedBytes = 256;  // of each life; less than any object that is worth keeping
  const auto live = [&](int times) {
    Faults ignored;  // these lives are judged by the other checks
    for (int i = 0; i < times; ++i) check_life(subject, ignored);
  };
  live(4);
  const std::size_t descriptors = entries_of("/proc/self/fd");
  const std::size_t threads = entries_of("/proc/self/task");
  auto least = std::numeric_limits<std::int64_t>::max();
  for (int round = 0; round < kRounds; ++round) {
    const auto before = static_cast<std::int64_t>(mallinfo2().uordblks);
    live(kLives);
    least = std::min(least, (static_cast<std::int64_t>(mallinfo2().uordblks) - before) / kLives);
  }
  if (entries_of("/proc/self/fd") > descriptors) faults.push_back("descriptors are left open");
  if (entries_of("/proc/self/task") > threads) faults.push_back("threads are left running");
  if (least > kAllowedBytes) faults.push_back(std::to_string(least) + " bytes are left behind by each task");
}

}  // namespace sinkway::sdk::testing
