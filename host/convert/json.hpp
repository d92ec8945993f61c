// Any JSON text as a tree: the thorough way, through simdjson.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "host/base/result.hpp"

namespace sinkway::convert {

// One value of a JSON text. Everything it lends lives until its reader reads the next text.
struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string_view name;               // of a member of an object, unescaped
  std::string_view text;               // of a number: as written; of a string: unescaped
  std::span<const JsonNode> children;  // items, or members in order of first sight; of equal names the last counts

  // The member of an object; null: it has none of that name.
  [[nodiscard]] const JsonNode* member(std::string_view wanted) const;
};

[[nodiscard]] std::string_view name_of(JsonNode::Kind kind);  // "a string", "null" ...

// Reads one text after the other, reusing its memory. Strict where Jackson, and so Kafka Connect, is not: text after
// the value and leading zeros are errors; a duplicate name is none, its last value counts, as there. Complete: UTF-8,
// escapes, grammar and depth are checked. [reader-thread]
class JsonReader {
 public:
  explicit JsonReader(std::size_t max_depth);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Errors name the byte and the reason (json_fault.hpp). `text` itself is copied.
  [[nodiscard]] Result<const JsonNode*> read(std::string_view text);

  // Where in the text last read a number stands.
  [[nodiscard]] std::size_t position_of(const JsonNode& number) const;
  // Of the text last read.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::convert
