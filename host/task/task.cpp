#include "host/task/task.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/task/reader.hpp"
#include "host/task/writer.hpp"

namespace sinkway::task {
namespace {

const Clock& clock_of(const TaskSpec& spec) {
  static const SystemClock system;
  return spec.clock ? *spec.clock : system;
}

MetricSink& metrics_of(const TaskSpec& spec) {
  static NullMetricSink nowhere;
  return spec.metrics ? *spec.metrics : nowhere;
}

MetricLabels labels_of(const TaskSpec& spec) {
  return {{"connector", spec.connector}, {"task", std::to_string(spec.index)}};
}

errors::ErrantReporter::Options errors_of(const TaskSpec& spec) {
  return {spec.connector,  spec.index,      spec.tolerate_all ? errors::Tolerance::all : errors::Tolerance::none,
          spec.log_errors, spec.log,        &metrics_of(spec),
          &clock_of(spec), spec.log_places, spec.dead_letters};
}

// Steps until it has ended, asleep in between.
template <typename Stepping>
void run(Stepping& stepping, const Wakeup& wakeup, const Clock& clock) {
  constexpr std::chrono::hours kLongest{1};
  while (true) {
    const Instant until = stepping.step();
    if (stepping.ended()) return;
    const Instant now = clock.now();
    if (until > now) wakeup.wait(std::min<std::chrono::nanoseconds>(until - now, kLongest));
  }
}

}  // namespace

struct Task::State {
  State(TaskSpec task, Task::Listener listener)
      : spec(std::move(task)),
        board(std::move(listener)),
        reporter(errors_of(spec)),
        services(spec, metrics_of(spec), channel, reporter),
        writer_metrics(metrics_of(spec), labels_of(spec)),
        reader({spec, names, shapes, channel, board, reporter, metrics_of(spec), labels_of(spec), clock_of(spec)}),
        writer({spec, channel, services, writer_metrics, board, clock_of(spec)}) {}

  template <typename Stepping>
  void thread(Stepping& stepping, const Wakeup& wakeup) {
    run(stepping, wakeup, clock_of(spec));
    const std::lock_guard guard(mutex);
    ++ended;
    changed.notify_all();
  }

  const TaskSpec spec;
  TopicNames names;
  ShapeTable shapes;
  Channel channel;
  StatusBoard board;
  errors::ErrantReporter reporter;
  Services services;
  WriterMetrics writer_metrics;
  Reader reader;  // its batches go before the shapes and names that they point to
  Writer writer;

  std::mutex mutex;
  std::condition_variable changed;
  int ended = 0;  // threads
  std::thread reader_thread;
  std::thread writer_thread;
};

Task::Task(TaskSpec spec, Listener listener) : state_(std::make_unique<State>(std::move(spec), std::move(listener))) {}

Task::~Task() {
  if (!state_->reader_thread.joinable()) return;
  request_stop();
  state_->reader_thread.join();
  state_->writer_thread.join();
}

void Task::start() {
  State& state = *state_;
  state.reader_thread = std::thread([&state] { state.thread(state.reader, state.channel.reader_wakeup); });
  state.writer_thread = std::thread([&state] { state.thread(state.writer, state.channel.writer_wakeup); });
}

void Task::pause() { state_->channel.to_reader.post(PauseAsked{}); }
void Task::resume() { state_->channel.to_reader.post(ResumeAsked{}); }
void Task::request_stop() { state_->channel.to_reader.post(StopAsked{}); }

bool Task::wait(Milliseconds timeout) {
  std::unique_lock lock(state_->mutex);
  if (!state_->reader_thread.joinable()) return true;  // never started
  return state_->changed.wait_for(lock, timeout, [this] { return state_->ended == 2; });
}

void Task::give_up() {
  state_->board.silence();
  state_->channel.given_up = true;
  state_->channel.cancel.raise(CancelSignal::kForEver);
  state_->channel.reader_wakeup.notify();
}

TaskStatus Task::status() const { return state_->board.snapshot(); }
std::vector<std::shared_ptr<Metric>> Task::error_series() const { return state_->reporter.series(); }

}  // namespace sinkway::task
