// Records of one key inside a batch: the last operation wins, and where it cannot, the order is kept.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "plugins/table/options/write_rules.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// A row with its columns, in the order in which the records came.
struct BoundRow {
  Row row;
  const Binding* binding = nullptr;
};

struct Folded {
  // To be written one after the other. Rows of one key never share a group, unless the group says `fold_on_server`.
  std::vector<RowGroup> groups;
  // Records that a later one of the same key makes needless: positions in the batch.
  std::vector<std::size_t> needless;
};

// Rule D2 inside a batch (table-sink.md 3.3). A row makes an earlier one of its key needless when nothing of that one
// would be left: delete after anything, put after a put whose columns it has. Otherwise it goes into a later group.
// Where equal keys may have different bytes (citext, numeric 1.0 and 1.00, collations that are not deterministic) the
// client cannot see them: rows go into groups in the order in which they came, and the server folds inside a group.
// All rows are of `table`; insert mode without deletes needs no folding and is not for this function. Pure.
[[nodiscard]] Folded fold_keys(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules);

// Whether two values of the column are equal exactly when their encoded bytes are.
[[nodiscard]] bool bytes_tell_equality(const BoundColumn& column);

}  // namespace sinkway::table
