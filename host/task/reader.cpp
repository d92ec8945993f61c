#include "host/task/reader.hpp"

#include <algorithm>

namespace sinkway::task {
namespace {

constexpr Milliseconds kLongestSleep{1'000};
constexpr Milliseconds kReportInterval{200};
constexpr Milliseconds kStallCheck{5};
constexpr Milliseconds kStallLasts{2'000};  // a fetcher that stalled goes on by itself after about a second

std::string group_of(const TaskSpec& spec) {
  return spec.config.get_or("consumer.override.group.id", "connect-" + spec.connector);
}

}  // namespace

Reader::Work::Work(const Parts& parts, OffsetLedger& ledger, Pipeline::Converters converters, ReaderMetrics& metrics,
                   std::function<void(std::string)> fail)
    : pipeline(std::move(converters), parts.shapes, ledger, parts.reporter, parts.spec.limits),
      feeder(parts.spec.limits, pipeline, ledger, parts.channel),
      committer(parts.spec.commit_interval, ledger, parts.channel, metrics, parts.spec.log),
      membership({parts.spec, parts.names, parts.channel, ledger, feeder, committer, parts.board, parts.clock, std::move(fail)}) {}

Reader::Reader(Parts parts)
    : parts_(std::move(parts)),
      metrics_(parts_.metrics, parts_.labels),
      lag_(parts_.metrics, parts_.labels, group_of(parts_.spec)) {}

Instant Reader::step() {
  parts_.channel.reader_wakeup.clear();
  const Instant now = parts_.clock.now();
  if (life_ == Life::fresh) begin(now);
  if (work_) work_->membership.listen(now);
  hear(now);
  if (work_) work_->membership.work(now);
  if (failure_ || parts_.channel.given_up) end(now);
  bool again = false;
  if (life_ == Life::running) {
    again = feed(now);
    work_->committer.work(now);
    pause_on(now);
    if (failure_) end(now);
  }
  finish(now);
  report(now);
  return again ? now : next(now);
}

// A task that starts paused is no member of the group and starts nothing (runtime-semantics 1.2).
void Reader::begin(Instant now) {
  if (life_ == Life::fresh && parts_.spec.start_paused) {
    life_ = Life::waiting;
    parts_.board.publish(TaskEvent::pause_done);
    return;
  }
  life_ = Life::running;
  auto converters = make_converters();
  if (!converters) return fail(converters.error().text());
  work_ = std::make_unique<Work>(parts_, ledger_, std::move(*converters), metrics_,
                                 [this](std::string trace) { fail(std::move(trace)); });
  work_->committer.begin(now);
  work_->membership.join(now);
  parts_.channel.to_writer.post(StartCommand{});
}

Result<Pipeline::Converters> Reader::make_converters() const {
  Pipeline::Converters made;
  made.key_class = parts_.spec.key_class;
  made.value_class = parts_.spec.value_class;
  made.header_class = parts_.spec.header_class;
  made.retries = parts_.spec.retries;
  auto key = parts_.spec.make_key_converter();
  if (!key) return std::move(key).error().at("key.converter");
  auto value = parts_.spec.make_value_converter();
  if (!value) return std::move(value).error().at("value.converter");
  made.key = std::move(*key);
  made.value = std::move(*value);
  if (!parts_.spec.make_header_converter) return made;
  auto header = parts_.spec.make_header_converter();
  if (!header) return std::move(header).error().at("header.converter");
  made.header = std::move(*header);
  return made;
}

void Reader::hear(Instant now) {
  for (ReaderMessage& message : parts_.channel.to_reader.take_all())
    std::visit([&](auto&& one) { on(std::forward<decltype(one)>(one), now); }, std::move(message));
}

void Reader::on(WriterStarted, Instant) {
  if (pause_ != PausePhase::paused) parts_.board.publish(TaskEvent::started);
}

void Reader::on(RawRecordsWanted, Instant) { work_->pipeline.keep_raw(); }
void Reader::on(HeadersUnwanted, Instant) { work_->pipeline.pass_over_headers(); }

void Reader::on(BatchDone message, Instant now) {
  if (!message.batch->positions.empty()) {
    ledger_.accept(message.batch->positions);
    work_->membership.prospered();
    if (!report_at_) report_at_ = std::max(now, reported_ + kReportInterval);
  }
  work_->feeder.returned(std::move(message.batch));
}

void Reader::on(OpenDone message, Instant) {
  hints_.learn(std::move(message.hints));
  hints_.tell(work_->pipeline.value_converter());
  work_->membership.opened(message);
}

void Reader::on(const CloseDone& message, Instant now) { work_->membership.closed(message, now); }
void Reader::on(const PreCommitDone& message, Instant now) {
  work_->committer.allowed(message.allowed, work_->membership.consumer(), now);
}
void Reader::on(WriterFenced message, Instant now) { work_->membership.fenced(message, now); }
void Reader::on(WriterFailed message, Instant) { fail(std::move(message.trace)); }
void Reader::on(const HoldPartition& message, Instant) { work_->membership.hold(message); }
void Reader::on(CommitAsked, Instant) { work_->committer.request(); }

void Reader::on(WriterEnded, Instant) {
  life_ = Life::ended;
  if (failure_)
    parts_.board.publish(TaskEvent::failure, *failure_);
  else
    parts_.board.publish(TaskEvent::stop_done);
}

void Reader::on(PauseAsked, Instant) {
  if (life_ == Life::running) pause_ = transition(pause_, PauseEvent::pause_asked).value_or(pause_);
}

void Reader::on(ResumeAsked, Instant now) {
  if (life_ == Life::waiting) return begin(now);
  const bool was_paused = pause_ == PausePhase::paused;
  pause_ = transition(pause_, PauseEvent::resume_asked).value_or(pause_);
  if (was_paused && life_ == Life::running) parts_.board.publish(TaskEvent::resume_done);
}

void Reader::on(StopAsked, Instant now) { end(now); }

bool Reader::feed(Instant now) {
  auto& [pipeline, feeder, committer, membership] = *work_;
  if (pause_ == PausePhase::draining) feeder.flush(now);
  if (pause_ != PausePhase::flowing || !membership.feeds()) return false;
  const Feeder::Fed fed = feeder.feed(*membership.consumer(), now);
  if (pipeline.failure()) {
    fail(*pipeline.failure());
    return false;
  }
  if (fed.taken > 0) {
    metrics_.read(fed.taken);
    last_message_ = now;
  }
  keep_fetching(now, fed);
  return fed.again;
}

// The stall (task-engine, reader loop 6): only after messages came lately, never when idle.
void Reader::keep_fetching(Instant now, const Feeder::Fed& fed) {
  if (stall_check_ && now < *stall_check_) return;
  stall_check_.reset();
  if (!fed.drained || now - last_message_ > kStallLasts) return;
  std::vector<kafka::PartitionOffset> behind;
  kafka::Consumer& consumer = *work_->membership.consumer();
  for (const Ledgered& one : ledger_.all()) {
    if (!one.fetching || one.held) continue;
    if (const auto marks = consumer.watermarks(one.at); marks && marks->high > one.read) behind.push_back({one.at, one.read});
  }
  if (behind.empty()) return;
  consumer.wake_fetcher(behind);
  stall_check_ = now + kStallCheck;
}

void Reader::pause_on(Instant now) {
  if (pause_ == PausePhase::draining && work_->feeder.quiet()) {
    pause_ = *transition(pause_, PauseEvent::drained);
    work_->committer.request();
    work_->committer.work(now);
  }
  if (pause_ == PausePhase::committing && work_->committer.idle()) {
    pause_ = *transition(pause_, PauseEvent::committed);
    parts_.board.publish(TaskEvent::pause_done);
  }
}

void Reader::fail(std::string trace) {
  if (failure_ || life_ == Life::ended) return;
  parts_.spec.log.error("the task fails: {}", trace);
  failure_ = std::move(trace);
}

// As revoke for everything: what was accepted is committed, then the group is left, then the plugin stopped.
void Reader::end(Instant now) {
  if (parts_.channel.given_up && work_) work_->membership.abandon();
  if (life_ == Life::leaving || life_ == Life::stopping || life_ == Life::ended) return;
  end_began_ = now;
  if (!work_) return stop_writer();
  life_ = Life::leaving;
  work_->membership.leave(now, parts_.spec.shutdown_timeout);
}

void Reader::stop_writer() {
  life_ = Life::stopping;
  parts_.channel.to_writer.post(StopCommand{});
}

void Reader::finish(Instant now) {
  if (life_ == Life::leaving && work_->membership.left()) stop_writer();
  if ((life_ == Life::leaving || life_ == Life::stopping) && now >= end_began_ + parts_.spec.shutdown_timeout * 6 / 10)
    parts_.channel.cancel.raise(CancelSignal::kForEver);
}

void Reader::report(Instant now) {
  if (now < reported_ + kReportInterval || (now < reported_ + kLongestSleep && !report_at_)) return;
  reported_ = now;
  report_at_.reset();
  metrics_.partitions(ledger_.all().size());
  metrics_.active(ledger_.active());
  parts_.board.partitions(lag_.take(ledger_, work_ ? work_->membership.consumer() : nullptr, parts_.clock.wall()));
}

// The nearest deadline that can be acted on now: one that cannot be met would make the thread spin.
Instant Reader::next(Instant now) const {
  Instant first = now + std::min(kLongestSleep, std::max(parts_.spec.max_poll_interval / 3, Milliseconds(1)));
  const auto consider = [&](std::optional<Instant> at) {
    if (at) first = std::min(first, *at);
  };
  consider(report_at_);
  if (life_ == Life::leaving || life_ == Life::stopping) {
    const Instant cancel = end_began_ + parts_.spec.shutdown_timeout * 6 / 10;
    if (cancel > now) consider(cancel);
  }
  if (work_) consider(work_->membership.next());
  if (life_ != Life::running || !work_) return first;
  consider(work_->committer.next());
  if (pause_ == PausePhase::flowing && work_->membership.feeds()) {
    consider(work_->feeder.next());
    consider(stall_check_);
  }
  return first;
}

}  // namespace sinkway::task
