#include "plugins/table/delivery/suspects.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/rows/distinct_rows.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

// Each: oid, names of the bound columns as an array -> for each column of a constraint that can be looked at: the condition for a
// row `s` that breaks it, and the columns that it needs.
//
// A key with a null in it refers to nothing (PostgreSQL manual, CREATE TABLE, MATCH SIMPLE); rows of children are no rows of the
// table referred to, those of partitions are. In a table that refers to itself the row referred to may be one of the batch.
constexpr const char* kForeignKeys =
    "SELECT format('(%s AND NOT EXISTS (SELECT FROM %s%s p WHERE %s)%s)', string_agg(format('s.%I IS NOT NULL', a.attname), ' AND ') "
    "OVER key, CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, c.confrelid::pg_catalog.regclass, "
    "string_agg(format('p.%I = s.%I', f.attname, a.attname), ' AND ') OVER key, CASE WHEN c.confrelid = c.conrelid THEN "
    "format(' AND (%s) NOT IN (SELECT %s FROM s o WHERE %s)', string_agg(format('s.%I', a.attname), ', ') OVER key, "
    "string_agg(format('o.%I', f.attname), ', ') OVER key, string_agg(format('o.%I IS NOT NULL', f.attname), ' AND ') OVER key) END), "
    "a.attname, CASE WHEN c.confrelid = c.conrelid THEN f.attname ELSE a.attname END "
    "FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class k ON k.oid = c.confrelid CROSS JOIN LATERAL unnest(c.conkey, c.confkey) "
    "u(own, other) JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.own JOIN pg_catalog.pg_attribute f "
    "ON f.attrelid = c.confrelid AND f.attnum = u.other WHERE c.conrelid = $1::oid AND c.contype = 'f' AND c.confmatchtype = 's' "
    "AND pg_catalog.has_table_privilege(c.confrelid, 'SELECT') AND NOT pg_catalog.row_security_active(c.confrelid) AND NOT EXISTS "
    "(SELECT FROM unnest(CASE WHEN c.confrelid = c.conrelid THEN c.conkey || c.confkey ELSE c.conkey END) n JOIN "
    "pg_catalog.pg_attribute b ON b.attrelid = c.conrelid AND b.attnum = n WHERE b.attname <> ALL ($2::text[])) "
    "WINDOW key AS (PARTITION BY c.oid)";

// Its expression names columns alone, as the query has them. Whoever asks for it by null is let pass (manual 5.4.1).
constexpr const char* kChecks =
    "SELECT format('(%s) IS FALSE', pg_catalog.pg_get_expr(c.conbin, c.conrelid)), a.attname, a.attname FROM pg_catalog.pg_constraint c "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.conrelid = $1::oid AND "
    "c.contype = 'c' AND NOT EXISTS (SELECT FROM unnest(c.conkey) n LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = c.conrelid "
    "AND b.attnum = n WHERE b.attname IS NULL OR b.attname <> ALL ($2::text[]))";

constexpr const char* kUniqueIndexes =
    "SELECT format('EXISTS (SELECT FROM %s%s p WHERE %s)', CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, "
    "i.indrelid::pg_catalog.regclass, string_agg(format('p.%1$I = s.%1$I', a.attname), ' AND ') OVER key), a.attname, a.attname FROM "
    "pg_catalog.pg_index i JOIN pg_catalog.pg_class k ON k.oid = i.indrelid JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid "
    "AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) WHERE i.indrelid = $1::oid AND i.indisunique AND i.indpred IS NULL "
    "AND i.indexprs IS NULL AND pg_catalog.has_table_privilege(i.indrelid, 'SELECT') AND NOT "
    "pg_catalog.row_security_active(i.indrelid) AND NOT EXISTS (SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) n JOIN "
    "pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = n WHERE b.attname <> ALL ($2::text[])) WINDOW key AS "
    "(PARTITION BY i.indexrelid)";

const char* constraints_of(std::string_view sqlstate) {
  if (sqlstate == "23503") return kForeignKeys;
  if (sqlstate == "23514") return kChecks;
  return sqlstate == "23505" ? kUniqueIndexes : nullptr;
}

