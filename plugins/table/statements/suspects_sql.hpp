// Which rows the constraints of a table would refuse, as questions. Pure.
#pragma once

#include <string>
#include <vector>

#include "plugins/table/rows/binding.hpp"

namespace sinkway::table {

struct KeyColumn {
  std::string own;      // of the table with the key
  std::string other;    // of the table referred to
  std::string cast{};   // SQL: makes of the first what the server compares with the second: ::pg_catalog.text
};

// A foreign key (PostgreSQL manual, CREATE TABLE, REFERENCES).
struct Reference {
  std::string table;         // that it refers to, as SQL has it behind FROM, with its schema
  bool to_itself = false;    // that is the table with the key
  bool is_in_order = false;  // its index has the order of <= by the first column
  std::vector<KeyColumn> columns{};  // in the order of that index
};

// Both take the arrays of `arrays` as parameters and answer the numbers, from 1, of the rows that break one of them, each in its one column.

// Rows of which one condition, SQL about the row `s`, is true.
[[nodiscard]] std::string breaking_sql(const Binding& arrays, const std::vector<std::string>& conditions);

// Rows that refer to no row, be it there or, in a table that refers to itself, one of these.
[[nodiscard]] std::string orphans_sql(const Binding& arrays, const std::vector<Reference>& references);

// The settings under which they are asked, for the running transaction.
[[nodiscard]] const char* settings_of_questions();

}  // namespace sinkway::table
