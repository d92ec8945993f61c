// Arrays in their binary form: from values with elements and from PostgreSQL's literals.
#pragma once

#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// At most so many dimensions (MAXDIM in PostgreSQL).
constexpr int kMostDimensions = 6;

// From a SINKWAY_ARRAY, whose inner arrays are further dimensions (elements of json arrays are values of their own), or
// from text such as {1,NULL,"a b"} (PostgreSQL manual 8.15). Inner arrays of different lengths: bad_format. The
// policies of an element are those of its column.
[[nodiscard]] Fault encode_array(const sinkway_value& value, const ColumnType& element, ByteBuffer& out);

// The payload as a literal.
void print_array_payload(std::string_view payload, const ColumnType& element, ByteBuffer& out);

}  // namespace sinkway::table
