#include "host/task/pipeline.hpp"

#include "host/convert/utf8.hpp"

namespace sinkway::task {
namespace {

Value bytes_in(Arena& arena, std::optional<std::string_view> bytes) {
  if (!bytes) return make::null();
  const std::string_view copy = arena.copy(*bytes);
  return make::bytes({reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size()});
}

}  // namespace

Pipeline::Pipeline(Converters converters, ShapeTable& shapes, OffsetLedger& ledger, errors::ErrantReporter& reporter,
                   const BatchLimits& limits)
    : converters_(std::move(converters)), shapes_(shapes), ledger_(ledger), reporter_(reporter), limits_(limits) {}

void Pipeline::fill(Batch& batch, std::size_t messages) {
  batch_ = &batch;
  messages_ = messages;
}

bool Pipeline::on_message(const kafka::Message& message) {
  Ledgered* const partition = ledger_.find(message.at);
  // Of an assignment that is over, or already read: no longer, or not again, ours.
  if (!partition || !partition->fetching || message.offset < partition->read) [[unlikely]]
    return true;
  if (!convert(message, view(*message.at.topic)) && failure_) return false;  // its position stays before the record
  cover(*partition, message);
  ++messages_;
  return messages_ < limits_.rows && batch_->bytes() < limits_.bytes;
}

bool Pipeline::convert(const kafka::Message& message, std::string_view topic) {
  const convert::Target target{batch_->arena, shapes_};
  auto key = converters_.key->convert(topic, message.key, target);
  if (!key) return errant(message, topic, errors::Stage::key_converter, converters_.key_class, key.error()), false;
  auto value = converters_.value->convert(topic, message.value, target);
  if (!value) return errant(message, topic, errors::Stage::value_converter, converters_.value_class, value.error()), false;

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
  if (!message.headers.empty() && !convert_headers(message, topic, target, record)) return false;
  batch_->records.push_back(record);
  return true;
}

bool Pipeline::convert_headers(const kafka::Message& message, std::string_view topic, const convert::Target& target,
                               Record& record) {
  const auto headers = target.arena.array<Header>(message.headers.size());
  for (std::size_t n = 0; n < headers.size(); ++n) {
    const auto& [name, bytes] = message.headers[n];
    if (!convert::is_utf8(name)) {
      errant(message, topic, errors::Stage::header_converter, converters_.header_class,
             Error("the name of header " + std::to_string(n + 1) + " is not UTF-8"));
      return false;
    }
    headers[n] = {lend(target.arena.copy(name)), make::null(), nullptr};
    if (!converters_.header) {
      headers[n].value = bytes_in(target.arena, bytes);
      continue;
    }
    auto value = converters_.header->convert(topic, bytes, target);
    if (!value)
      return errant(message, topic, errors::Stage::header_converter, converters_.header_class, value.error()), false;
    headers[n].value = value->value;
    headers[n].schema = value->schema;
  }
  record.headers = headers.data();
  record.header_count = static_cast<std::uint32_t>(headers.size());
  return true;
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

void Pipeline::errant(const kafka::Message& message, std::string_view topic, errors::Stage stage, const std::string& executor,
                      const Error& error) {
  const std::string reason = error.text();
  const errors::Errant errant{topic,  message.at.partition,  message.offset, message.timestamp, message.timestamp_type,
                              errors::name_of(stage), executor, error.id(),     reason,            {}};
  if (reporter_.report(errant) == errors::Verdict::fail) failure_ = errors::intolerable(errant);
}

}  // namespace sinkway::task
