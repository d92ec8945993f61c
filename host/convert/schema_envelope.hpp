// {"schema": ..., "payload": ...}: JSON that brings its schema with it.
#pragma once

#include <string>
#include <string_view>

#include "host/convert/converter.hpp"
#include "host/convert/json.hpp"
#include "host/convert/json_value.hpp"
#include "host/convert/schema_book.hpp"
#include "host/convert/schema_payload.hpp"

namespace sinkway::convert {

// The reading direction of Kafka Connect's JsonConverter with schemas.enable=true. An envelope is an object of exactly
// the two members, their names written without escapes; a null schema means a schemaless payload. The schema is not
// read again while its bytes stay the same. [reader-thread]
class SchemaEnvelope {
 public:
  SchemaEnvelope(std::size_t max_depth, PayloadRules rules);

  // Errors: those of JSON, json.envelope, and those of schemas and payloads.
  [[nodiscard]] Result<Converted> convert(std::string_view text, const Target& target);
  // See JsonValues; only schemaless payloads leave out anything.
  void keep_only(std::span<const HintColumn> columns) { values_.keep_only(columns); }

 private:
  [[nodiscard]] Result<void> read_schema(std::string_view text, const Target& target);
  // By declared_; `node` is the payload.
  [[nodiscard]] Result<Converted> convert_payload(const JsonNode& node, const Target& target);

  std::size_t max_depth_;
  PayloadRules rules_;
  SchemaBook book_;
  JsonReader reader_;
  JsonValues values_;
  const ReadSchema* declared_ = nullptr;  // of the record before; null: it was schemaless
  // How the record before began, up to its payload, when nothing but a brace came after that: most records begin the
  // same.
  std::string head_;
};

}  // namespace sinkway::convert
