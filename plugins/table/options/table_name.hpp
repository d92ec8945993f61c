// Which table a topic goes to, as a list of names to look for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sinkway::table {

constexpr std::size_t kIdentifierBytes = 63;  // NAMEDATALEN - 1; PostgreSQL manual 4.1.1

// A table as the server's catalog spells it: not quoted. An empty schema means: the first of the search path that has
// it.
struct TableName {
  std::string schema;
  std::string name;
  [[nodiscard]] bool operator==(const TableName&) const = default;
  // For messages: schema.name or name.
  [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
};

// Reads `name`, `schema.name` or `database.schema.name` (the database is left to the connection), each part plain or in
// double quotes as in SQL (PostgreSQL manual 4.1.1): a quoted part may hold dots, and "" stands for one quote. Throws
// OptionError for `key` when the text is not such a name, or is one that the server would cut.
[[nodiscard]] TableName parse_table_name(std::string_view key, std::string_view text);

// Names to look for in this order, for the text of a table's name such as `weather` or `weather."kafka.topic"`. Topics
// may hold dots, so a name with dots that nobody quoted is looked for whole first, then as schema.name. Empty: the text
// can name no table.
[[nodiscard]] std::vector<TableName> table_candidates(std::string_view text);

}  // namespace sinkway::table
