// A message becomes a record.
#pragma once

#include <optional>

#include "host/base/error.hpp"
#include "host/convert/converter.hpp"
#include "host/data/batch.hpp"
#include "host/data/shape.hpp"
#include "host/errors/stage.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::task {

// Lent. One thread at a time.
struct MessageConverters {
  convert::Converter& key;
  convert::Converter& value;
  convert::Converter* header = nullptr;  // null: header values are bytes
};

// The step that could not be done.
struct FailedStep {
  errors::Stage stage;
  Error error;
};

// Fills `record` with copies of the message in the arena, together with its bytes as Kafka held them if `keeps_raw`.
[[nodiscard]] std::optional<FailedStep> convert_message(const MessageConverters& converters, const kafka::Message& message,
                                                        Arena& arena, ShapeTable& shapes, bool keeps_raw, Record& record);
// The message that failed there, for plugins that keep dead letters of their own; copies in the arena.
[[nodiscard]] Unconverted unconverted(const FailedStep& failed, const kafka::Message& message, Arena& arena, bool keeps_raw);

}  // namespace sinkway::task
