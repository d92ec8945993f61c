#include "host/task/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/task/leave_out.hpp"

namespace sinkway::task {
namespace {

std::uint64_t seed_of(const TaskSpec& spec) {
  return std::hash<std::string>{}(spec.connector) * 31 + static_cast<std::uint64_t>(spec.index);
}

// "topic weather, partition 0, offsets 10 to 29; topic ...": for people.
std::string places(const std::vector<Position>& positions) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t n = 0; n < std::min(positions.size(), kMost); ++n)
    text += fmt::format("{}topic {}, partition {}, offsets {} to {}", n ? "; " : "", view(*positions[n].topic),
                        positions[n].partition, positions[n].expected, positions[n].next_offset - 1);
  return positions.size() > kMost ? text + "; ..." : text;
}

std::string refusal(const std::string& why) {
  return why + " (a record that cannot be kept anywhere must not be passed over)";
}

}  // namespace

Writer::Writer(Parts parts) : parts_(parts), start_delay_(seed_of(parts.spec)), redelivery_(seed_of(parts.spec) + 1) {}

Writer::~Writer() { parts_.channel.cancel.set_hook(nullptr); }

Instant Writer::step() {
  parts_.channel.writer_wakeup.clear();
  for (const WriterCommand& command : parts_.channel.to_writer.take_all())
    std::visit([this](const auto& one) { on(one); }, command);
  if (const auto refused = parts_.services.letters().failure(); refused && phase_ == Phase::working)
    fail(refusal(*refused));
  if (phase_ == Phase::starting) start();
  if (phase_ == Phase::working) open_due();
  if (phase_ == Phase::working || phase_ == Phase::failed) put_due();
  return next();
}

Instant Writer::next() const {
  if (phase_ == Phase::starting) return start_delay_.next_try();
  if (phase_ != Phase::working) return Instant::max();
  Instant first = redelivery_.holds() && lacks_letters() ? Instant::max()  // their acknowledgement wakes
                  : redelivery_.holds()                  ? redelivery_.delay.next_try()
                  : parts_.channel.ready.size() > 0      ? Instant::min()
                                                         : Instant::max();
  for (const PendingOpen& one : opens_) first = std::min(first, one.delay.next_try());
  return first;
}

void Writer::on(const StartCommand&) {
  if (phase_ != Phase::waiting) return;
  auto made = plugin::SinkTaskProxy::create(*parts_.spec.plugin->descriptor, parts_.services);
  if (!made) return fail(made.error().text());
  plugin_ = std::move(*made);
  parts_.channel.cancel.set_hook([this] {
    plugin_->cancel();
    parts_.services.letters().interrupt();
  });
  phase_ = Phase::starting;
}

void Writer::start() {
  if (parts_.clock.now() < start_delay_.next_try()) return;
  plugin::Outcome outcome = prepare_letters();
  if (outcome.ok()) outcome = plugin_->start();
  if (outcome.code == plugin::OutcomeCode::retriable)
    retry(start_delay_, outcome, "start");
  else if (!letters_ready_)
    return fail(outcome.text());
  else if (!outcome.ok())
    return fail(failure("start", outcome));
  if (!std::exchange(announced_, true)) parts_.channel.to_reader.post(WriterStarted{});
  if (!outcome.ok()) return;
  started_ = true;
  if (plugin_->wants_raw_records()) parts_.channel.to_reader.post(RawRecordsWanted{});
  if (!plugin_->wants_headers()) parts_.channel.to_reader.post(HeadersUnwanted{});
  phase_ = Phase::working;
  parts_.board.writer_trouble({});
}

// The topic for dead letters is there before anything can be sent to it.
plugin::Outcome Writer::prepare_letters() {
  plugin::Outcome outcome;
  if (!parts_.spec.dead_letters.queue) letters_ready_ = true;
  if (letters_ready_) return outcome;
  const auto done = parts_.spec.dead_letters.queue->prepare();
  letters_ready_ = done.ok();
  if (done) return outcome;
  outcome.code = done.error().retriable() ? plugin::OutcomeCode::retriable : plugin::OutcomeCode::fatal;
  outcome.reason = done.error().message();
  outcome.hint = done.error().hint();
  return outcome;
}

void Writer::on(const OpenCommand& command) { opens_.push_back({command, RetryDelay(seed_of(parts_.spec) + command.generation)}); }

void Writer::open_due() {
  std::erase_if(opens_, [this](PendingOpen& one) {
    return phase_ == Phase::working && parts_.clock.now() >= one.delay.next_try() && open(one);
  });
}

// The generation is looked at again right before each try: whoever lost a partition must not acquire it (exactly-once, ACQUIRE).
bool Writer::open(PendingOpen& pending) {
  OpenCommand& command = pending.command;
  std::erase_if(command.partitions, [&](const kafka::PartitionOffset& one) {
    return !parts_.channel.live.is_current(one.at, command.generation);
  });
  if (command.partitions.empty()) return true;
  std::vector<sinkway_open_partition> partitions;
  std::vector<Position> positions;
  for (const auto& [at, start] : command.partitions) {
    owned_.expect(at, command.generation, start);
    partitions.push_back({at.topic, at.partition, 0, command.generation, start, start, 0});
    positions.push_back({at.topic, at.partition, 0, command.generation, start, start});
  }
  const plugin::Outcome outcome = plugin_->open(partitions);
  switch (outcome.code) {
    case plugin::OutcomeCode::ok: report_opened(command, partitions); return true;
    case plugin::OutcomeCode::retriable: retry(pending.delay, outcome, "open"); return false;
    case plugin::OutcomeCode::fenced: fenced(positions, outcome); return true;
    default: fail(failure("open", outcome)); return true;
  }
}

