// The server asked for its tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/options/table_name.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

struct FoundTable {
  Table table;
  bool may_insert = false;  // this role, into some column
};

// The first candidate that exists: by its exact name, else by the only name that differs in case alone. Nothing: there
// is none. Throws ControlError. [connector-thread] [writer-thread]
[[nodiscard]] std::optional<FoundTable> find_table(ControlConnection& connection,
                                                   const std::vector<TableName>& candidates);
// The same inside of a change.
[[nodiscard]] std::optional<FoundTable> find_table(const ControlConnection::Ask& ask,
                                                   const std::vector<TableName>& candidates);

// Types by their OIDs, in this order, as columns without names: as those of a table, but that nothing is known of defaults
// and lengths. Throws ControlError.
[[nodiscard]] std::vector<Column> read_types(ControlConnection& connection, const std::vector<std::uint32_t>& types);

}  // namespace sinkway::table
