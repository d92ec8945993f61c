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

namespace sinkway::table {
namespace {

constexpr std::string_view kForeignKeyViolation = "23503";

// Each: oid, names of the bound columns as an array -> one row for each column of each constraint that can be looked at.
//
// Of a foreign key: its oid, the table referred to, whether that is the same one, and the columns of both in the order of the key. Rows of
// children are no rows of the table referred to, those of partitions are.
constexpr const char* kForeignKeys =
    "SELECT c.oid, CASE k.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || c.confrelid::pg_catalog.regclass::text, c.confrelid = c.conrelid, "
    "a.attname, f.attname FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class k ON k.oid = c.confrelid CROSS JOIN LATERAL "
    "unnest(c.conkey, c.confkey) WITH ORDINALITY u(own, other, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND "
    "a.attnum = u.own JOIN pg_catalog.pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = u.other WHERE c.conrelid = $1::oid AND "
    "c.contype = 'f' AND c.confmatchtype = 's' AND pg_catalog.has_table_privilege(c.confrelid, 'SELECT') AND NOT "
    "pg_catalog.row_security_active(c.confrelid) AND NOT EXISTS (SELECT FROM unnest(CASE WHEN c.confrelid = c.conrelid THEN c.conkey || "
    "c.confkey ELSE c.conkey END) n JOIN pg_catalog.pg_attribute b ON b.attrelid = c.conrelid AND b.attnum = n WHERE b.attname <> ALL "
    "($2::text[])) ORDER BY c.oid, u.place";

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
  return sqlstate == "23505" ? kUniqueIndexes : nullptr;
}

std::vector<Reference> references_of(const Reply& keys) {
  std::vector<Reference> references;
  for (int row = 0; row < keys.rows(); ++row) {
    if (row == 0 || keys.text(row, 0) != keys.text(row - 1, 0))
      references.push_back({std::string(keys.text(row, 1)), keys.text(row, 2) == "t"});
    references.back().columns.emplace_back(keys.text(row, 3), keys.text(row, 4));
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
  const Constraints& constraints = constraints_of(group, sqlstate, asking);
  if (constraints.columns.empty()) return {};
  set_savepoint(settings_of_questions());
  auto found = ask(group, piece, constraints);
  go_back();
  return found;
}

// What is asked may be refused. That ends no transaction, and the settings end with the question.
void Suspects::set_savepoint(const std::string& settings) { require(connection_.run("SAVEPOINT sinkway_suspects;" + settings), "SAVEPOINT"); }

void Suspects::go_back() {
  require(connection_.run("ROLLBACK TO SAVEPOINT sinkway_suspects;RELEASE SAVEPOINT sinkway_suspects"), "ROLLBACK TO SAVEPOINT");
}

void Suspects::require(const Reply& reply, const char* what) {
  if (!reply.ok()) throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
}

const Suspects::Constraints& Suspects::constraints_of(const RowGroup& group, std::string_view sqlstate, Asking asking) {
  std::string bound = array_text(group.binding->columns, [](const BoundColumn& column) { return column.column->name; });
  Constraints& known = known_[group.table->oid];
  const bool is_same = known.sqlstate == sqlstate && known.bound == bound;
  if (asking == Asking::anew || !is_same || ++known.uses > kMostUses) known = read(group.table->oid, sqlstate, std::move(bound));
  return known;
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
      for (const auto& [own, other] : reference.columns) read.columns.insert({own, reference.to_itself ? other : own});
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
  return answered(group, piece, arrays, are_keys ? orphans_sql(arrays, constraints.references) : breaking_sql(arrays, constraints.conditions));
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
