#include "plugins/table/control/ddl_runner.hpp"

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/delivery/answers.hpp"

namespace sinkway::table {
namespace {

// Seconds that a change waits for a lock before the task tries anew.
constexpr int kLockAttempts = 5;

// What decides whether bindings must be made anew.
bool is_same(const Table& a, const Table& b) {
  if (a.oid != b.oid || a.columns.size() != b.columns.size()) return false;
  for (std::size_t n = 0; n < a.columns.size(); ++n) {
    const Column &one = a.columns[n], &other = b.columns[n];
    if (one.name != other.name || one.type != other.type || one.typmod != other.typmod ||
        one.not_null != other.not_null)
      return false;
  }
  return true;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

// IF NOT EXISTS does not spare the second of two that make a table at once (the last: the type of its rows is there).
bool is_made_at_once(const std::string& sqlstate) { return sqlstate == "23505" || sqlstate == "42P07" || sqlstate == "42710"; }

// Views, rules and generated columns need the type; the column is a parent's; a partition has the columns of its table.
bool is_vain(const std::string& sqlstate) { return sqlstate == "0A000" || sqlstate == "42P16" || sqlstate == "42809"; }

[[noreturn]] void throw_refused(const std::string& what, const std::vector<std::string>& reasons) {
  throw sdk::FatalError(what + ": " + joined(reasons),
                        {.hint = "change the table by hand, or the options that ask for the change",
                         .error_id = "table.evolution_refused"});
}

}  // namespace

bool DdlRunner::run(const std::vector<TableName>& candidates, const Table* known, const Plan& plan) {
  const std::string name = candidates.back().text();
  try {
    ControlConnection connection(options_);
    for (int attempt = 1;; ++attempt) {
      bool changed = false;
      std::string last;
      const std::string sqlstate = connection.change("sinkway " + name, [&](const ControlConnection::Ask& ask) {
        const auto found = find_table(ask, candidates);
        const std::optional<Table> now = found ? std::optional(found->table) : std::nullopt;
        if (now && (known == nullptr || !is_same(*now, *known))) {
          changed = true;  // a rival came first
          return;
        }
        const DdlPlan steps = plan(now);
        if (!steps.refused.empty()) throw_refused("table " + name + " cannot be made fit", steps.refused);
        for (const std::string& statement : steps.statements) {
          host_.info("changing a table", {{"statement", statement}});
          last = statement;
          (void)ask(statement, {});
          changed = true;
        }
        if (changed && !find_table(ask, candidates))
          throw_refused("table " + name + " cannot be made", {"something else that is no table has its name"});
      }, options_.statement_timeout);
      if (sqlstate.empty()) return changed;
      if ((sqlstate == "55P03" || is_made_at_once(sqlstate)) && attempt < kLockAttempts) continue;
      if (known == nullptr || last.empty() || !is_vain(sqlstate)) throw_refusal(sqlstate, "changing table " + name, true);
      host_.warn("the database does not change a table as asked, and is not asked again: records that need it are refused",
                 {{"statement", last}, {"sqlstate", sqlstate}});
      vain_.insert(last);
      return true;  // what is left to do is another thing now
    }
  } catch (const ControlError& error) {
    if (error.sqlstate().empty()) throw sdk::RetriableError(error.what(), {.error_id = "table.connection"});
    throw_refusal(error.sqlstate(), "changing table " + name, true);
  }
}

bool DdlRunner::create(const std::vector<TableName>& candidates, const Row& row) {
  if (!options_.evolution.create || candidates.empty() || row.operation != Operation::put) return false;
  return run(candidates, nullptr, [&](const std::optional<Table>& now) {
    return now ? DdlPlan{} : plan_create(candidates.back(), wanted_table(row, rules_), options_.writes.needs_key());
  });
}

bool DdlRunner::fit(const Table& table, const Row& row) {
  if (!options_.evolution.add && !options_.evolution.widen) return false;
  const WantedTable wanted = wanted_table(row, rules_);
  return change(table, [&](const Table& now) { return plan_fit(now, wanted, options_.evolution); });
}

bool DdlRunner::may_fit(const Table& table, const Row& row) const {
  if (!options_.evolution.add && !options_.evolution.widen) return false;
  const DdlPlan plan = hopeful(plan_fit(table, wanted_table(row, rules_), options_.evolution));
  return !plan.statements.empty() || !plan.refused.empty();
}

bool DdlRunner::may_lengthen(const Table& table, std::string_view column) const {
  return !hopeful(plan_lengthen(table, column, options_.evolution)).statements.empty();
}

bool DdlRunner::may_relax(const Table& table, std::string_view column) const {
  const DdlPlan plan = hopeful(plan_relax(table, column, options_.evolution, rules_));
  return !plan.statements.empty() || !plan.refused.empty();
}

bool DdlRunner::lengthen(const Table& table, std::string_view column) {
  if (!may_lengthen(table, column)) return false;
  return change(table, [&](const Table& now) { return plan_lengthen(now, column, options_.evolution); });
}

bool DdlRunner::relax(const Table& table, std::string_view column) {
  if (!may_relax(table, column)) return false;
  return change(table, [&](const Table& now) { return plan_relax(now, column, options_.evolution, rules_); });
}

bool DdlRunner::change(const Table& table, const std::function<DdlPlan(const Table& now)>& plan) {
  return run({{table.schema, table.name}}, &table,
             [&](const std::optional<Table>& now) { return now ? hopeful(plan(*now)) : DdlPlan{}; });
}

DdlPlan DdlRunner::hopeful(DdlPlan plan) const {
  std::erase_if(plan.statements, [&](const std::string& statement) { return vain_.contains(statement); });
  return plan;
}

}  // namespace sinkway::table
