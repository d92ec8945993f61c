#include "host/task/feeder.hpp"

#include <algorithm>

#include "host/task/leave_out.hpp"

namespace sinkway::task {
namespace {

// Records for which a batch asks for room at once: growing by doubling would end at half as much again. What is not
// filled is not resident.
constexpr std::size_t kReserved = std::size_t{1} << 16;

}  // namespace

Feeder::Feeder(const BatchLimits& limits, Pipeline& pipeline, OffsetLedger& ledger, Channel& channel)
    : limits_(limits), pipeline_(pipeline), ledger_(ledger), channel_(channel) {}

Feeder::Fed Feeder::feed(kafka::Consumer& consumer, Instant now) {
  Fed fed;
  drained_ = false;
  if (!channel_.ready.has_room() || !open_batch()) return fed;
  const OpenBatch before{messages_, open_->bytes(), oldest_};
  if (!is_full(limits_, before)) take(consumer, now, fed);
  if (pipeline_.failure()) return fed;
  // Not drained: the descriptor will not be written again for what still waits.
  const bool handed = hand_over_if_due(now, drained_, false);
  fed.again = !drained_ && (handed ? channel_.ready.has_room() : !is_full(limits_, {messages_, open_->bytes(), oldest_}));
  return fed;
}

// While a message is held to be tried again nothing else is taken: records keep their order, and the batch waits for no
// more.
void Feeder::take(kafka::Consumer& consumer, Instant now, Fed& fed) {
  const bool was_empty = messages_ == 0;
  pipeline_.fill(*open_, messages_, now);
  if (const auto at = pipeline_.retry_at(); at && now >= *at) pipeline_.retry();
  std::size_t asked = 0;
  if (!pipeline_.retry_at() && !pipeline_.failure() && !is_full(limits_, {pipeline_.messages(), open_->bytes(), now})) {
    asked = limits_.rows - pipeline_.messages();
    fed.taken = consumer.take(asked, pipeline_);
  }
  if (was_empty) oldest_ = now;
  messages_ = pipeline_.messages();
  // Less than asked and not because the batch is full: nothing waits any more.
  fed.drained = !pipeline_.retry_at() && fed.taken < asked && !is_full(limits_, {messages_, open_->bytes(), oldest_});
  drained_ = fed.drained || pipeline_.retry_at();
}

void Feeder::flush(Instant now) { hand_over_if_due(now, true, true); }

bool Feeder::open_batch() {
  if (open_) return true;
  if (!free_.empty()) {
    open_ = std::move(free_.back());
    free_.pop_back();
  } else if (made_ < kBatches) {
    open_ = std::make_unique<Batch>();
    open_->records.reserve(std::min(limits_.rows, kReserved));
    ++made_;
  }
  return open_ != nullptr;
}

std::optional<Instant> Feeder::due(bool drained, bool flush) const {
  if (!open_) return std::nullopt;
  return hand_over_at(limits_, {messages_, open_->bytes(), oldest_},
                      {channel_.ready.has_room(), outstanding_ == 0, drained, flush});
}

std::optional<Instant> Feeder::next() const {
  const auto hand_over = due(drained_, false);
  const auto retry = may_take() ? pipeline_.retry_at() : std::nullopt;
  return hand_over && retry ? std::min(*hand_over, *retry) : hand_over ? hand_over : retry;
}

bool Feeder::hand_over_if_due(Instant now, bool drained, bool flush) {
  const auto at = due(drained, flush);
  if (!at || now < *at) return false;
  open_->sequence = sequence_ + 1;
  open_->letters = pipeline_.letters();
  ledger_.hand_over(open_->positions);
  if (!channel_.ready.try_push(open_)) return false;  // a slot was free, and only this thread fills them
  for (Ledgered& one : ledger_.all()) one.slot = -1;
  messages_ = 0;
  ++sequence_;
  ++outstanding_;
  channel_.writer_wakeup.notify();
  channel_.batch_waits.notify();
  return true;
}

void Feeder::drop(const std::function<bool(const Position&)>& is_over) {
  if (!open_ || !leave_out_partitions(*open_, is_over)) return;
  for (Ledgered& one : ledger_.all()) one.slot = -1;
  for (std::size_t n = 0; n < open_->positions.size(); ++n) {
    const Position& position = open_->positions[n];
    if (Ledgered* const one = ledger_.find({position.topic, position.partition}, position.generation))
      one->slot = static_cast<int>(n);
  }
  if (open_->positions.empty()) {
    open_->recycle();
    messages_ = 0;
  }
}

void Feeder::returned(BatchPtr batch) {
  --outstanding_;
  batch->recycle();
  free_.push_back(std::move(batch));
}

}  // namespace sinkway::task
