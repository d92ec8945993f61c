// Bytes to a value: the interface of all converters.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/data/arena.hpp"
#include "host/data/shape.hpp"
#include "host/data/value.hpp"

namespace sinkway::convert {

// Where a converted value lives: its bytes in the arena of the batch, its shape in the table of the task.
struct Target {
  Arena& arena;
  ShapeTable& shapes;
};

struct Converted {
  Value value;
  const Schema* schema = nullptr;  // null: schemaless; lives as long as the converter
};

// What a sink would like to receive (the schema-hint extension): columns by name with the tag that suits them.
struct HintColumn {
  std::string name;
  Tag tag = Tag::string;
};

// One converter of one task: keeps caches, so one object per task and role (key or value). [reader-thread]
class Converter {
 public:
  virtual ~Converter() = default;
  // No bytes: a tombstone, which every converter answers with null. The result owns nothing of `bytes`: the message is
  // given back right after. Errors are DataExceptions in Connect's sense: their message names the place in the input
  // ("byte 17") and the reason, never a piece of the input.
  [[nodiscard]] virtual Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                                                  const Target& target) = 0;
  // False: there are no bytes that convert() answers an error to.
  [[nodiscard]] virtual bool may_refuse() const { return true; }
  // A new hint. `may_skip`: fields that are not in it may be left out.
  virtual void hint(std::span<const HintColumn> /*columns*/, bool /*may_skip*/) {}
};

}  // namespace sinkway::convert
