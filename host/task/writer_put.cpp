// The part of Writer that puts batches: held until it is accepted, put again, or given back.
#include <algorithm>

#include "host/task/leave_out.hpp"
#include "host/task/writer.hpp"

namespace sinkway::task {
namespace {

constexpr Milliseconds kReportEvery{1'000};

}  // namespace

void Writer::put_due() {
  if (!redelivery_.holds()) {
    auto batch = parts_.channel.ready.try_take();
    if (!batch) return;
    redelivery_.hold(std::move(*batch));
    parts_.channel.reader_wakeup.notify();  // a slot is free
  }
  if (phase_ == Phase::failed) {
    give_back(false);
    while (auto batch = parts_.channel.ready.try_take()) {
      redelivery_.hold(std::move(*batch));
      give_back(false);
    }
    return;
  }
  if (parts_.clock.now() < redelivery_.delay.next_try()) return;
  leave_out_gone();
  if (!redelivery_.holds()) return;
  if (lacks_letters()) return parts_.board.writer_trouble(parts_.services.letters().trouble());
  if (redelivery_.is_put()) return accept();
  put();
}

bool Writer::lacks_letters() const { return !parts_.services.letters().settled(redelivery_.batch().letters); }

// Rule D4: less what was revoked.
void Writer::leave_out_gone() {
  Batch& batch = redelivery_.batch();
  leave_out_partitions(batch, [&](const Position& position) {
    return !owned_.takes(position) ||
           !parts_.channel.live.is_current(kafka::TopicPartition{position.topic, position.partition}, position.generation);
  });
  if (batch.positions.empty()) give_back(false);
}

void Writer::put() {
  Batch& batch = redelivery_.batch();
  parts_.services.begin_put(batch);
  const Instant began = parts_.clock.now();
  const plugin::Outcome outcome = plugin_->put(batch.view());
  parts_.metrics.put(batch.records.size(), began, parts_.clock.now());
  auto reported = parts_.services.end_put();
  if (!reported.empty()) batch.letters = parts_.services.letters().issued();
  switch (outcome.code) {
    case plugin::OutcomeCode::ok: return taken(reported.size());
    case plugin::OutcomeCode::data_error: return data_error(outcome, std::move(reported));
    case plugin::OutcomeCode::fenced: {
      const auto positions = batch.positions;
      give_back(false);
      return fenced(positions, outcome);
    }
    case plugin::OutcomeCode::fatal: return fail(failure("put", outcome));
    case plugin::OutcomeCode::retriable: break;
  }
  if (parts_.services.intolerable()) return fail(*parts_.services.intolerable());
  leave_out_records(batch, std::move(reported));  // rule D4: less what was reported
  retry(redelivery_.delay, outcome, "put");
}

void Writer::taken(std::size_t left_out) {
  // A plugin that goes on in spite of the answer would lose the record without a trace (rule D3, KAFKA-10115).
  if (parts_.services.intolerable()) return fail(*parts_.services.intolerable());
  parts_.metrics.sent(redelivery_.batch().records.size() - left_out);
  report();
  redelivery_.was_put();
  redelivery_.delay.skip();
  if (!lacks_letters()) accept();
}

void Writer::report() {
  const Instant now = parts_.clock.now();
  if (now < report_due_) return;
  report_due_ = now + kReportEvery;
  if (std::string told = plugin_->report(); !told.empty()) parts_.board.report(std::move(told));
}

// Rule D6: only now do its positions count, since its dead letters are acknowledged.
void Writer::accept() {
  owned_.accepted(redelivery_.batch().positions);
  parts_.board.writer_trouble({});
  give_back(true);
}

void Writer::data_error(const plugin::Outcome& outcome, std::vector<std::size_t> reported) {
  Batch& batch = redelivery_.batch();
  if (!outcome.record_index)
    return fail(failure("put", outcome) + "; a record is at fault and the plugin does not say which");
  const std::size_t index = *outcome.record_index;
  if (!parts_.services.intolerable() && std::find(reported.begin(), reported.end(), index) == reported.end()) {
    parts_.services.begin_put(batch);
    parts_.services.report(index, {}, outcome.error_id, outcome.text(), {});
    const auto taken_out = parts_.services.end_put();
    reported.insert(reported.end(), taken_out.begin(), taken_out.end());
    batch.letters = parts_.services.letters().issued();
  }
  if (parts_.services.intolerable()) return fail(*parts_.services.intolerable());
  leave_out_records(batch, std::move(reported));
  redelivery_.delay.skip();  // the rest at once
}

void Writer::give_back(bool accepted) {
  BatchPtr batch = redelivery_.release();
  if (!accepted) batch->positions.clear();
  parts_.channel.to_reader.post(BatchDone{std::move(batch)});
}

}  // namespace sinkway::task