void Writer::report_opened(const OpenCommand& command, const std::vector<sinkway_open_partition>& partitions) {
  parts_.board.writer_trouble({});
  const bool keeps_offsets = plugin_->keeps_offsets();
  OpenDone done{command.generation, {}, {}};
  for (const auto& one : partitions) {
    const kafka::TopicPartition at{one.topic, one.partition};
    const std::int64_t start = keeps_offsets ? one.next_offset : one.host_start;
    owned_.opened(at, start);
    done.partitions.push_back({at, start});
    const auto topic = std::string(view(*one.topic));
    if (std::any_of(done.hints.begin(), done.hints.end(), [&](const TopicHint& known) { return known.first == topic; })) continue;
    if (auto hint = plugin_->schema_hint(topic)) done.hints.emplace_back(topic, std::move(*hint));
  }
  parts_.channel.to_reader.post(std::move(done));
}

void Writer::on(const PreCommitCommand&) {
  std::vector<Position> positions;
  if (phase_ == Phase::working) positions = owned_.committable();
  std::erase_if(positions, [&](const Position& one) {
    return !parts_.channel.live.is_current(kafka::TopicPartition{one.topic, one.partition}, one.generation);
  });
  parts_.channel.to_reader.post(PreCommitDone{ask_pre_commit(std::move(positions))});
}

// What may be committed; nothing when the plugin did not answer OK (rule D1).
std::vector<Position> Writer::ask_pre_commit(std::vector<Position> positions) {
  if (positions.empty() || !asks_pre_commit_) return {};
  const auto asked = positions;
  const plugin::Outcome outcome = plugin_->pre_commit(positions);
  switch (outcome.code) {
    case plugin::OutcomeCode::ok: owned_.allowed(positions); return positions;
    case plugin::OutcomeCode::retriable:
      parts_.spec.log.warn("pre_commit: {}; no position is committed now", outcome.text());
      return {};
    case plugin::OutcomeCode::fenced: fenced(asked, outcome); return {};
    default:
      asks_pre_commit_ = false;
      fail(failure("pre_commit", outcome));
      return {};
  }
}

// Rule D5: what was revoked is committed before it leaves, what was lost never.
void Writer::on(const CloseCommand& command) {
  // What is written already would be written again for want of an answer that is on its way.
  if (!command.lost && redelivery_.is_put() &&
      parts_.services.await_letters(redelivery_.batch().letters, parts_.spec.shutdown_timeout))
    accept();
  std::vector<Position> allowed;
  if (!command.lost) allowed = ask_pre_commit(owned_.committable(command.partitions));
  const auto fenced = owned_.take(command.partitions, true);
  const auto leaving = owned_.take(command.partitions, false);
  close(leaving, command.lost);
  close(fenced, true);
  parts_.channel.cancel.done(command.ticket);
  parts_.channel.to_reader.post(CloseDone{command.ticket, std::move(allowed)});
  if (redelivery_.holds() && phase_ == Phase::working) leave_out_gone();
}

void Writer::close(const std::vector<Position>& positions, bool lost) {
  if (positions.empty()) return;
  const plugin::Outcome outcome = plugin_->close(positions, lost);
  if (outcome.ok()) return;
  if (outcome.code == plugin::OutcomeCode::fatal) return fail(failure("close", outcome));
  parts_.spec.log.warn("close: {}", outcome.text());
}

void Writer::on(const StopCommand&) {
  if (plugin_) {
    if (started_) plugin_->stop();
    parts_.channel.cancel.set_hook(nullptr);
    plugin_.reset();
  }
  phase_ = Phase::ended;
  parts_.channel.to_reader.post(WriterEnded{});
}

void Writer::retry(RetryDelay& delay, const plugin::Outcome& outcome, std::string_view what) {
  delay.failed(parts_.clock.now(), outcome.retry_after);
  // Asked to return for a command that waits: no trouble, and what is left goes on after it.
  if (parts_.channel.cancel.raised() && !parts_.channel.to_writer.empty()) {
    delay.skip();
    return;
  }
  parts_.metrics.retried();
  const std::string text = fmt::format("{}: {}", what, outcome.text());
  parts_.board.writer_trouble(text);
  parts_.spec.log.warn("{}; tried again", text);
}

void Writer::fenced(const std::vector<Position>& positions, const plugin::Outcome& outcome) {
  owned_.fenced(positions);
  parts_.channel.to_reader.post(WriterFenced{positions, outcome.text()});
}

void Writer::fail(const std::string& trace) {
  if (phase_ == Phase::failed || phase_ == Phase::ended) return;
  if (redelivery_.holds()) give_back(false);
  phase_ = Phase::failed;
  parts_.board.writer_trouble({});
  parts_.channel.to_reader.post(WriterFailed{trace});
}

std::string Writer::failure(std::string_view what, const plugin::Outcome& outcome) const {
  std::string text = fmt::format("{} of the plugin {}: {}", what, parts_.spec.plugin->name, outcome.text());
  if (!outcome.error_id.empty()) text += fmt::format(" [{}]", outcome.error_id);
  if (redelivery_.holds() && what == "put")
    text = fmt::format("stage TASK_PUT, {}: {}", places(redelivery_.batch().positions), text);
  return text;
}

}  // namespace sinkway::task
