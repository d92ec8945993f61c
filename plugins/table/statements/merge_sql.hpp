// The statements that bring rows from a source into a table by key, as text. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "plugins/table/options/write_rules.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// The column that soft.delete.column names, whatever its case; null: the option is empty, or the table has none.
[[nodiscard]] const Column* soft_delete_column(const Table& table, const WriteRules& rules);
// The column of soft deletes where a new row gets its false from nobody else; null: there is none.
[[nodiscard]] const Column* unmarked_column(const RowGroup& group, const WriteRules& rules);
// Whether the rows leave out a column that a new row must have: only rows that exist can take them.
[[nodiscard]] bool lacks_required(const RowGroup& group);
// The arrays of a binding as a source: (SELECT unnest($1::int8[]) AS "id", ...).
[[nodiscard]] std::string array_source(const Binding& binding);
// One value of it: the element of this number (SQL, from 1) of one array.
[[nodiscard]] std::string array_element(const BoundColumn& bound, std::size_t parameter, const std::string& number);
// The staging table of a binding: its name tells table and columns, so that a connection may have several.
[[nodiscard]] std::string staging_name(const Table& table, const Binding& binding);
// A temporary table with the types of the bound columns and no constraints; it empties at the end of a transaction, or
// goes with `drop_at_commit` (behind a pooler, where the next transaction may have another session). Columns that the
// table has not (the place in the batch) are taken as they are.
[[nodiscard]] std::string create_staging_sql(const Table& table, const Binding& binding, bool drop_at_commit);

// The staging table in which bad rows are looked for: gone at the end of the transaction, made anew where it is there.
[[nodiscard]] std::string checked_staging_name(const Table& table, const Binding& binding);
[[nodiscard]] std::string create_checked_staging_sql(const Table& table, const Binding& binding);
// oid, names of the bound columns as an array -> the actions of ALTER TABLE that give it the constraints of the table
// which a row to be inserted must keep, as far as they are about bound columns only (a CHECK, NOT NULL); none where a
// trigger may still change the row.
[[nodiscard]] std::string staging_checks_sql();

// INSERT ... ON CONFLICT, UPDATE ... FROM or DELETE ... USING (PostgreSQL manual, INSERT, UPDATE, DELETE) for rows that
// the source holds under the names of the columns. `group.fold_on_server`: the source may hold a key more than once and
// has the place of each row in the batch; the row that counts is taken: the last, the first (insert_ignore) or the newest
// (upsert_if_newer). Empty: nothing is to be done (an update of rows that have nothing but their key).
[[nodiscard]] std::string merge_sql(const RowGroup& group, const WriteRules& rules, const std::string& source);

}  // namespace sinkway::table
