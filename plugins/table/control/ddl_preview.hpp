// The DDL that a configuration leads to, told and not done: by the same plans as those that are carried out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// What would be done to one table.
struct TableChange {
  std::string option;  // that asks for the change: offsets.table, dlq.table, auto.create, auto.evolve; empty: none does
  std::string topic;   // whose records go there; empty: a table of the sink's own
  std::string table;   // as the server has it, or as the options name it
  bool exists = false;
  std::vector<std::string> statements{};  // exactly as they would be run, in this order
  std::vector<std::string> refused{};     // what would be needed and will not be done
  std::string note{};                     // what only a record can tell

  [[nodiscard]] bool is_news() const { return !statements.empty() || !refused.empty() || !note.empty(); }
};

// The tables of positions and of dead letters, as far as the options use them. All of this is read from the catalog;
// init.sql is not run for it. Each throws ControlError. [connector-thread]
[[nodiscard]] std::vector<TableChange> preview_own_tables(ControlConnection& connection, const TableOptions& options);
// The table of a topic before any record is seen: what every record asks for. Its fields are told by a note.
[[nodiscard]] TableChange preview_topic(ControlConnection& connection, const TableOptions& options,
                                        const std::string& topic);
// The table of this record, and all that would be done to it before the record could be written. Transformations are
// not applied: the record is one that comes out of them. NOT NULL is taken for a refusal of a null that the record has; what a
// trigger would fill in is not known.
[[nodiscard]] TableChange preview_record(ControlConnection& connection, const TableOptions& options,
                                         const sinkway_record& record);

// As a sentence, for logs and validation: what the statements are for, and each of them.
[[nodiscard]] std::string text_of(const TableChange& change);

}  // namespace sinkway::table
