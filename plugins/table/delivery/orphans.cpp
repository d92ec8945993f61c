#include "plugins/table/delivery/orphans.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

// oid, names of the bound columns as an array -> for each column of a foreign key that can be looked at: the condition for a
// row `s` that breaks the key, and the column. A key with a null in it refers to nothing (PostgreSQL manual, CREATE TABLE,
// MATCH SIMPLE); rows of children are no rows of the table referred to, those of partitions are.
constexpr const char* kKeys =
    "SELECT format('(%s AND NOT EXISTS (SELECT FROM %s%s p WHERE %s))', string_agg(format('s.%I IS NOT NULL', a.attname), ' AND ') "
    "OVER key, CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, c.confrelid::pg_catalog.regclass, "
    "string_agg(format('p.%I = s.%I', f.attname, a.attname), ' AND ') OVER key), a.attname "
    "FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class k ON k.oid = c.confrelid CROSS JOIN LATERAL unnest(c.conkey, c.confkey) "
    "u(own, other) JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.own JOIN pg_catalog.pg_attribute f "
    "ON f.attrelid = c.confrelid AND f.attnum = u.other WHERE c.conrelid = $1::oid AND c.contype = 'f' AND c.confmatchtype = 's' "
    "AND c.confrelid <> c.conrelid AND pg_catalog.has_table_privilege(c.confrelid, 'SELECT') AND NOT "
    "pg_catalog.row_security_active(c.confrelid) AND NOT EXISTS (SELECT FROM unnest(c.conkey) n JOIN pg_catalog.pg_attribute b ON "
    "b.attrelid = c.conrelid AND b.attnum = n WHERE b.attname <> ALL ($2::text[])) WINDOW key AS (PARTITION BY c.oid)";

constexpr const char* kSavepoint = "SAVEPOINT sinkway_orphans";
constexpr const char* kBack = "ROLLBACK TO SAVEPOINT sinkway_orphans;RELEASE SAVEPOINT sinkway_orphans";

Binding only(const Binding& binding, const std::set<std::string, std::less<>>& names) {
  Binding some = binding;
  std::erase_if(some.columns, [&](const BoundColumn& bound) { return !names.contains(bound.column->name); });
  return some;
}

}  // namespace

std::unordered_set<std::uint32_t> Orphans::find(const RowGroup& group, const Piece& piece) {
  const bool puts = group.operation == Operation::put && group.statements == nullptr && !group.fold_on_server;
  if (!puts || group.table->references.empty()) return {};
  const auto require = [&](const Reply& reply, const char* what) {
    if (!reply.ok()) throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
  };
  require(connection_.run(kSavepoint), "SAVEPOINT");
  auto found = ask(group, piece);
  require(connection_.run(kBack), "ROLLBACK TO SAVEPOINT");
  return found;
}

// What the server will not answer is no error: the rows are found by halves then.
std::unordered_set<std::uint32_t> Orphans::ask(const RowGroup& group, const Piece& piece) {
  const std::string oid = std::to_string(group.table->oid);
  const std::string names = array_text(group.binding->columns, [](const BoundColumn& bound) { return bound.column->name; });
  const std::array parameters{Parameter{oid}, Parameter{names}};
  const Reply keys = connection_.run(kKeys, parameters);
  if (!keys.ok() || keys.rows() == 0) return {};
  std::set<std::string, std::less<>> conditions, columns;
  for (int row = 0; row < keys.rows(); ++row) {
    conditions.emplace(keys.text(row, 0));
    columns.emplace(keys.text(row, 1));
  }
  std::string any;
  for (const std::string& condition : conditions) any += (any.empty() ? "" : " OR ") + condition;
  const Binding source = with_place(only(*group.binding, columns));
  const std::string sql = "SELECT s." + quote_identifier(place_column().name) + " FROM " + array_source(source) + " s WHERE " + any;
  const Written asked = writers_.arrays(connection_, group, source, piece.begin, piece.end, sql);
  if (!asked.reply.ok()) return {};
  std::unordered_set<std::uint32_t> records;
  for (int row = 0; row < asked.reply.rows(); ++row) records.insert(static_cast<std::uint32_t>(asked.reply.integer(row, 0)));
  return records;
}

}  // namespace sinkway::table
