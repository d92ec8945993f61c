// Which rows the constraints of a table would refuse, as questions. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plugins/table/rows/binding.hpp"

namespace sinkway::table {

// A foreign key (PostgreSQL manual, CREATE TABLE, REFERENCES).
struct Reference {
  std::string table;        // that it refers to, as SQL has it behind FROM
  bool to_itself = false;   // that is the table with the key
  std::vector<std::pair<std::string, std::string>> columns{};  // of the table with the key and of the other one, in the order of the key
};

// Both take the arrays of `arrays` as parameters and answer the numbers, from 1, of the rows that break one of them, each in its one column.

// Rows of which one condition, SQL about the row `s`, is true.
[[nodiscard]] std::string breaking_sql(const Binding& arrays, const std::vector<std::string>& conditions);

// Rows that refer to no row, be it there or, in a table that refers to itself, one of these.
[[nodiscard]] std::string orphans_sql(const Binding& arrays, const std::vector<Reference>& references);

// The settings under which they are asked, for the running transaction.
[[nodiscard]] const char* settings_of_questions();

}  // namespace sinkway::table
