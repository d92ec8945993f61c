// A JSON tree to the value that its schema declares.
#pragma once

#include "host/convert/converter.hpp"
#include "host/convert/json.hpp"
#include "host/convert/read_schema.hpp"

namespace sinkway::convert {

// Kafka Connect's JsonConverter in its reading direction, strict where that one coerces in silence (a text where a
// number is declared is an error, not 0). [reader-thread]
//
// - bytes are base64; a Decimal is base64 of its unscaled bytes, or a number (whose own scale is kept); Date and Time fit
//   int32, Timestamp int64; floats take "NaN", "Infinity" and "-Infinity", as Jackson writes them.
// - a map with string keys is an object, another one an array of [key, value] pairs.
// - null: the default if there is one and `null_is_default` (KIP-581), else null if the schema is optional, else an error.
// - a missing field: the default if there is one, else absent if the field is optional, else an error.
// - members that the schema does not name are ignored.
struct PayloadRules {
  bool null_is_default = true;
};

// Error ids: json.type, json.range, json.required, json.base64. Messages name the field.
[[nodiscard]] Result<Value> payload_value(const JsonNode& node, const ReadSchema& schema, const PayloadRules& rules,
                                          Arena& arena);

}  // namespace sinkway::convert
