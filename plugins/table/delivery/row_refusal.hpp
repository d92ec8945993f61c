// What is wrong with a record, as it is told to people.
#pragma once

#include <string>
#include <string_view>

#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// Texts never hold values.
struct RowRefusal {
  std::string id;            // table.too_long ... or table.refused
  std::string reason;        // "table public.weather: more characters than the column holds"
  std::string column{};      // may be empty
  std::string sqlstate{};    // when the server has refused the row
  std::string constraint{};  // the same
  bool is_fatal = false;     // tolerated by nobody: the task fails
  std::string table{};       // empty: none was chosen yet
};

// Whether another row of the table stands in the way: a unique index or an exclusion constraint has said so. Pure.
[[nodiscard]] bool is_occupied(std::string_view sqlstate);
// From the encoder's finding. Pure.
[[nodiscard]] RowRefusal refusal_of(const RowFault& fault, const std::string& table);
// The same of a record for which no table was chosen. Pure.
[[nodiscard]] RowRefusal refusal_of_topic(const RowFault& fault, std::string_view topic);
// From the server's answer: SQLSTATE, constraint, table and column; never message, DETAIL or CONTEXT. Pure.
[[nodiscard]] RowRefusal refusal_of(const Reply& reply, const std::string& table);

}  // namespace sinkway::table
