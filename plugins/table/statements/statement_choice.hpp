// Which writer for these rows: a pure function of the table, its columns and the number of rows.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

enum class Writer { copy_binary, copy_text, arrays };

// The ways of rows into a table, as metrics and the plan name them.
enum class Method { copy, arrays, optimistic_copy, staging, pipeline };
[[nodiscard]] std::string_view name_of(Method method);

// Rows from which COPY into a staging table pays: a COPY costs some 1.3 ms of the server more than arrays (limits.md A.1),
// a round trip of its own, and saves about 0.4 us a row. Pure.
[[nodiscard]] std::size_t staging_threshold(std::size_t copy_min_rows, std::chrono::microseconds round_trip);

// COPY is never chosen where it would make another row of a record than INSERT (exactly-once.md): views, foreign
// tables, rules, row level security, identity columns that are given. Below `copy_min_rows` arrays are faster.
[[nodiscard]] Writer choose_writer(const RowGroup& group, std::size_t rows, std::size_t copy_min_rows);
[[nodiscard]] bool copy_is_allowed(const Table& table, const Binding& binding);

}  // namespace sinkway::table
