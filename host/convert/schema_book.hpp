// The schemas that came with the records of one task.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/base/result.hpp"
#include "host/convert/json.hpp"
#include "host/convert/read_schema.hpp"
#include "host/data/arena.hpp"
#include "host/data/shape.hpp"

namespace sinkway::convert {

// Reads the schema member of Kafka Connect's JSON envelope, once for each text: a record whose schema has the same
// bytes as one before gets the same schema. Schemas are kept for the life of the book, since batches on their way point
// to them; so there are limits, of number and of memory, which only a producer that writes something new into every
// schema reaches. What was kept before goes on being read then. [reader-thread]
class SchemaBook {
 public:
  static constexpr std::size_t kMostSchemas = 10'000;
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // of texts and what was read from them

  // `reader` is used for schemas only, so that a payload read by another one stays valid.
  explicit SchemaBook(std::size_t max_depth) : reader_(max_depth) {}

  // `text` is one JSON value. Errors: those of JSON, json.schema with the path to what is wrong, json.schemas.
  [[nodiscard]] Result<const ReadSchema*> read(std::string_view text, ShapeTable& shapes);

 private:
  [[nodiscard]] Result<const ReadSchema*> read_node(const JsonNode& node, ShapeTable& shapes);
  [[nodiscard]] Result<void> read_parts(const JsonNode& node, ReadSchema& schema, ShapeTable& shapes);
  [[nodiscard]] Result<void> read_fields(const JsonNode& node, ReadSchema& schema, ShapeTable& shapes);
  [[nodiscard]] Result<void> read_default(const JsonNode& node, ReadSchema& schema);

  JsonReader reader_;
  Arena arena_;
  // What is wrong is remembered too: reading it again for each record would fill the arena.
  std::unordered_map<std::string_view, Result<const ReadSchema*>> by_text_;
  std::string_view last_text_;
  const ReadSchema* last_ = nullptr;
};

}  // namespace sinkway::convert
