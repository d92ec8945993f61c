// A task whose two threads are stepped by the test, under a virtual clock.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/task/reader.hpp"
#include "host/task/writer.hpp"
#include "tests/support/recording_metrics.hpp"
#include "tests/support/scripted_consumer.hpp"
#include "tests/support/scripted_plugin.hpp"
#include "tests/support/text_converter.hpp"
#include "tests/support/virtual_clock.hpp"

namespace sinkway::test {

// The same parts as host/task/task.cpp puts together, without threads. The test may step reader and writer in any order; run()
// lets both do what they have to do and then moves the clock to the next thing that somebody waits for.
class SteppedTask {
 public:
  SteppedTask(ScriptedBroker& broker, ScriptedPlugin& plugin, VirtualClock& clock) : broker_(broker), clock_(clock) {
    manifest_.name = std::string(ScriptedPlugin::kName);
    manifest_.descriptor = plugin.descriptor();
    spec.connector = "weather";
    spec.plugin = &manifest_;
    spec.topics = {"weather"};
    spec.clock = &clock;
    spec.metrics = &metrics;
    spec.make_consumer = [this](int descriptor, TopicNames& names) -> Result<std::unique_ptr<kafka::Consumer>> {
      if (on_make_consumer)
        if (auto error = on_make_consumer()) return std::move(*error);
      auto made = std::make_unique<ScriptedConsumer>(broker_, names, descriptor);
      consumer_ = made.get();
      ++consumers_made;
      if (on_consumer) on_consumer(*made);
      return std::unique_ptr<kafka::Consumer>(std::move(made));
    };
    const auto text = []() -> Result<std::unique_ptr<convert::Converter>> {
      return std::unique_ptr<convert::Converter>(std::make_unique<TextConverter>());
    };
    spec.make_key_converter = text;
    spec.make_value_converter = text;
  }

  // Change `spec` before the first step.
  task::TaskSpec spec;
  RecordingMetrics metrics;
  std::function<std::optional<Error>()> on_make_consumer;
  std::function<void(ScriptedConsumer&)> on_consumer;
  int consumers_made = 0;
  std::vector<std::pair<task::TaskState, std::string>> states;  // as the listener heard them

  // The consumer made last; valid while the task has it.
  [[nodiscard]] ScriptedConsumer& consumer() { return *consumer_; }
  // Null: the task has none at present.
  [[nodiscard]] ScriptedConsumer* living_consumer() { return lives() && broker_.is_member(consumer_) ? consumer_ : nullptr; }
  [[nodiscard]] task::Channel& channel() { return engine().channel; }
  [[nodiscard]] task::TaskStatus status() { return engine().board.snapshot(); }
  void post(task::ReaderMessage message) { channel().to_reader.post(std::move(message)); }
  void give_up() {
    engine().board.silence();
    channel().given_up = true;
    channel().cancel.raise(task::CancelSignal::kForEver);
    channel().reader_wakeup.notify();
  }

  void step_reader() {
    if (!engine().reader.ended()) reader_at_ = engine().reader.step();
  }
  void step_writer() {
    if (engine().writer.ended() || in_writer_) return;
    in_writer_ = true;
    writer_at_ = engine().writer.step();
    in_writer_ = false;
  }
  [[nodiscard]] bool ended() { return engine().reader.ended() && engine().writer.ended(); }

  [[nodiscard]] bool reader_due() {
    return !engine().reader.ended() && (reader_at_ <= clock_.now() || readable(channel().reader_wakeup.descriptor()));
  }
  [[nodiscard]] bool writer_due() {
    return !in_writer_ && !engine().writer.ended() &&
           (writer_at_ <= clock_.now() || readable(channel().writer_wakeup.descriptor()));
  }
  // The nearest instant at which somebody has something to do.
  [[nodiscard]] Instant next() {
    Instant first = Instant::max();
    if (!engine().reader.ended()) first = std::min(first, reader_at_);
    if (!engine().writer.ended() && !in_writer_) first = std::min(first, writer_at_);
    return first;
  }

  // Both threads do what is due now. A thread that never comes to rest fails the test: it would spin.
  void settle() {
    for (int steps = 0; reader_due() || writer_due(); ++steps) {
      if (steps > 20'000) {
        ADD_FAILURE() << "a thread spins";
        return;
      }
      if (reader_due()) step_reader();
      if (writer_due()) step_writer();
    }
  }
  void run(Milliseconds time) {
    const Instant end = clock_.now() + time;
    settle();
    while (clock_.now() < end) {
      clock_.go_to(std::min(next(), end));
      settle();
    }
  }
  // Until it holds; false: not within the time.
  bool run_until(const std::function<bool()>& done, Milliseconds most = Milliseconds(60'000)) {
    const Instant end = clock_.now() + most;
    settle();
    while (!done()) {
      if (clock_.now() >= end) return false;
      clock_.go_to(std::min(next(), end));
      settle();
    }
    return true;
  }
  // Inside a scripted call of the plugin: the call blocks while the reader goes on, until `enough` or cancel or `most` is over.
  void block(Milliseconds most, const std::function<bool()>& enough = {}) {
    const Instant end = clock_.now() + most;
    while (clock_.now() < end && !channel().cancel.raised() && !(enough && enough())) {
      while (reader_due()) step_reader();
      if (channel().cancel.raised()) return;
      clock_.go_to(std::min(end, engine().reader.ended() ? end : std::max(reader_at_, clock_.now() + Milliseconds(1))));
    }
    while (reader_due()) step_reader();
  }

  // kill -9: nothing is said to anybody. The next step is that of a new process.
  void kill() {
    engine_.reset();
    reader_at_ = writer_at_ = Instant::min();
    consumer_ = nullptr;
  }
  [[nodiscard]] bool lives() const { return engine_ != nullptr; }

 private:
  struct Engine {
    Engine(SteppedTask& task, task::Task::Listener listener)
        : board(std::move(listener)),
          reporter({task.spec.connector, task.spec.index,
                    task.spec.tolerate_all ? errors::Tolerance::all : errors::Tolerance::none, task.spec.log_errors,
                    task.spec.log, &task.metrics, &task.clock_, task.spec.log_places, task.spec.dead_letters}),
          services(task.spec, task.metrics, channel, reporter),
          writer_metrics(task.metrics, kLabels),
          reader({task.spec, names, shapes, channel, board, reporter, task.metrics, kLabels, task.clock_}),
          writer({task.spec, channel, services, writer_metrics, board, task.clock_}) {}
    static inline const MetricLabels kLabels{{"connector", "weather"}, {"task", "0"}};
    TopicNames names;
    ShapeTable shapes;
    task::Channel channel;
    task::StatusBoard board;
    errors::ErrantReporter reporter;
    task::Services services;
    task::WriterMetrics writer_metrics;
    task::Reader reader;
    task::Writer writer;
  };
  Engine& engine() {
    if (!engine_)
      engine_ = std::make_unique<Engine>(*this, [this](task::TaskState state, const std::string& trace) {
        states.emplace_back(state, trace);
      });
    return *engine_;
  }
  static bool readable(int descriptor) {
    pollfd one{descriptor, POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
  }

  ScriptedBroker& broker_;
  VirtualClock& clock_;
  plugin::Manifest manifest_;
  ScriptedConsumer* consumer_ = nullptr;
  std::unique_ptr<Engine> engine_;
  Instant reader_at_ = Instant::min();
  Instant writer_at_ = Instant::min();
  bool in_writer_ = false;
};

}  // namespace sinkway::test
