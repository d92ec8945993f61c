// Tables made and changed for records: a plan as data. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/evolution_rules.hpp"
#include "plugins/table/options/table_name.hpp"
#include "plugins/table/server/catalog.hpp"
#include "plugins/table/statements/wanted_table.hpp"

namespace sinkway::table {

// Statements in order; each can be carried out in one transaction with the others.
struct DdlPlan {
  std::vector<std::string> statements;
  std::vector<std::string> refused;  // what would be needed and may not be done, with the reason; nothing is done then
};

// CREATE TABLE IF NOT EXISTS. Refused: a name beyond 63 bytes, two that are the same there, no column at all, no key that is needed.
[[nodiscard]] DdlPlan plan_create(const TableName& name, const WantedTable& wanted, bool needs_key = false);
// ADD COLUMN for every wanted column that the table lacks, nullable unless it has a default.
[[nodiscard]] DdlPlan plan_add(const Table& table, const WantedTable& wanted);
// ALTER COLUMN TYPE for columns whose declared field is wider: int2 -> int4 -> int8 -> numeric, real -> double
// precision; varchar(n) -> text is the only one that rewrites nothing (PostgreSQL manual, ALTER TABLE). `too_long`: a
// column whose text did not fit, without regard to schemas.
[[nodiscard]] DdlPlan plan_widen(const Table& table, const WantedTable& wanted, const EvolutionRules& rules);
[[nodiscard]] DdlPlan plan_to_text(const Table& table, const Column& column);
// DROP NOT NULL of one column. Refused: it belongs to the primary key, or is an identity.
[[nodiscard]] DdlPlan plan_relax(const Table& table, const Column& column);

// What the rules allow of these for a table that exists: columns and wider types for a row, text for a varchar column
// whose text did not fit, null for a column that met one, unless it belongs to the key of the records. No
// statement: nothing is to be done, or nothing is allowed.
[[nodiscard]] DdlPlan plan_fit(const Table& table, const WantedTable& wanted, const EvolutionRules& rules);
[[nodiscard]] DdlPlan plan_lengthen(const Table& table, std::string_view column, const EvolutionRules& rules);
[[nodiscard]] DdlPlan plan_relax(const Table& table, std::string_view column, const EvolutionRules& rules, const BindingRules& binding = {});

}  // namespace sinkway::table
