// Values in the shapes of Debezium's semantic types (io.debezium.data) as plain ones.
#pragma once

#include "plugins/table/rows/reading.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// Each leaves into.value alone when `value` is of another kind.
// {"scale":2,"value":bytes} as a decimal.
[[nodiscard]] Fault read_variable_decimal(const sinkway_value& value, ReadValue& into);
// Bytes, least significant first, as digits of bit(n), as true and false, or as a number.
[[nodiscard]] Fault read_bits(const sinkway_value& value, const ColumnType& type, ReadValue& into);
// a,b,c as an array of text.
[[nodiscard]] Fault read_set(const sinkway_value& value, ReadValue& into);
// {"wkb":bytes,"srid":4326,...} as (x,y) for point columns, else as the hexadecimal text that PostGIS reads.
[[nodiscard]] Fault read_geometry(const sinkway_value& value, const ColumnType& type, ReadValue& into);

}  // namespace sinkway::table
