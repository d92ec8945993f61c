#include "plugins/table/delivery/column_check.hpp"

#include <array>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

// tables, columns, OIDs of their types -> one that is not there so any more.
constexpr const char* kChanged =
    "SELECT w.tab FROM unnest($1::text[], $2::text[], $3::oid[]) w(tab, col, typ) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a "
    "WHERE a.attrelid = pg_catalog.to_regclass(w.tab) AND a.attname = w.col AND NOT a.attisdropped AND a.atttypid = w.typ) LIMIT 1";

}  // namespace

std::string changed_table(Connection& connection, const BatchRows& rows) {
  std::string tables = "{", columns = "{", types = "{";
  for (std::size_t group = 0; group < rows.size(); ++group) {
    if (rows[group].binding == nullptr) continue;
    const std::string table = quote_name(rows[group].table->schema, rows[group].table->name);
    for (const BoundColumn& bound : rows[group].binding->columns) {
      append_element(tables, table);
      append_element(columns, bound.column->name);
      append_element(types, std::to_string(bound.column->type));
    }
  }
  tables += "}";
  columns += "}";
  types += "}";
  const std::array parameters{Parameter{tables}, Parameter{columns}, Parameter{types}};
  const Reply reply = connection.run(kChanged, parameters);
  if (!reply.ok()) throw_refusal(reply.sqlstate(), "looking at the columns again", connection.has_worked_lately());
  return reply.rows() == 0 ? "" : std::string(reply.text(0, 0));
}

}  // namespace sinkway::table
