// What becomes of a refused row: the part of Transaction that tells errant rows from what only looks like them.
#include <algorithm>
#include <string_view>
#include <utility>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/transaction.hpp"

namespace sinkway::table {
namespace {

// Rows of an unknown fault after which it is plain that the table refuses everything.
constexpr std::size_t kAlike = 100;
// The same over batches of one row each.
constexpr std::size_t kAlikeInARow = 10;

constexpr std::string_view kForeignKeyViolation = "23503", kUniqueViolation = "23505", kExclusionViolation = "23P01";

// What another row of the table stands in the way of.
bool is_occupied(std::string_view sqlstate) { return sqlstate == kUniqueViolation || sqlstate == kExclusionViolation; }

}  // namespace

void Transaction::refuse_row(std::size_t group, std::size_t position, Answer answer, const RowRefusal& refusal) {
  const std::size_t record = rows_[group].rows[position].index;
  const bool is_conflict = is_occupied(refusal.sqlstate) && merges(rows_[group]) && !rows_[group].fold_on_server;
  if (answer == Answer::row_fault && is_conflict) return void(conflicts_.emplace_back(record, refusal));
  if (answer == Answer::row_fault) return report(record, refusal);
  unknown_.emplace_back(record, refusal);
  if (isolated_ == 0 && unknown_.size() >= kAlike && !parts_.options.redrives) settle_unknown(rows_.target(group), 0);
}

// While records are folded away, what these refusals say may be due to another bad row, in whose place an earlier one will be.
void Transaction::report(std::size_t record, const RowRefusal& refusal) {
  const bool may_follow = refusal.sqlstate == kForeignKeyViolation || is_occupied(refusal.sqlstate);
  if (holds_ && may_follow && !rows_.folded().empty())
    errant_.hold(record, refusal);
  else
    errant_.refuse(record, refusal);
}

void Transaction::settle_unknown(const Target& target, std::size_t written) {
  std::size_t& in_a_row = unknown_in_a_row_[target.table.oid];
  const std::size_t alike = in_a_row + unknown_.size();
  // Letters that are put again are bad rows by nature.
  const bool tells_of_table = !unknown_.empty() && written == 0 && !parts_.options.redrives;
  if (tells_of_table && (unknown_.size() > 1 || alike >= kAlikeInARow)) {
    throw sdk::FatalError("every row is refused alike: " + unknown_.front().second.reason,
                          {.hint = "look at the triggers and constraints of the table, and at the log of the server",
                           .error_id = unknown_.front().second.id});
  }
  in_a_row = written == 0 ? alike : 0;
  for (const auto& [record, refusal] : unknown_) errant_.refuse(record, refusal);
  unknown_.clear();
}

Answer Transaction::judge(const Reply& reply, const std::string& table, Names names) {
  const std::string sqlstate = reply.sqlstate();
  // A policy of row security refuses a row with the SQLSTATE of a missing privilege; only the place in the server tells them apart.
  const bool by_policy = sqlstate == "42501" && reply.field(PG_DIAG_SOURCE_FUNCTION) == "ExecWithCheckOptions";
  const Answer answer = by_policy ? Answer::row_fault
                                  : classify(sqlstate, {.connected_lately = parts_.connection.has_worked_lately(), .in_copy = names == Names::copy});
  switch (answer) {
    case Answer::row_fault:
      if (names != Names::nothing && !by_policy && !sqlstate.starts_with("22") && !sqlstate.starts_with("23")) {
        parts_.host.error("the database cannot read a row as it was sent; this may be a fault of the sink's encoder",
                          {{"table", table}, {"sqlstate", sqlstate}});
      }
      return answer;
    case Answer::unknown:
      return answer;
    case Answer::table_changed:
      throw TableChanged("table " + table + " does not take the rows (SQLSTATE " + sqlstate + ")",
                         std::string(hint_for(sqlstate)), std::string(id_for(sqlstate)));
    case Answer::trouble:
    case Answer::configuration:
      break;
  }
  give_up(sqlstate, "writing into " + table);
}

}  // namespace sinkway::table
