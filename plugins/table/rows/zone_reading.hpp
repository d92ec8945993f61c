// Timestamps between what a clock showed and the moment when it did.
#pragma once

#include "plugins/table/rows/reading.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// Moments for columns without a zone become what the clock of type.zone showed; the other way round for timestamptz,
// also text without an offset. Leaves other values alone.
[[nodiscard]] Fault move_to_zone(const ColumnType& type, ReadValue& into);

}  // namespace sinkway::table
