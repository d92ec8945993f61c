// The table that a record asks for: columns, their types and the key. Pure.
#pragma once

#include <string>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/binder.hpp"

namespace sinkway::table {

// A column as a field asks for it.
struct WantedColumn {
  std::string name;
  std::string type;           // as SQL: bigint, text[], numeric
  bool not_null = false;      // its schema is required, or it is part of the key
  std::string default_sql{};  // of its schema; empty: none
};

// PostgreSQL's type for a value: by the hint for its column, by its schema where it has one (table-sink.md 2a), else by what the value
// is. A null without a schema asks for text, which can hold whatever comes later.
[[nodiscard]] std::string sql_type(const sinkway_value& value, const sinkway_schema* schema, Reading hint = Reading::natural);

// The columns that a row asks for, and the names of those that make the key (empty: none), in their order.
struct WantedTable {
  std::vector<WantedColumn> columns;
  std::vector<std::string> key;
};
[[nodiscard]] WantedTable wanted_table(const Row& row, const BindingRules& rules);
// Those of them that every record asks for, whatever its fields: metadata, Kafka's coordinates and headers as the key, the
// remainder.
[[nodiscard]] WantedTable wanted_always(const BindingRules& rules);

}  // namespace sinkway::table
