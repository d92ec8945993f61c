// Find the bad row, save the rest: the part of Transaction that meets refused rows.
#include <algorithm>
#include <span>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/transaction.hpp"

namespace sinkway::table {
namespace {

// Rows of an unknown fault after which it is plain that the table refuses everything.
constexpr std::size_t kAlike = 100;
// The same over batches of one row each.
constexpr std::size_t kAlikeInARow = 10;

constexpr const char* kSavepoint = "SAVEPOINT sinkway_piece";

}  // namespace

std::optional<Transaction::Refused> Transaction::write_whole(const AdvancePlan& plan) {
  begin(plan, first_copy());
  truncate_tables();
  for (std::size_t group = 0; group < rows_.size(); ++group) {
    const std::string& table = rows_.target(group).name;
    const Written written = write_piece({group, 0, rows_[group].rows.size()}, false);
    if (written.reply.ok()) continue;
    Refused refused{group, written.bad_row(0), judge(written, table),
                    refusal_of(written.reply, table)};
    parts_.connection.rollback();
    parts_.connection.open();
    parts_.metrics.transaction("rolled_back");
    // Rows that the encoder refused before it are about to leave the group: the position moves up by as many.
    if (refused.row) {
      const auto before = std::span(rows_[group].rows).first(*refused.row);
      *refused.row -= static_cast<std::size_t>(
          std::ranges::count_if(before, [&](const Row& row) { return errant_.contains(row.index); }));
    }
    return refused;
  }
  return std::nullopt;
}

std::string Transaction::first_copy() const {
  if (rows_.size() == 0) return "";
  const RowGroup& first = rows_[0];
  if (merges(first) || !rows_.truncated().empty()) return "";
  return RowWriters::copy_text(first, choose_writer(first, first.rows.size(), parts_.options.copy_min_rows));
}

void Transaction::write_isolating(const AdvancePlan& plan, const Refused& refused) {
  std::vector<std::size_t> sizes(rows_.size());
  for (std::size_t group = 0; group < sizes.size(); ++group) sizes[group] = rows_[group].rows.size();
  Isolation isolation(sizes);
  std::size_t written_rows = 0;
  const auto refuse = [&](std::size_t group, std::size_t position, Answer answer, const RowRefusal& refusal) {
    const std::size_t record = rows_[group].rows[position].index;
    if (answer == Answer::row_fault) return errant_.refuse(record, refusal);
    unknown_.emplace_back(record, refusal);
    if (written_rows == 0 && unknown_.size() >= kAlike) settle_unknown(0);
  };

  begin(plan);
  truncate_tables();
  if (const auto bad = isolation.begin_after(refused.group, refused.row)) {
    refuse(refused.group, *bad, refused.answer, refused.refusal);
  }
  while (const auto piece = isolation.next()) {
    const std::string& table = rows_.target(piece->group).name;
    require(parts_.connection.run(kSavepoint), "SAVEPOINT");
    const Written written = write_piece(*piece, true);
    if (written.reply.ok()) {
      require(parts_.connection.run("RELEASE SAVEPOINT sinkway_piece"), "RELEASE SAVEPOINT");
      written_rows += piece->size() - written.skipped.size();
      continue;
    }
    const Answer answer = judge(written, table);
    require(parts_.connection.run("ROLLBACK TO SAVEPOINT sinkway_piece"), "ROLLBACK TO SAVEPOINT");
    auto row = written.bad_row(piece->begin);
    if (row) *row -= piece->begin;
    if (const auto bad = isolation.failed(row)) refuse(piece->group, *bad, answer, refusal_of(written.reply, table));
  }
  settle_unknown(written_rows);
}

void Transaction::settle_unknown(std::size_t written) {
  const std::size_t alike = unknown_in_a_row_ + unknown_.size();
  if (!unknown_.empty() && written == 0 && errant_.count() == 0 && (unknown_.size() > 1 || alike >= kAlikeInARow)) {
    throw sdk::FatalError("every row is refused alike: " + unknown_.front().second.reason,
                          {.hint = "look at the triggers and constraints of the table, and at the log of the server",
                           .error_id = unknown_.front().second.id});
  }
  unknown_in_a_row_ = written == 0 ? alike : 0;
  for (const auto& [record, refusal] : unknown_) errant_.refuse(record, refusal);
  unknown_.clear();
}

Answer Transaction::judge(const Written& written, const std::string& table) {
  const std::string sqlstate = written.reply.sqlstate();
  const bool names_row = written.reply.in_copy() || written.execution;
  const Answer answer =
      classify(sqlstate, {.connected_lately = parts_.connection.has_worked_lately(), .in_copy = names_row});
  switch (answer) {
    case Answer::row_fault:
      if (names_row && !sqlstate.starts_with("22") && !sqlstate.starts_with("23")) {
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
  parts_.metrics.retry(sqlstate);
  throw_refusal(sqlstate, "writing into " + table, parts_.connection.has_worked_lately());
}

}  // namespace sinkway::table
