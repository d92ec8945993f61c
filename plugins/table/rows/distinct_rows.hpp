// One row in place of all that have the same values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/row.hpp"

namespace sinkway::table {

struct DistinctRows {
  std::vector<Row> rows;            // the first of each kind, in their order
  std::vector<std::uint32_t> kind;  // of each row that was given: its place in `rows`
};

// Rows whose values in the columns of `binding` have the same bytes are of one kind; one that cannot be encoded is of its own.
// Where the first rows are mostly unlike one another each row is taken for one of its own: telling them apart would cost
// more than it brings. The rows stay lent as they are.
[[nodiscard]] DistinctRows distinct_rows(std::span<const Row> rows, const Binding& binding);

}  // namespace sinkway::table
