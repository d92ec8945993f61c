#include "plugins/table/delivery/column_check.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

// tables, columns, OIDs of their types, modifiers (null: a domain's, which is not the column's) -> one that is not there so any more.
constexpr const char* kChanged =
    "SELECT w.tab FROM unnest($1::text[], $2::text[], $3::oid[], $4::int[]) w(tab, col, typ, mod) WHERE NOT EXISTS (SELECT FROM "
    "pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass(w.tab) AND a.attname = w.col AND NOT a.attisdropped AND "
    "a.atttypid = w.typ AND a.atttypmod = coalesce(w.mod, a.atttypmod)) LIMIT 1";

}  // namespace

std::string changed_table(Connection& connection, const BatchRows& rows) {
  std::vector<std::pair<std::string, const Column*>> columns;
  for (std::size_t group = 0; group < rows.size(); ++group) {
    if (rows[group].statements != nullptr) continue;  // parameters of a statement are no columns
    const std::string table = quote_name(rows[group].table->schema, rows[group].table->name);
    for (const BoundColumn& bound : rows[group].binding->columns) columns.emplace_back(table, bound.column);
  }
  if (columns.empty()) return "";
  const std::string tables = array_text(columns, [](const auto& one) { return one.first; });
  const std::string names = array_text(columns, [](const auto& one) { return one.second->name; });
  const std::string types = array_text(columns, [](const auto& one) { return std::to_string(one.second->type); });
  const std::string modifiers = array_text(columns, [](const auto& one) {
    return one.second->type == one.second->base_type ? std::optional(std::to_string(one.second->typmod)) : std::nullopt;
  });
  const std::array parameters{Parameter{tables}, Parameter{names}, Parameter{types}, Parameter{modifiers}};
  const Reply reply = connection.run(kChanged, parameters);
  if (!reply.ok()) throw_refusal(reply.sqlstate(), "looking at the columns again", connection.has_worked_lately());
  return reply.rows() == 0 ? "" : std::string(reply.text(0, 0));
}

}  // namespace sinkway::table
