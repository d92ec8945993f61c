// Tables that change with the records: what delivery asks for, and the control plane does.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/table_name.hpp"
#include "plugins/table/rows/row.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// Each member answers whether the table is another one now (also when a rival task has done it); false: the options do
// not allow it, or nothing was to be done. Runs on a connection of its own, outside of the transaction of the rows.
// Throws SinkError when the change is allowed and fails. [writer-thread]
class Evolution {
 public:
  virtual ~Evolution() = default;
  // Whether tables that are missing are made.
  [[nodiscard]] virtual bool may_create() const = 0;
  [[nodiscard]] virtual bool create(const std::vector<TableName>& candidates, const Row& row) = 0;
  // Columns for the fields that have none, and wider types for those declared wider.
  [[nodiscard]] virtual bool fit(const Table& table, const Row& row) = 0;
  // Whether `fit`, `lengthen` or `relax` would try: their changes wait for every lock of the table, so the transaction of the rows
  // must be over before. Looks at nothing but the table as it is known.
  [[nodiscard]] virtual bool may_fit(const Table& table, const Row& row) const = 0;
  [[nodiscard]] virtual bool may_lengthen(const Table& table, std::string_view column) const = 0;
  [[nodiscard]] virtual bool may_relax(const Table& table, std::string_view column) const = 0;
  // A text did not fit into a varchar column.
  [[nodiscard]] virtual bool lengthen(const Table& table, std::string_view column) = 0;
  // A null met NOT NULL.
  [[nodiscard]] virtual bool relax(const Table& table, std::string_view column) = 0;
};

// The table is another one now: bind again and write again. Not an error.
class TableEvolved : public std::runtime_error {
 public:
  explicit TableEvolved(const std::string& table) : std::runtime_error("table " + table + " was changed") {}
};

}  // namespace sinkway::table
