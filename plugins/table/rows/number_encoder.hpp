// Numbers into the binary form of the types of numbers.
#pragma once

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// For the encodings that is_number() names; what encode_naturally() says of them. Nothing is rounded but what the
// column's own type rounds: a fraction is inexact for a column of whole numbers, numeric goes through no double.
[[nodiscard]] Fault encode_number(const sinkway_value& value, const ColumnType& type, ByteBuffer& out);

}  // namespace sinkway::table
