#include "host/task/pipeline.hpp"

#include <memory>

namespace sinkway::task {
namespace {

constexpr std::size_t kLetterSize = 512;  // of a dead letter beside the record's own bytes

}  // namespace

Pipeline::Pipeline(Converters converters, ShapeTable& shapes, OffsetLedger& ledger, errors::ErrantReporter& reporter,
                   const BatchLimits& limits)
    : converters_(std::move(converters)),
      shapes_(shapes),
      ledger_(ledger),
      reporter_(reporter),
      limits_(limits),
      keeps_raw_(reporter.needs_raw()) {}

void Pipeline::fill(Batch& batch, std::size_t messages, Instant now) {
  batch_ = &batch;
  messages_ = messages;
  now_ = now;
}

bool Pipeline::on_message(const kafka::Message& message) {
  Ledgered* const partition = ledger_.find(message.at);
  // Of an assignment that is over, or already read: no longer, or not again, ours.
  if (!partition || !partition->fetching || message.offset < partition->read) [[unlikely]]
    return true;
  if (process(message, *partition) == Became::stuck) return false;
  return messages_ < limits_.rows && batch_->bytes() < limits_.bytes;
}

void Pipeline::retry() {
  Ledgered* const partition = ledger_.find(held_->at(), held_->generation);
  // Its assignment is over: what comes next is read again, or not ours.
  if (!partition || !partition->fetching || held_->offset() < partition->read) return held_.reset();
  std::vector<kafka::MessageHeader> headers;
  const kafka::Message message = held_->message(headers);
  if (process(message, *partition) != Became::stuck || failure_) held_.reset();
}

// The position of a message that is stuck stays before it.
Pipeline::Became Pipeline::process(const kafka::Message& message, Ledgered& partition) {
  const Became became = convert(message, view(*message.at.topic));
  if (became == Became::stuck) return became;
  cover(partition, message);
  ++messages_;
  return became;
}

Pipeline::Became Pipeline::convert(const kafka::Message& message, std::string_view topic) {
  Record record{};
  if (const auto bad = convert_message({*converters_.key, *converters_.value, converters_.header.get()}, message, batch_->arena, shapes_,
                                       keeps_raw_, record))
    return failed(message, topic, *bad);
  batch_->records.push_back(record);
  return Became::record;
}

void Pipeline::cover(Ledgered& partition, const kafka::Message& message) {
  if (partition.slot < 0) [[unlikely]] {
    partition.slot = static_cast<int>(batch_->positions.size());
    batch_->positions.push_back(
        {message.at.topic, message.at.partition, 0, partition.generation, partition.read, partition.read});
    partition.waiting.add(message.offset, message.timestamp);
  }
  partition.read = message.offset + 1;
  batch_->positions[static_cast<std::size_t>(partition.slot)].next_offset = partition.read;
}

Pipeline::Became Pipeline::failed(const kafka::Message& message, std::string_view topic, const FailedStep& step) {
  const auto& [stage, error] = step;
  if (error.retriable() && hold(message, stage)) return Became::stuck;
  const std::string reason = error.text();
  errors::Errant errant{topic,
                        message.at.partition,
                        message.offset,
                        message.timestamp,
                        message.timestamp_type,
                        errors::name_of(stage),
                        class_of(stage),
                        error.id(),
                        reason,
                        {}};
  errant.retriable = error.retriable();
  RawMessage raw;
  if (reporter_.needs_raw()) {
    headers_.clear();
    for (const auto& [name, value] : message.headers) headers_.push_back(raw_header(name, value));
    raw = {{lend_raw(message.key), lend_raw(message.value)}, headers_.data(), headers_.size()};
    errant.raw = &raw;
    batch_->letter_bytes += raw.bytes.key.size + raw.bytes.value.size + kLetterSize;
  }
  if (reporter_.report(errant) == errors::Verdict::leave_out) {
    batch_->unconverted.push_back(unconverted(step, message, batch_->arena, keeps_raw_));
    return Became::errant;
  }
  failure_ = errors::intolerable(errant);
  return Became::stuck;
}

// True: it is tried again. Each stage has its own time for that.
bool Pipeline::hold(const kafka::Message& message, errors::Stage stage) {
  const bool again = held_ && held_->stage == stage;
  errors::Retry retry =
      again ? held_->retry : errors::Retry(converters_.retries, now_, static_cast<std::uint64_t>(message.offset));
  const auto due = retry.next(now_);
  if (!due) return false;
  if (!held_) held_.emplace(message, ledger_.find(message.at)->generation, stage, retry);
  held_->stage = stage;
  held_->retry = retry;
  held_->due = *due;
  reporter_.retried();
  return true;
}

const std::string& Pipeline::class_of(errors::Stage stage) const {
  switch (stage) {
    case errors::Stage::key_converter: return converters_.key_class;
    case errors::Stage::header_converter: return converters_.header_class;
    default: return converters_.value_class;
  }
}

}  // namespace sinkway::task
