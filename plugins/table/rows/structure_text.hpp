// Values with parts as the text of types that have no binary form here: hstore, composite types, points, arrays.
#pragma once

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// Of a SINKWAY_ARRAY, SINKWAY_MAP or SINKWAY_STRUCT, as type.structure says. wrong_type: parts of another kind.
[[nodiscard]] Fault print_structure(const sinkway_value& value, const ColumnType& type, ByteBuffer& out);

}  // namespace sinkway::table
