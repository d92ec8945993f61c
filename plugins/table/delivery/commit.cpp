// The end of a transaction: the part of Transaction that commits, asks after an answer that was lost, and counts.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/column_check.hpp"
#include "plugins/table/delivery/transaction.hpp"
#include "plugins/table/server/stopwatch.hpp"

namespace sinkway::table {
namespace {

[[noreturn]] void throw_changed(const std::string& table) {
  throw TableChanged("table " + table + " changes while it is written", "let its columns be for a while", "table.changed");
}

}  // namespace

void Transaction::check_columns() {
  if (const std::string table = changed_table(parts_.connection, rows_); !table.empty()) throw_changed(table);
}

void Transaction::settle_doubts() {
  // A copy: the book may change while it is asked for.
  const std::vector<Advance> doubtful(parts_.book.doubtful().begin(), parts_.book.doubtful().end());
  bool was_committed = false;
  for (const Advance& advance : doubtful) {
    const std::optional<std::int64_t> next = parts_.offsets.reclaim(advance);
    if (parts_.book.reclaimed(advance, next)) {
      was_committed = next == advance.to;
      continue;
    }
    parts_.book.settled();
    throw sdk::FencedError("another owner has taken over " + advance.topic + "-" + std::to_string(advance.partition),
                           {.error_id = "table.fenced"});
  }
  parts_.book.settled();
  if (!was_committed) return;
  parts_.dead_letters.committed();  // they would be written again with the next batch
  count_rows();
}

void Transaction::commit(const AdvancePlan& plan) {
  const Stopwatch stopwatch;
  const bool asks = copied_ && errant_.count() == 0;
  if (asks) require(prepare_commit_unchanged(parts_.connection), "preparing COMMIT");
  bool has_changed = false;
  try {
    const Reply reply = asks ? commit_unchanged(parts_.connection, rows_) : parts_.connection.commit();
    has_changed = says_changed(reply);
    if (!has_changed) require(reply, "COMMIT");
  } catch (const sdk::SinkError&) {
    throw;  // the server has answered: not committed
  } catch (const std::exception&) {
    parts_.metrics.transaction("in_doubt");
    if (exactly_once_) parts_.book.in_doubt(plan.advances);
    throw;
  }
  if (has_changed) {
    parts_.connection.rollback();
    check_columns();                      // throws, and names the table
    throw_changed(rows_.target(0).name);  // whatever it was, it is over
  }
  parts_.metrics.commit_seconds.record(stopwatch.seconds());
  parts_.metrics.transaction("committed");
  parts_.book.committed(plan.advances);
  parts_.dead_letters.committed();
}

void Transaction::count_rows() {
  std::size_t written = 0;
  for (std::size_t group = 0; group < rows_.size(); ++group) {
    const std::string& table = rows_.target(group).name;
    std::array<std::size_t, 2> rows{};  // put, removed
    const RowGroup& all = rows_[group];
    if (errant_.count() == 0 && all.statements == nullptr) [[likely]]
      rows[all.operation == Operation::remove ? 1 : 0] = all.rows.size();
    else
      for (const Row& row : all.rows)
        if (!errant_.contains(row.index)) ++rows[row.operation == Operation::remove ? 1 : 0];
    parts_.metrics.written(table, name_of(parts_.options.writes.mode), rows[0]);
    parts_.metrics.written(table, "delete", rows[1]);
    written += rows[0] + rows[1];
  }
  parts_.metrics.transaction_rows.record(static_cast<double>(written));
  for (const auto& [table, errant] : errant_.by_table()) parts_.metrics.left_out(table, "errant", errant);
  parts_.metrics.left_out("", "skipped", rows_.skipped());
  for (const auto& [target, folded] : rows_.folded()) parts_.metrics.left_out(target->name, "folded", folded);
  parts_.metrics.left_out("", "passed_over", rows_.passed_over());
}

}  // namespace sinkway::table
