// A JSON tree to a schemaless value.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/convert/converter.hpp"
#include "host/convert/json.hpp"

namespace sinkway::convert {

// Objects become STRUCT (one inside a record MAP, when its names are data), arrays ARRAY, numbers as
// json_number.hpp tells. Everything is copied into the target. [reader-thread]
class JsonValues {
 public:
  // `reader` read the trees, and tells where their numbers stand.
  explicit JsonValues(const JsonReader& reader) : reader_(&reader) {}

  [[nodiscard]] Result<Value> value_of(const JsonNode& root, const Target& target);

  // Leave out members of a record that are objects or arrays and have none of these names, in whatever case: the sink
  // has no place for them. No names: leave out nothing.
  void keep_only(std::span<const HintColumn> columns);

 private:
  [[nodiscard]] Result<Value> build(const JsonNode& node, const Target& target, bool nested);
  [[nodiscard]] Result<Value> record(const JsonNode& node, const Target& target);
  [[nodiscard]] Result<Value> nested_object(const JsonNode& node, const Target& target);
  template <typename Taken>
  [[nodiscard]] Result<Value> structure(const JsonNode& node, const Shape& shape, const Target& target, Taken is_taken);
  [[nodiscard]] Result<Value> number(const JsonNode& node, const Target& target) const;
  [[nodiscard]] bool is_wanted(const JsonNode& member) const;

  const JsonReader* reader_;
  std::set<std::string, std::less<>> wanted_;  // in lower case
  std::vector<std::string_view> names_;
};

}  // namespace sinkway::convert
