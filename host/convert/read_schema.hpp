// A Connect schema with what a converter needs beside it.
#pragma once

#include <span>
#include <string_view>

#include "host/data/value.hpp"

namespace sinkway::convert {

// One node of a schema that came with a record. Immutable; lives as long as its SchemaBook.
struct ReadSchema {
  Schema schema{};            // as the ABI shows it; everything it points to lives as long
  Tag tag = Tag::null;        // of values that are converted by it: logical types have their own
  const Shape* shape = nullptr;                      // of a struct
  std::span<const ReadSchema* const> fields;         // of a struct, in the order of the shape
  const ReadSchema* keys = nullptr;                  // of a map
  const ReadSchema* elements = nullptr;              // of an array; the values of a map
};

}  // namespace sinkway::convert
