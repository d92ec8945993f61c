// One task: its two threads and their end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/metric_sink.hpp"
#include "host/config/config_map.hpp"
#include "host/convert/converter.hpp"
#include "host/errors/dead_letter_queue.hpp"
#include "host/errors/retry.hpp"
#include "host/kafka/consumer.hpp"
#include "host/plugin/manifest.hpp"
#include "host/task/task_state.hpp"

namespace sinkway::task {

// When a batch is handed over (task-engine, reader loop 4).
struct BatchLimits {
  std::size_t rows = 50'000;
  std::size_t bytes = std::size_t{16} << 20;
  Milliseconds linger{1'000};    // at most this long after its oldest record
  Milliseconds min_linger{2};    // at least this long, when the writer is idle
};

// Everything a task is made of. The factories run on the reader thread: a consumer may be built again after a fatal error of
// the client.
struct TaskSpec {
  std::string connector;
  int index = 0;
  const plugin::Manifest* plugin = nullptr;
  ConfigMap config;  // of the task, resolved; what the plugin sees
  std::vector<std::string> topics;
  std::string topics_regex;
  std::function<Result<std::unique_ptr<kafka::Consumer>>(int event_descriptor, TopicNames& names)> make_consumer;
  std::function<Result<std::unique_ptr<convert::Converter>>()> make_key_converter;
  std::function<Result<std::unique_ptr<convert::Converter>>()> make_value_converter;
  std::function<Result<std::unique_ptr<convert::Converter>>()> make_header_converter;  // null: headers are passed as bytes
  std::string key_class, value_class, header_class;  // of the converters, in Connect's names
  bool tolerate_all = false;  // errors.tolerance=all
  bool log_errors = false;    // errors.log.enable
  bool log_places = false;    // errors.log.include.messages
  errors::RetryLimits retries;  // of conversions: errors.retry.*
  errors::DeadLetters dead_letters;
  BatchLimits limits;
  Milliseconds commit_interval{5'000};
  Milliseconds shutdown_timeout{5'000};
  Milliseconds max_poll_interval{300'000};
  bool start_paused = false;
  Logger log = Logger::none();
  MetricSink* metrics = nullptr;
  const Clock* clock = nullptr;
};

// Where one partition of the task stands. Offsets are next offsets.
struct PartitionStatus {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t position = -1;      // accepted by the plugin
  std::int64_t committed = -1;     // told to Kafka
  std::int64_t end = -1;           // as last heard
  std::int64_t lag = -1;           // records: end less position; -1: not known
  double lag_seconds = -1;         // age of the oldest record not yet accepted; 0 when there is none; -1: not known
};

// A snapshot for REST and metrics.
struct TaskStatus {
  TaskState state = TaskState::unassigned;
  std::string trace;    // why it failed, for people; empty otherwise
  std::string trouble;  // what it is waiting for while RUNNING (a server that is away); empty: nothing
  std::string report;   // what the plugin tells of its work, a JSON object; empty: nothing
  std::vector<PartitionStatus> partitions;
};

// One task of a connector. Starts its threads in start(), ends by itself on failure or after request_stop(). The listener hears
// each change of state on one of the task's threads: keep it short, never call back into the task. All functions [any-thread].
class Task {
 public:
  using Listener = std::function<void(TaskState state, const std::string& trace)>;
  Task(TaskSpec spec, Listener listener);
  // Waits for the threads; ask wait() first to give up in time.
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  void start();
  void pause();
  void resume();
  // Asks it to flush, commit, leave the group and end; returns at once.
  void request_stop();
  // True: both threads have ended; false: not within the time. A task that was given up says nothing any more: no state,
  // no commit.
  [[nodiscard]] bool wait(Milliseconds timeout);
  void give_up();

  [[nodiscard]] TaskStatus status() const;
  // Its kafka_connect_task_error_*: in the scrape as long as they are held, whatever becomes of the task.
  [[nodiscard]] std::vector<std::shared_ptr<Metric>> error_series() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::task
