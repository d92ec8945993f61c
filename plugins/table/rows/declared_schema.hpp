// What the producer has declared of the value that goes into a column.
#pragma once

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row.hpp"

namespace sinkway::table {

// Lent by the record; null: nothing was declared.
[[nodiscard]] const sinkway_schema* declared_schema(const Binding& binding, const BoundColumn& bound, const Row& row);

}  // namespace sinkway::table
