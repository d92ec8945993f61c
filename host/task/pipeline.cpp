#include "host/task/pipeline.hpp"

#include <memory>

#include "host/convert/utf8.hpp"

namespace sinkway::task {
namespace {

constexpr std::size_t kLetterSize = 512;  // of a dead letter beside the record's own bytes

Value bytes_in(Arena& arena, std::optional<std::string_view> bytes) {
  if (!bytes) return make::null();
  const std::string_view copy = arena.copy(*bytes);
  return make::bytes({reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size()});
}

std::optional<std::string_view> copied(Arena& arena, std::optional<std::string_view> bytes) {
  return bytes ? std::optional(arena.copy(*bytes)) : std::nullopt;
}

// The message's own bytes as long as the batch lives.
const sinkway_raw* kept(Arena& arena, const kafka::Message& message) {
  const auto headers = arena.array<RawHeader>(message.headers.size());
  for (std::size_t n = 0; n < headers.size(); ++n)
    std::construct_at(&headers[n],
                      RawHeader{arena.copy(message.headers[n].name), copied(arena, message.headers[n].value)});
  RawMessage* const raw = arena.array<RawMessage>(1).data();
  std::construct_at(raw, RawMessage{{lend_raw(copied(arena, message.key)), lend_raw(copied(arena, message.value))},
                                    headers.data(),
                                    headers.size()});
  return &raw->bytes;
}

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
  const convert::Target target{batch_->arena, shapes_};
  auto key = converters_.key->convert(topic, message.key, target);
  if (!key) return failed(message, topic, errors::Stage::key_converter, key.error());
  auto value = converters_.value->convert(topic, message.value, target);
  if (!value) return failed(message, topic, errors::Stage::value_converter, value.error());

  Record record{};
  record.topic = record.original_topic = message.at.topic;
  record.partition = record.original_partition = message.at.partition;
  record.offset = message.offset;
  record.timestamp = message.timestamp;
  record.timestamp_type = message.timestamp_type;
  record.key = key->value;
  record.key_schema = key->schema;
  record.value = value->value;
  record.value_schema = value->schema;
  if (!message.headers.empty()) {
    if (auto headers = convert_headers(message, topic, target, record); !headers)
      return failed(message, topic, errors::Stage::header_converter, headers.error());
  }
  if (keeps_raw_) record.raw = kept(batch_->arena, message);
  batch_->records.push_back(record);
  return Became::record;
}

Result<void> Pipeline::convert_headers(const kafka::Message& message, std::string_view topic,
                                       const convert::Target& target, Record& record) {
  const auto headers = target.arena.array<Header>(message.headers.size());
  for (std::size_t n = 0; n < headers.size(); ++n) {
    const auto& [name, bytes] = message.headers[n];
    if (!convert::is_utf8(name)) return Error("the name of header " + std::to_string(n + 1) + " is not UTF-8");
    headers[n] = {lend(target.arena.copy(name)), make::null(), nullptr};
    if (!converters_.header) {
      headers[n].value = bytes_in(target.arena, bytes);
      continue;
    }
    auto value = converters_.header->convert(topic, bytes, target);
    if (!value) return std::move(value).error();
    headers[n].value = value->value;
    headers[n].schema = value->schema;
  }
  record.headers = headers.data();
  record.header_count = static_cast<std::uint32_t>(headers.size());
  return {};
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

Pipeline::Became Pipeline::failed(const kafka::Message& message, std::string_view topic, errors::Stage stage,
                                  const Error& error) {
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
    for (const auto& [name, value] : message.headers) headers_.push_back({name, value});
    raw = {{lend_raw(message.key), lend_raw(message.value)}, headers_.data(), headers_.size()};
    errant.raw = &raw;
    batch_->letter_bytes += raw.bytes.key.size + raw.bytes.value.size + kLetterSize;
  }
  if (reporter_.report(errant) == errors::Verdict::leave_out) return Became::errant;
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
