#include "host/errors/dead_letter.hpp"

#include <fmt/format.h>

namespace sinkway::errors {
namespace {

std::optional<std::string> owned(std::optional<std::string_view> bytes) {
  return bytes ? std::optional(std::string(*bytes)) : std::nullopt;
}

// What Kafka Connect's own converters and sinks throw for a record at fault, so that consumers of the queue may tell
// both kinds apart as they do there.
std::string_view exception_of(const Errant& errant) {
  return errant.retriable ? "org.apache.kafka.connect.errors.RetriableException"
                          : "org.apache.kafka.connect.errors.DataException";
}

// A line of what happened and lines of where, as a Java trace has them.
std::string trace_of(const Errant& errant, const std::string& message) {
  return fmt::format("{}: {}\n\tat {} ({}){}\n", exception_of(errant), message, errant.executor, errant.stage,
                     errant.error_id.empty() ? "" : fmt::format(" [{}]", errant.error_id));
}

}  // namespace

std::string reason_with_field(const Errant& errant) {
  return errant.field.empty() ? std::string(errant.reason) : fmt::format("field {}: {}", errant.field, errant.reason);
}

DeadLetter make_dead_letter(const Errant& errant, const Sender& sender, bool context) {
  DeadLetter letter;
  letter.timestamp = errant.timestamp_type == 0 ? -1 : errant.timestamp;
  if (errant.raw) {
    letter.key = owned(errant.raw->key());
    letter.value = owned(errant.raw->value());
    for (const sinkway_raw_header& header : errant.raw->all_headers())
      letter.headers.emplace_back(view(header.name), owned(raw_text(header.value)));
  }
  if (!context) return letter;
  const auto add = [&](std::string_view name, std::string value) {
    letter.headers.emplace_back(fmt::format("__connect.errors.{}", name), std::move(value));
  };
  const std::string message = reason_with_field(errant);
  add("topic", std::string(errant.topic));
  add("partition", std::to_string(errant.partition));
  add("offset", std::to_string(errant.offset));
  add("connector.name", sender.connector);
  add("task.id", std::to_string(sender.task));
  add("stage", std::string(errant.stage));
  add("class.name", std::string(errant.executor));
  add("exception.class.name", std::string(exception_of(errant)));
  add("exception.message", message);
  add("exception.stacktrace", trace_of(errant, message));
  return letter;
}

}  // namespace sinkway::errors
