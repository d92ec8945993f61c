// What the producer has declared of the value that goes into a column.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row.hpp"

namespace sinkway::table {

// Lent by the record; null: nothing was declared.
[[nodiscard]] const sinkway_schema* schema_at(const std::vector<std::uint16_t>& path, const Row& row);  // of the row's body
[[nodiscard]] const sinkway_schema* declared_schema(const Binding& binding, const BoundColumn& bound, const Row& row);

}  // namespace sinkway::table
