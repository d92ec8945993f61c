#include "plugins/table/statements/ddl.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/table/rows/binding_maker.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

using std::string_view_literals::operator""sv;

std::string place_of(const Table& table) { return quote_name(table.schema, table.name); }

// Columns of views and foreign tables are their owner's.
bool has_own_columns(const Table& table) { return table.kind == TableKind::table || table.kind == TableKind::partitioned; }

// Names that PostgreSQL would cut, or that differ in nothing.
void check_names(const std::vector<WantedColumn>& columns, std::vector<std::string>& refused) {
  for (std::size_t n = 0; n < columns.size(); ++n) {
    if (columns[n].name.size() > kIdentifierBytes)
      refused.push_back("the column name " + quote_identifier(columns[n].name) + " is longer than 63 bytes");
    else if (columns[n].name.empty())
      refused.emplace_back("a field without a name cannot be a column");
    else if (!is_column_name(columns[n].name))
      refused.push_back("no column can have the name " + quote_identifier(columns[n].name));
  }
}

std::string definition(const WantedColumn& column, bool may_be_required) {
  std::string text = quote_identifier(column.name) + " " + column.type;
  if (!column.default_sql.empty()) text += " DEFAULT " + column.default_sql;
  if (column.not_null && (may_be_required || !column.default_sql.empty())) text += " NOT NULL";
  return text;
}

// The places of types that widen into one another; nothing: the type is in none.
std::optional<std::pair<int, int>> step_of(std::string_view type) {
  constexpr std::array kWhole{"smallint"sv, "integer"sv, "bigint"sv, "numeric"sv};
  constexpr std::array kReal{"real"sv, "double precision"sv};
  for (std::size_t n = 0; n < kWhole.size(); ++n)
    if (type == kWhole[n]) return std::pair(0, static_cast<int>(n));
  for (std::size_t n = 0; n < kReal.size(); ++n)
    if (type == kReal[n]) return std::pair(1, static_cast<int>(n));
  return std::nullopt;
}

bool is_wider(std::string_view wanted, std::string_view has) {
  const auto to = step_of(wanted), from = step_of(has);
  return to && from && to->first == from->first && to->second > from->second;
}

}  // namespace

DdlPlan plan_create(const TableName& name, const WantedTable& wanted, bool needs_key) {
  DdlPlan plan;
  check_names(wanted.columns, plan.refused);
  if (name.name.size() > kIdentifierBytes)
    plan.refused.push_back("the table name " + quote_identifier(name.name) + " is longer than 63 bytes");
  if (wanted.columns.empty()) plan.refused.emplace_back("the record has no field that a column could be made for");
  if (needs_key && wanted.key.empty())
    plan.refused.emplace_back("the table would have no key, and insert.mode must know which row is meant: name its columns in pk.fields");
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quote_name(name.schema, name.name) + " (";
  for (const WantedColumn& column : wanted.columns) {
    if (&column != wanted.columns.data()) sql += ", ";
    sql += definition(column, true);
  }
  std::string key;
  for (const std::string& column : wanted.key) key += (key.empty() ? "" : ", ") + quote_identifier(column);
  if (!key.empty()) sql += ", PRIMARY KEY (" + key + ")";
  if (plan.refused.empty()) plan.statements.push_back(sql + ")");
  return plan;
}

DdlPlan plan_add(const Table& table, const WantedTable& wanted) {
  DdlPlan plan;
  std::vector<std::string_view> names;
  for (const Column& column : table.columns) names.emplace_back(column.name);
  std::vector<WantedColumn> missing;
  for (const WantedColumn& column : wanted.columns)
    if (!find_name(names, column.name)) missing.push_back(column);
  check_names(missing, plan.refused);
  if (!has_own_columns(table) && !missing.empty())
    plan.refused.push_back(place_of(table) + " is a view or a foreign table: its columns are its owner's");
  if (!plan.refused.empty()) return plan;
  for (const WantedColumn& column : missing)
    plan.statements.push_back("ALTER TABLE " + place_of(table) + " ADD COLUMN IF NOT EXISTS " +
                              definition(column, false));
  return plan;
}

DdlPlan plan_widen(const Table& table, const WantedTable& wanted, const EvolutionRules& rules) {
  DdlPlan plan;
  if (!has_own_columns(table)) return plan;
  for (const WantedColumn& column : wanted.columns) {
    const Column* const has = table.find(column.name);
    if (has == nullptr || !is_wider(column.type, has->type_name)) continue;
    const std::string change = "ALTER TABLE " + place_of(table) + " ALTER COLUMN " + quote_identifier(has->name) +
                               " TYPE " + column.type;
    if (rules.rewrite)
      plan.statements.push_back(change);
    else
      plan.refused.push_back(change + " rewrites the table; set schema.evolution.rewrite=true to allow that");
  }
  return plan;
}

DdlPlan plan_to_text(const Table& table, const Column& column) {
  const std::string collation = column.own_collation.empty() ? "" : " COLLATE " + column.own_collation;  // it would be the type's
  return {{"ALTER TABLE " + place_of(table) + " ALTER COLUMN " + quote_identifier(column.name) + " TYPE text" + collation}, {}};
}

DdlPlan plan_relax(const Table& table, const Column& column) {
  const auto& key = table.primary_key;
  if (std::find(key.begin(), key.end(), column.name) != key.end())
    return {{}, {"column " + quote_identifier(column.name) + " belongs to the primary key, which needs its values"}};
  if (column.identity != Identity::none)
    return {{}, {"column " + quote_identifier(column.name) + " is an identity, which always has a value"}};
  return {{"ALTER TABLE " + place_of(table) + " ALTER COLUMN " + quote_identifier(column.name) + " DROP NOT NULL"}, {}};
}

DdlPlan plan_fit(const Table& table, const WantedTable& wanted, const EvolutionRules& rules) {
  DdlPlan plan;
  if (rules.add) plan = plan_add(table, wanted);
  if (!rules.widen) return plan;
  DdlPlan wider = plan_widen(table, wanted, rules);
  plan.statements.insert(plan.statements.end(), wider.statements.begin(), wider.statements.end());
  return plan;  // what would rewrite the table is left alone: the value stays the fault of its record
}

DdlPlan plan_lengthen(const Table& table, std::string_view column, const EvolutionRules& rules) {
  const Column* const has = table.find(column);
  const bool is_bounded = has != nullptr && has->base_type == oid::kVarchar && has->type_class == TypeClass::base;
  return rules.widen && is_bounded && has_own_columns(table) ? plan_to_text(table, *has) : DdlPlan{};
}

DdlPlan plan_relax(const Table& table, std::string_view column, const EvolutionRules& rules, const BindingRules& binding) {
  const Column* const has = table.find(column);
  if (!rules.relax || has == nullptr || !has->not_null) return {};
  const auto is_it = [&](const std::string& name) { return find_column(table, binding.fields, name) == has; };
  if (binding.is_keyed && std::ranges::any_of(key_names(table, binding), is_it))
    return {{}, {"column " + quote_identifier(column) + " belongs to the key of the records, and a null equals no other"}};
  return plan_relax(table, *has);
}

}  // namespace sinkway::table
