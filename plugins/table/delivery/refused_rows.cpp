// What becomes of a refused row: the part of Transaction that tells errant rows from what only looks like them.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_set>
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

// Rows that are tried once more together.
constexpr std::size_t kMostDeferred = 1'000;

// Times that they are: each leaves out those that refer to what the one before has left out.
constexpr std::size_t kMostRounds = 32;

// What an input function cannot read is a fault of syntax for some types (ltree, tsquery, jsonpath). One of a statement has a place in it.
bool is_syntax_of_value(const Reply& reply) {
  const std::string sqlstate = reply.sqlstate();
  const bool is_syntax = sqlstate == "42601" || sqlstate == "42622";
  return is_syntax && reply.field(PG_DIAG_STATEMENT_POSITION).empty() && reply.field(PG_DIAG_INTERNAL_QUERY).empty();
}

// Whether it says something of other rows.
bool may_follow(const RowRefusal& refusal) { return refusal.sqlstate == kForeignKeyViolation || is_occupied(refusal.sqlstate); }

}  // namespace

void Transaction::refuse_row(std::size_t group, std::size_t position, Answer answer, const RowRefusal& refusal) {
  const std::size_t record = rows_[group].rows[position].index;
  const bool is_conflict = is_occupied(refusal.sqlstate) && merges(rows_[group]) && !rows_[group].fold_on_server;
  if (answer == Answer::row_fault && is_conflict) return void(conflicts_.emplace_back(record, refusal));
  if (answer == Answer::row_fault) return report(group, record, refusal);
  unknown_.emplace_back(record, refusal);
  if (isolated_ == 0 && unknown_.size() >= kAlike && !parts_.options.redrives) settle_unknown(rows_.target(group), 0);
}

// Rows of later groups may have the same key: an earlier one must not come behind them.
bool Transaction::is_last_of_key(std::size_t group, std::size_t record) const {
  const RowGroup& own = rows_[group];
  const BoundRow row{*std::ranges::find(own.rows, record, &Row::index), own.binding};
  for (std::size_t later = group + 1; later < rows_.size(); ++later) {
    const RowGroup& other = rows_[later];
    if (other.table == own.table && other.wave > own.wave && may_share_key(row, other.rows, *other.binding)) return false;
  }
  return true;
}

// In the order of the records, too, what it waits for may come later: between topics there is none.
void Transaction::report(std::size_t group, std::size_t record, const RowRefusal& refusal) {
  const bool may_be_last = rows_[group].table->has_deferrable || attempt_ == Attempt::of_records;
  if (may_follow(refusal) && may_be_last && deferrable_.size() <= kMostDeferred && is_last_of_key(group, record))
    deferrable_.push_back({group, record, refusal});
  else
    report_now(record, refusal);
}

// While records are folded away, what these refusals say may be due to another bad row, in whose place an earlier one will be; while there
// are several groups, to a row that came later. A foreign key asks for rows of other tables, unless its table refers to itself.
bool Transaction::may_follow_from_others(const RowRefusal& refusal) const {
  if (!may_follow(refusal) || (rows_.folded().empty() && rows_.size() < 2)) return false;
  if (refusal.sqlstate != kForeignKeyViolation || rows_[0].table->refers_to_itself()) return true;
  for (std::size_t group = 1; group < rows_.size(); ++group)
    if (rows_[group].table != rows_[0].table) return true;
  return false;
}

// An order of the records that leaves out more of them is given up as soon as that is plain.
void Transaction::report_now(std::size_t record, const RowRefusal& refusal) {
  if (attempt_ == Attempt::for_good || !may_follow_from_others(refusal)) return errant_.refuse(record, refusal);
  errant_.hold(record, refusal);
  if (attempt_ == Attempt::of_records && errant_.held() > held_by_key_) throw WorseOrder();
}

void Transaction::settle_deferrable() {
  auto refused = std::exchange(deferrable_, {});
  if (!refused.empty() && refused.size() <= kMostDeferred) write_deferred(refused);
  for (const Refusal& one : refused) report_now(one.record, one.why);
}

// In a circle of references no row can come first: the source has deferred a constraint of it, too (PostgreSQL manual, SET CONSTRAINTS).
// Those that refer to a row that is nowhere are left out, then those that refer to them, until the rest is good.
void Transaction::write_deferred(std::vector<Refusal>& refused) {
  std::vector<Refusal> hopeful = refused, orphans;
  for (std::size_t round = 0; round < kMostRounds && !hopeful.empty(); ++round) {
    require(parts_.connection.run("SAVEPOINT sinkway_deferred;SET CONSTRAINTS ALL DEFERRED"), "SAVEPOINT");
    std::vector<Refusal> left = hopeful;
    const auto is_written = [&](const Refusal& one) { return try_piece(piece_of(one)); };
    for (std::size_t tries = 0; tries < kMostRounds && std::erase_if(left, is_written) > 0; ++tries) {}
    require(parts_.connection.run("SAVEPOINT sinkway_looked_at"), "SAVEPOINT");
    const Reply reply = parts_.connection.run("SET CONSTRAINTS ALL IMMEDIATE");
    if (reply.ok()) {
      require(parts_.connection.run("RELEASE SAVEPOINT sinkway_deferred"), "RELEASE SAVEPOINT");
      orphans.insert(orphans.end(), left.begin(), left.end());
      refused = std::move(orphans);
      return;
    }
    (void)judge(reply, rows_.target(refused.front().group).name);
    require(parts_.connection.run("ROLLBACK TO SAVEPOINT sinkway_looked_at"), "ROLLBACK TO SAVEPOINT");
    const auto found = reply.sqlstate() == kForeignKeyViolation ? orphans_among(hopeful) : std::unordered_set<std::uint32_t>();
    require(parts_.connection.run("ROLLBACK TO SAVEPOINT sinkway_deferred"), "ROLLBACK TO SAVEPOINT");
    if (found.empty()) return;
    const auto is_orphan = [&](const Refusal& one) { return found.contains(static_cast<std::uint32_t>(one.record)); };
    std::ranges::copy_if(hopeful, std::back_inserter(orphans), is_orphan);
    std::erase_if(hopeful, is_orphan);
  }
}

Piece Transaction::piece_of(const Refusal& refused) const {
  const auto& rows = rows_[refused.group].rows;
  const auto row = static_cast<std::size_t>(std::ranges::find(rows, refused.record, &Row::index) - rows.begin());
  return {refused.group, row, row + 1};
}

std::unordered_set<std::uint32_t> Transaction::orphans_among(const std::vector<Refusal>& written) {
  std::map<std::size_t, std::unordered_set<std::uint32_t>> by_group;
  for (const Refusal& one : written) by_group[one.group].insert(static_cast<std::uint32_t>(one.record));
  std::unordered_set<std::uint32_t> orphans;
  for (const auto& [group, records] : by_group) {
    const std::size_t all = rows_[group].rows.size();
    const Piece behind{group, all - rows_.move_behind(group, 0, all, records), all};
    orphans.merge(suspects_.find(rows_[group], behind, kForeignKeyViolation));
  }
  return orphans;
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
  const bool by_value = is_syntax_of_value(reply);
  const Answer answer = by_policy || by_value ? Answer::row_fault
                                  : classify(sqlstate, {.connected_lately = parts_.connection.has_worked_lately(), .in_copy = names == Names::copy});
  switch (answer) {
    case Answer::row_fault:
      if (names != Names::nothing && !by_policy && !by_value && !sqlstate.starts_with("22") && !sqlstate.starts_with("23")) {
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