// There is an index for each key that is looked up: no table is to be read as a whole, however few rows the planner takes it to have.
// The settings end with the savepoint.
constexpr const char* kSavepoint = "SAVEPOINT sinkway_suspects;SET LOCAL enable_hashjoin = off;SET LOCAL enable_mergejoin = off";
constexpr const char* kBack = "ROLLBACK TO SAVEPOINT sinkway_suspects;RELEASE SAVEPOINT sinkway_suspects";

Binding only(const Binding& binding, const std::set<std::string, std::less<>>& names) {
  Binding some = binding;
  std::erase_if(some.columns, [&](const BoundColumn& bound) { return !names.contains(bound.column->name); });
  return some;
}

}  // namespace

std::unordered_set<std::uint32_t> Suspects::find(const RowGroup& group, const Piece& piece, std::string_view sqlstate,
                                                 Constraints constraints) {
  const bool puts = group.operation == Operation::put && group.statements == nullptr && !group.fold_on_server;
  if (!puts || constraints_of(sqlstate) == nullptr) return {};
  const auto require = [&](const Reply& reply, const char* what) {
    if (!reply.ok()) throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
  };
  require(connection_.run(kSavepoint), "SAVEPOINT");
  const Conditions& conditions = conditions_of(group, sqlstate, constraints);
  auto found = conditions.any.empty() ? std::unordered_set<std::uint32_t>() : ask(group, piece, conditions);
  require(connection_.run(kBack), "ROLLBACK TO SAVEPOINT");
  return found;
}

const Suspects::Conditions& Suspects::conditions_of(const RowGroup& group, std::string_view sqlstate, Constraints constraints) {
  std::string bound = array_text(group.binding->columns, [](const BoundColumn& column) { return column.column->name; });
  Conditions& known = known_[group.table->oid];
  const bool is_same = known.sqlstate == sqlstate && known.bound == bound;
  if (constraints == Constraints::now || !is_same || ++known.uses > kMostUses) known = read(group.table->oid, sqlstate, std::move(bound));
  return known;
}

// What the server will not answer is no error, here and below: the rows are found by halves then.
Suspects::Conditions Suspects::read(std::uint32_t oid, std::string_view sqlstate, std::string bound) {
  Conditions read{std::string(sqlstate), std::move(bound), ""};
  const std::string table = std::to_string(oid);
  const std::array parameters{Parameter{table}, Parameter{read.bound}};
  const Reply known = connection_.run(constraints_of(sqlstate), parameters);
  if (!known.ok()) return read;
  std::set<std::string, std::less<>> conditions;
  for (int row = 0; row < known.rows(); ++row) {
    conditions.emplace(known.text(row, 0));
    read.columns.emplace(known.text(row, 1));
    read.columns.emplace(known.text(row, 2));
  }
  for (const std::string& condition : conditions) read.any += (read.any.empty() ? "" : " OR ") + condition;
  return read;
}

std::unordered_set<std::uint32_t> Suspects::ask(const RowGroup& group, const Piece& piece, const Conditions& conditions) {
  const Binding some = only(*group.binding, conditions.columns);
  const std::string source = numbered_source(some);
  const std::string place = "SELECT s." + quote_identifier(place_column().name) + " FROM ";
  const std::string sql = group.table->refers_to_itself() ? "WITH s AS " + source + " " + place + "s WHERE " + conditions.any
                                                          : place + source + " s WHERE " + conditions.any;
  return answered(group, piece, some, sql);
}

std::unordered_set<std::uint32_t> Suspects::answered(const RowGroup& group, const Piece& piece, const Binding& columns, const std::string& sql) {
  const std::span<const Row> rows = std::span(group.rows).subspan(piece.begin, piece.size());
  DistinctRows distinct = distinct_rows(rows, columns);
  const std::size_t kinds = distinct.rows.size();
  const RowGroup one_of_each{group.table, &columns, std::move(distinct.rows), group.operation};
  const Written asked = writers_.arrays(connection_, one_of_each, columns, 0, kinds, sql);
  if (!asked.reply.ok()) return {};
  std::unordered_set<std::size_t> named;
  for (int row = 0; row < asked.reply.rows(); ++row)
    named.insert(asked.row_of_line(0, static_cast<std::size_t>(asked.reply.integer(row, 0))).value_or(kinds));
  std::unordered_set<std::uint32_t> records;
  if (named.empty()) return records;
  for (std::size_t n = 0; n < rows.size(); ++n)
    if (named.contains(distinct.kind[n])) records.insert(rows[n].index);
  return records;
}

}  // namespace sinkway::table
