// A table that the sink keeps for itself beside the user's: found, or made where the role may make it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plugins/table/options/table_name.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// What the table is, for messages and its making.
struct OwnTablePlan {
  TableName name;        // an empty schema: the first of the search path that has it or lets it be made
  std::string what;      // "the table of positions"
  std::string option;    // the key that names it
  std::string error_id;  // when it can neither be found nor made
  std::string otherwise; // what to do instead, for the hint: "set delivery=at_least_once"
  std::string needed;    // privileges, comma separated: "SELECT, INSERT, UPDATE"
  std::string columns;   // that are always used, comma separated
  std::function<std::string(std::string_view table)> create_sql;  // CREATE TABLE IF NOT EXISTS for the quoted name
};

// The questions by which it is found, and by which its place is chosen: $1 name, $2 schema ("": the search path). The
// first answers the table, quoted; the second the same for a table that may be made. No row: none.
namespace own_table {
extern const char* const kFind;
extern const char* const kPlace;
// Quoted name, privileges separated by ", " -> whether the role has all of them, and may use the schema.
extern const char* const kPrivileges;
// Quoted name, columns separated by ", " -> those that the table lacks, or null.
extern const char* const kMissingColumns;
}  // namespace own_table

// Answers the quoted name with its schema. Two tasks may make it at once. Wants an open connection outside a
// transaction. Throws SinkError, WireLost, WireCancelled. [writer-thread]
[[nodiscard]] std::string find_or_make(Connection& connection, const OwnTablePlan& plan);

}  // namespace sinkway::table
