#include "host/task/conversion.hpp"

#include <memory>
#include <string>
#include <string_view>

#include "host/convert/utf8.hpp"
#include "host/data/raw_message.hpp"
#include "host/data/value.hpp"

namespace sinkway::task {
namespace {

Value bytes_in(Arena& arena, std::optional<std::string_view> bytes) {
  if (!bytes) return make::null();
  const std::string_view copy = arena.copy(*bytes);
  return make::bytes({reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size()});
}

std::optional<std::string_view> copied(Arena& arena, std::optional<std::string_view> bytes) {
  return bytes ? std::optional(arena.copy(*bytes)) : std::nullopt;
}

// The message's own bytes.
const sinkway_raw* kept(Arena& arena, const kafka::Message& message) {
  const auto headers = arena.array<sinkway_raw_header>(message.headers.size());
  for (std::size_t n = 0; n < headers.size(); ++n)
    headers[n] = raw_header(arena.copy(message.headers[n].name), copied(arena, message.headers[n].value));
  RawMessage* const raw = arena.array<RawMessage>(1).data();
  std::construct_at(raw, RawMessage{{lend_raw(copied(arena, message.key)), lend_raw(copied(arena, message.value))},
                                    headers.data(),
                                    headers.size()});
  return &raw->bytes;
}

Result<void> convert_headers(convert::Converter* converter, const kafka::Message& message, const convert::Target& target,
                             Record& record) {
  const auto headers = target.arena.array<Header>(message.headers.size());
  for (std::size_t n = 0; n < headers.size(); ++n) {
    const auto& [name, bytes] = message.headers[n];
    if (!convert::is_utf8(name)) return Error("the name of header " + std::to_string(n + 1) + " is not UTF-8");
    headers[n] = {lend(target.arena.copy(name)), make::null(), nullptr};
    if (converter == nullptr) {
      headers[n].value = bytes_in(target.arena, bytes);
      continue;
    }
    auto value = converter->convert(view(*message.at.topic), bytes, target);
    if (!value) return std::move(value).error();
    headers[n].value = value->value;
    headers[n].schema = value->schema;
  }
  record.headers = headers.data();
  record.header_count = static_cast<std::uint32_t>(headers.size());
  return {};
}

}  // namespace

std::optional<FailedStep> convert_message(const MessageConverters& converters, const kafka::Message& message, Arena& arena,
                                          ShapeTable& shapes, bool keeps_raw, Record& record) {
  const convert::Target target{arena, shapes};
  const std::string_view topic = view(*message.at.topic);
  auto key = converters.key.convert(topic, message.key, target);
  if (!key) return FailedStep{errors::Stage::key_converter, std::move(key).error()};
  auto value = converters.value.convert(topic, message.value, target);
  if (!value) return FailedStep{errors::Stage::value_converter, std::move(value).error()};
  record.topic = record.original_topic = message.at.topic;
  record.partition = record.original_partition = message.at.partition;
  record.offset = message.offset;
  record.timestamp = message.timestamp;
  record.timestamp_type = message.timestamp_type;
  record.key = key->value;
  record.key_schema = key->schema;
  record.value = value->value;
  record.value_schema = value->schema;
  if (!message.headers.empty())
    if (auto done = convert_headers(converters.header, message, target, record); !done)
      return FailedStep{errors::Stage::header_converter, std::move(done).error()};
  if (keeps_raw) record.raw = kept(arena, message);
  return std::nullopt;
}

Unconverted unconverted(const FailedStep& failed, const kafka::Message& message, Arena& arena, bool keeps_raw) {
  return {message.at.topic,
          message.at.partition,
          message.timestamp_type,
          message.offset,
          message.timestamp,
          keeps_raw ? kept(arena, message) : nullptr,
          lend(errors::name_of(failed.stage)),
          lend(arena.copy(failed.error.id())),
          lend(arena.copy(failed.error.text()))};
}

}  // namespace sinkway::task
