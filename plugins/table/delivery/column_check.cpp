#include "plugins/table/delivery/column_check.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

// tables, columns, OIDs of their types, modifiers (null: a domain's, which is not the column's) -> those that are not there so any more.
const std::string kChanged =
    "SELECT w.tab FROM unnest($1::text[], $2::text[], $3::oid[], $4::int[]) w(tab, col, typ, mod) WHERE NOT EXISTS (SELECT FROM "
    "pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass(w.tab) AND a.attname = w.col AND NOT a.attisdropped AND "
    "a.atttypid = w.typ AND a.atttypmod = coalesce(w.mod, a.atttypmod)) LIMIT 1";

// Fails where there is one, and nothing else at COMMIT fails so: constraints and their triggers have had their turn.
const std::string kNoneChanged = "SELECT 1 / CASE WHEN EXISTS (" + kChanged + ") THEN 0 ELSE 1 END";
constexpr std::string_view kDivisionByZero = "22012";

// The columns that rows were encoded for, as parameters of both.
class BoundColumns {
 public:
  explicit BoundColumns(const BatchRows& rows) {
    for (std::size_t group = 0; group < rows.size(); ++group) {
      if (rows[group].statements != nullptr) continue;  // parameters of a statement are no columns
      const std::string table = quote_name(rows[group].table->schema, rows[group].table->name);
      for (const BoundColumn& bound : rows[group].binding->columns) columns_.emplace_back(table, bound.column);
    }
    texts_ = {
        array_text(columns_, [](const auto& one) { return one.first; }),
        array_text(columns_, [](const auto& one) { return one.second->name; }),
        array_text(columns_, [](const auto& one) { return std::to_string(one.second->type); }),
        array_text(columns_, [](const auto& one) {
          return one.second->type == one.second->base_type ? std::optional(std::to_string(one.second->typmod)) : std::nullopt;
        }),
    };
  }

  [[nodiscard]] bool empty() const { return columns_.empty(); }
  // Valid as long as this.
  [[nodiscard]] std::array<Parameter, 4> parameters() const {
    return {Parameter{texts_[0]}, Parameter{texts_[1]}, Parameter{texts_[2]}, Parameter{texts_[3]}};
  }

 private:
  std::vector<std::pair<std::string, const Column*>> columns_;  // with their tables
  std::array<std::string, 4> texts_;
};

}  // namespace

std::string changed_table(Connection& connection, const BatchRows& rows) {
  const BoundColumns columns(rows);
  if (columns.empty()) return "";
  const Reply reply = connection.run(kChanged, columns.parameters());
  if (!reply.ok()) throw_refusal(reply.sqlstate(), "looking at the columns again", connection.has_worked_lately());
  return reply.rows() == 0 ? "" : std::string(reply.text(0, 0));
}

Reply prepare_commit_unchanged(Connection& connection) {
  constexpr std::array<std::uint32_t, 4> kTypes{};
  return connection.prepare(kNoneChanged, kTypes);
}

Reply commit_unchanged(Connection& connection, const BatchRows& rows) {
  const BoundColumns columns(rows);
  return columns.empty() ? connection.commit() : connection.commit(kNoneChanged, columns.parameters());
}

bool says_changed(const Reply& reply) { return reply.sqlstate() == kDivisionByZero; }

}  // namespace sinkway::table
