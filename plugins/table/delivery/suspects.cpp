#include "plugins/table/delivery/suspects.hpp"

#include <array>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/rows/distinct_rows.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/sqlstate.hpp"

namespace sinkway::table {
namespace {

// One of so many rows: with more suspects it is worth a question whether the constraint is still there.
constexpr std::size_t kMany = 20;

// Each: oid, names of the bound columns as an array -> one row for each column of each constraint that can be looked at.
//
// Of a foreign key: its oid, the table referred to, whether that is the same one, the columns of both and the type as which the server
// compares the first with the second, in the order of the index that it looks into, and whether that has the plain order of a built-in
// type. Rows of children are no rows of the table referred to, those of partitions are; for each partition the server keeps a key, too.
constexpr const char* kForeignKeys =
    "SELECT c.oid, CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || format('%I.%I', (SELECT n.nspname FROM pg_catalog.pg_namespace n "
    "WHERE n.oid = k.relnamespace), k.relname), c.confrelid = c.conrelid, a.attname, f.attname, (SELECT format('::%I.%I', n.nspname, "
    "t.typname) FROM pg_catalog.pg_operator e, pg_catalog.pg_type t, pg_catalog.pg_namespace n WHERE e.oid = u.equal AND t.oid = e.oprright "
    "AND n.oid = t.typnamespace AND t.typtype <> 'p'), i.indoption[0] = 0 AND i.indcollation[0] IN (0, (SELECT l.attcollation FROM "
    "pg_catalog.pg_attribute l WHERE l.attrelid = i.indrelid AND l.attnum = i.indkey[0])) AND (SELECT y.opcdefault AND y.opcnamespace = "
    "'pg_catalog'::pg_catalog.regnamespace FROM pg_catalog.pg_opclass y WHERE y.oid = i.indclass[0]) "
    "FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class k ON k.oid = c.confrelid JOIN pg_catalog.pg_index i ON i.indexrelid = "
    "c.conindid CROSS JOIN LATERAL unnest(c.conkey, c.confkey, c.conpfeqop) u(own, other, equal) JOIN pg_catalog.pg_attribute a ON "
    "a.attrelid = c.conrelid AND a.attnum = u.own JOIN pg_catalog.pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = u.other "
    "WHERE c.conrelid = $1::oid AND c.contype = 'f' AND c.confmatchtype = 's' AND (SELECT m.amname = 'btree' FROM pg_catalog.pg_class x, "
    "pg_catalog.pg_am m WHERE x.oid = c.conindid AND m.oid = x.relam) AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint q WHERE q.oid = "
    "c.conparentid AND q.conrelid = c.conrelid) AND pg_catalog.has_table_privilege(c.confrelid, 'SELECT') AND NOT "
    "pg_catalog.row_security_active(c.confrelid) AND NOT EXISTS (SELECT FROM unnest(CASE WHEN c.confrelid = c.conrelid THEN c.conkey || "
    "c.confkey ELSE c.conkey END) n JOIN pg_catalog.pg_attribute b ON b.attrelid = c.conrelid AND b.attnum = n WHERE b.attname <> ALL "
    "($2::text[])) ORDER BY c.oid, pg_catalog.array_position((i.indkey::int2[])[0:i.indnkeyatts - 1], u.other)";

// Of the others: the condition for a row `s` that breaks it, and the column.
//
// Its expression names columns alone, as the query has them. Whoever asks for it by null is let pass (manual 5.4.1).
constexpr const char* kChecks =
    "SELECT format('(%s) IS FALSE', pg_catalog.pg_get_expr(c.conbin, c.conrelid)), a.attname FROM pg_catalog.pg_constraint c "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.conrelid = $1::oid AND "
    "c.contype = 'c' AND NOT EXISTS (SELECT FROM unnest(c.conkey) n LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = c.conrelid "
    "AND b.attnum = n WHERE b.attname IS NULL OR b.attname <> ALL ($2::text[]))";

constexpr const char* kUniqueIndexes =
    "SELECT format('(SELECT true FROM %s%s p WHERE %s LIMIT 1)', CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, "
    "i.indrelid::pg_catalog.regclass, string_agg(format('p.%1$I = s.%1$I', a.attname), ' AND ') OVER key), a.attname FROM "
    "pg_catalog.pg_index i JOIN pg_catalog.pg_class k ON k.oid = i.indrelid JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid "
    "AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) WHERE i.indrelid = $1::oid AND i.indisunique AND i.indpred IS NULL "
    "AND i.indexprs IS NULL AND pg_catalog.has_table_privilege(i.indrelid, 'SELECT') AND NOT "
    "pg_catalog.row_security_active(i.indrelid) AND NOT EXISTS (SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) n JOIN "
    "pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = n WHERE b.attname <> ALL ($2::text[])) WINDOW key AS "
    "(PARTITION BY i.indexrelid)";

const char* question_of(std::string_view sqlstate) {
  if (sqlstate == kForeignKeyViolation) return kForeignKeys;
  if (sqlstate == "23514") return kChecks;
  return sqlstate == kUniqueViolation ? kUniqueIndexes : nullptr;
}

std::vector<Reference> references_of(const Reply& keys) {
  std::vector<Reference> references;
  for (int row = 0; row < keys.rows(); ++row) {
    if (row == 0 || keys.text(row, 0) != keys.text(row - 1, 0))
      references.push_back({std::string(keys.text(row, 1)), keys.text(row, 2) == "t", keys.text(row, 6) == "t"});
    references.back().columns.push_back({std::string(keys.text(row, 3)), std::string(keys.text(row, 4)), std::string(keys.text(row, 5))});
  }
  return references;
}

Binding only(const Binding& binding, const std::set<std::string, std::less<>>& names) {
  Binding some = binding;
  std::erase_if(some.columns, [&](const BoundColumn& bound) { return !names.contains(bound.column->name); });
  return some;
}

}  // namespace

std::unordered_set<std::uint32_t> Suspects::find(const RowGroup& group, const Piece& piece, std::string_view sqlstate,
                                                 Asking asking) {
  const bool puts = group.operation == Operation::put && group.statements == nullptr && !group.fold_on_server;
  if (!puts || question_of(sqlstate) == nullptr) return {};
  std::string bound = array_text(group.binding->columns, [](const BoundColumn& column) { return column.column->name; });
  Constraints& known = known_[group.table->oid];
  const bool is_known = asking == Asking::as_before && known.sqlstate == sqlstate && known.bound == bound;
  if (!is_known) known = read(group.table->oid, sqlstate, std::move(bound));
  if (known.columns.empty()) return {};
  auto found = ask(group, piece, known);
  if (!is_known || found.size() <= piece.size() / kMany) return found;
  known = read(group.table->oid, sqlstate, std::exchange(known.bound, {}));
  return known.columns.empty() ? std::unordered_set<std::uint32_t>() : ask(group, piece, known);
}

// What is asked may be refused. That ends no transaction, and the settings end with the question.
void Suspects::set_savepoint(const std::string& settings) { require(connection_.run("SAVEPOINT sinkway_suspects;" + settings), "SAVEPOINT"); }

void Suspects::go_back() {
  require(connection_.run("ROLLBACK TO SAVEPOINT sinkway_suspects;RELEASE SAVEPOINT sinkway_suspects"), "ROLLBACK TO SAVEPOINT");
}

void Suspects::require(const Reply& reply, const char* what) {
  if (!reply.ok()) throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
}

// What the server will not answer is no error, here and below: the rows are found by halves then.
Suspects::Constraints Suspects::read(std::uint32_t oid, std::string_view sqlstate, std::string bound) {
  Constraints read{std::string(sqlstate), std::move(bound)};
  const std::string table = std::to_string(oid);
  const std::array parameters{Parameter{table}, Parameter{read.bound}};
  set_savepoint("");
  const Reply reply = connection_.run(question_of(sqlstate), parameters);
  go_back();
  if (!reply.ok()) return read;
  if (sqlstate == kForeignKeyViolation) {
    read.references = references_of(reply);
    for (const Reference& reference : read.references)
      for (const KeyColumn& column : reference.columns) read.columns.insert({column.own, reference.to_itself ? column.other : column.own});
    return read;
  }
  std::set<std::string> conditions;
  for (int row = 0; row < reply.rows(); ++row) {
    conditions.emplace(reply.text(row, 0));
    read.columns.emplace(reply.text(row, 1));
  }
  read.conditions.assign(conditions.begin(), conditions.end());
  return read;
}

std::unordered_set<std::uint32_t> Suspects::ask(const RowGroup& group, const Piece& piece, const Constraints& constraints) {
  const Binding arrays = only(*group.binding, constraints.columns);
  const bool are_keys = !constraints.references.empty();
  set_savepoint(settings_of_questions());
  auto found = answered(group, piece, arrays, are_keys ? orphans_sql(arrays, constraints.references) : breaking_sql(arrays, constraints.conditions));
  go_back();
  return found;
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
