// Which writer for these rows: a pure function of the table, its columns and the number of rows.
#pragma once

#include <cstddef>
#include <string_view>

#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

enum class Writer { copy_binary, copy_text, arrays };

// The ways of rows into a table, as metrics and the plan name them.
enum class Method { copy, arrays, optimistic_copy, staging };
[[nodiscard]] std::string_view name_of(Method method);

// COPY is never chosen where it would make another row of a record than INSERT (exactly-once.md): views, foreign
// tables, rules, row level security, identity columns that are given. Below `copy_min_rows` arrays are faster.
[[nodiscard]] Writer choose_writer(const RowGroup& group, std::size_t rows, std::size_t copy_min_rows);
[[nodiscard]] bool copy_is_allowed(const Table& table, const Binding& binding);

}  // namespace sinkway::table
