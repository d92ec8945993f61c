// Find the bad row, save the rest: the part of Transaction that meets refused rows.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/transaction.hpp"

namespace sinkway::table {
namespace {

// Rows from which one query for all that a constraint refuses costs less than the row that the server has named, and the next.
constexpr std::size_t kWorthAQuery = 1'000;

// Batches without a suspect after which nobody looks for them first any more.
constexpr std::size_t kQuietBatches = 8;

// Rows of one group that are tried once more: they are few where rows only stood in one another's way.
constexpr std::size_t kMostConflicts = 1'000;

// Questions about one part of a group: each finds the rows that refer to those that the one before found.
constexpr std::size_t kMostQuestions = 32;

constexpr const char* kSavepoint = "SAVEPOINT sinkway_piece";
constexpr const char* kRelease = "RELEASE SAVEPOINT sinkway_piece";
// ROLLBACK TO keeps the savepoint, and a second one would lie inside it: each takes a lock of the server, of which it has few.
constexpr const char* kAgain = "ROLLBACK TO SAVEPOINT sinkway_piece";
constexpr const char* kBack = "ROLLBACK TO SAVEPOINT sinkway_piece;RELEASE SAVEPOINT sinkway_piece";

// In parts the order counts where a row may be the parent of another one, or of the same key though its bytes differ: as in the source
// the parent comes first, and of a key the latest record last.
bool needs_order(const RowGroup& group) { return group.fold_on_server || group.table->refers_to_itself(); }

}  // namespace

Transaction::Names Transaction::names_of(const Written& written) {
  if (written.execution) return Names::execution;
  return written.copy.is_copy ? Names::copy : Names::nothing;
}

std::optional<Transaction::Refused> Transaction::write_whole(const AdvancePlan& plan) {
  begin(plan, first_copy());
  truncate_tables();
  for (std::size_t group = 0; group < rows_.size(); ++group) {
    const std::string& table = rows_.target(group).name;
    const std::size_t rows = rows_[group].rows.size();
    const std::size_t good = rows - suspects_of_late(group);
    if (good == 0 && rows > 0) {
      isolated_ = 0;
      write_suspects(group, 0);
      continue;
    }
    const bool is_last = group + 1 == rows_.size();
    const Connection::Meanwhile meanwhile(parts_.connection, is_last ? parts_.host.next_batch_descriptor() : -1,
                                          [this] { return ahead_.fill(parts_.host, parts_.targets); });
    const Written written = write_piece({group, 0, good}, false);
    isolated_ = good - std::min(good, written.skipped.size());
    if (written.reply.ok()) {
      if (good < rows) write_suspects(group, good);
      continue;
    }
    Refused refused{group, written.bad_row(0), judge(written.reply, table, names_of(written)),
                    refusal_of(written.reply, table), method_};
    parts_.connection.rollback();
    parts_.connection.open();
    check_columns();
    parts_.metrics.transaction("rolled_back");
    return refused;
  }
  return std::nullopt;
}

std::string Transaction::first_copy() const {
  if (rows_.size() == 0 || parts_.options.redrives) return "";
  const RowGroup& first = rows_[0];
  if (watches_.contains(first.table->oid)) return "";
  if (merges(first) || first.statements != nullptr || !rows_.truncated().empty()) return "";
  return RowWriters::copy_text(first, choose_writer(first, first.rows.size(), parts_.options.copy_min_rows));
}

void Transaction::write_isolating(const AdvancePlan& plan, const Refused& refused) {
  begin(plan);
  truncate_tables();
  for (std::size_t group = 0; group < rows_.size(); ++group) {
    isolated_ = 0;
    std::optional<Refused> known;
    if (group == refused.group) known = refused;
    if (needs_order(rows_[group]) || !merges(rows_[group])) {
      const auto row = rows_.order_as_they_came(group, known ? known->row : std::nullopt);
      if (known) known->row = row;
      if (known && is_occupied(known->refusal.sqlstate) && !merges(rows_[group])) known->row.reset();  // it may have come first
    }
    const std::size_t rows = rows_[group].rows.size();
    const bool were_new = known && known->method == Method::optimistic_copy;
    const std::size_t suspects = known ? gather_suspects({group, 0, rows}, known->refusal.sqlstate, known->row.has_value()) : 0;
    isolate_group({group, 0, rows - suspects}, known && suspects == 0 ? &*known : nullptr, were_new);
    write_alone(group, rows - suspects);
  }
}

void Transaction::write_alone(std::size_t group, std::size_t first) {
  std::vector<Piece> alone;
  for (std::size_t row = first; row < rows_[group].rows.size(); ++row) alone.push_back({group, row, row + 1});
  Isolation one_by_one(alone);
  (void)isolate(one_by_one, [&](const Piece& piece) { return std::optional(write_piece(piece, true)); });
  settle_conflicts(group);
  settle_unknown(rows_.target(group), isolated_);
}

// One that is taken tells that a constraint is not what it was.
void Transaction::write_suspects(std::size_t group, std::size_t first) {
  const std::size_t before = isolated_;
  write_alone(group, first);
  if (isolated_ > before) suspects_.forget(rows_[group].table->oid);
}

std::size_t Transaction::suspects_of_late(std::size_t group) {
  const RowGroup& rows = rows_[group];
  const auto watch = watches_.find(rows.table->oid);
  if (watch == watches_.end() || rows.rows.size() < kWorthAQuery) return 0;
  const std::size_t suspects = gather_suspects({group, 0, rows.rows.size()}, watch->second.sqlstate, false, Suspects::Asking::as_before);
  if (suspects > 0)
    watch->second.quiet = 0;
  else if (++watch->second.quiet == kQuietBatches)
    watches_.erase(watch);
  return suspects;
}

void Transaction::isolate_group(const Piece& part, const Refused* known, bool were_new) {
  const std::size_t group = part.group;
  std::vector<std::size_t> sizes(group + 1);
  sizes[group] = part.end;
  Isolation isolation(sizes);
  if (known != nullptr)
    if (const auto bad = isolation.begin_after(group, known->row)) refuse_row(group, *bad, known->answer, known->refusal);
  if (were_new && isolate_new(group, isolation)) return;
  if (merges(rows_[group]) && merge_.looks_for_rows(parts_.connection, rows_[group]))
    isolate_staged(group, isolation);
  else
    (void)isolate(isolation, [&](const Piece& piece) { return std::optional(write_piece(piece, true)); });
}

template <typename Write>
std::vector<Piece> Transaction::isolate(Isolation& isolation, Write write) {
  std::vector<Piece> accepted;
  std::size_t asked = 0;
  bool stands = false;  // a refused piece has left the savepoint
  while (const auto piece = isolation.next()) {
    const std::string& table = rows_.target(piece->group).name;
    if (!std::exchange(stands, false)) require(parts_.connection.run(kSavepoint), "SAVEPOINT");
    const std::optional<Written> answered = write(*piece);
    if (!answered) {
      require(parts_.connection.run(kBack), "ROLLBACK TO SAVEPOINT");
      isolation.again();
      return accepted;
    }
    const Written& written = *answered;
    if (written.reply.ok()) {
      require(parts_.connection.run(kRelease), "RELEASE SAVEPOINT");
      isolated_ += piece->size() - written.skipped.size();
      if (written.skipped.size() < piece->size()) accepted.push_back(*piece);
      continue;
    }
    const Answer answer = judge(written.reply, table, names_of(written));
    require(parts_.connection.run(kAgain), "ROLLBACK TO SAVEPOINT");
    stands = true;
    auto row = written.bad_row(piece->begin);
    if (row) *row -= piece->begin;
    const bool is_known = row || piece->size() == 1 || asked++ >= kMostQuestions;
    const std::size_t suspects = is_known ? 0 : gather_suspects(*piece, written.reply.sqlstate(), false);
    if (suspects > 0)
      isolation.failed_at_end(suspects);
    else if (const auto bad = isolation.failed(row))
      refuse_row(piece->group, *bad, answer, refusal_of(written.reply, table));
  }
  if (stands) require(parts_.connection.run(kRelease), "RELEASE SAVEPOINT");
  return accepted;
}

std::size_t Transaction::gather_suspects(const Piece& piece, std::string_view sqlstate, bool names_row,
                                         Suspects::Asking asking) {
  if (names_row && piece.size() < kWorthAQuery) return 0;
  const bool is_conflict = sqlstate == kUniqueViolation && merges(rows_[piece.group]);  // of another index than the one that is merged by
  const auto suspects = is_conflict ? std::unordered_set<std::uint32_t>()
                                    : suspects_.find(rows_[piece.group], piece, sqlstate, asking);
  if (!suspects.empty()) watches_[rows_[piece.group].table->oid].sqlstate = sqlstate;
  return rows_.move_behind(piece.group, piece.begin, piece.end, suspects);
}

bool Transaction::isolate_new(std::size_t group, Isolation& isolation) {
  bool are_new = true;
  copied_ = true;
  (void)isolate(isolation, [&](const Piece& piece) -> std::optional<Written> {
    Written written = merge_.copy_new(parts_.connection, rows_[group], piece.begin, piece.end);
    are_new = written.reply.ok() || written.reply.sqlstate() != kUniqueViolation;
    if (!are_new) return std::nullopt;
    heed(written, group);
    return written;
  });
  return are_new;
}

void Transaction::isolate_staged(std::size_t group, Isolation& isolation) {
  const RowGroup& rows = rows_[group];
  const std::string& table = rows_.target(group).name;
  require(merge_.prepare_stage(parts_.connection, rows), "making a staging table for " + table);
  copied_ = true;
  const std::size_t before = isolated_;
  const std::vector<Piece> staged = isolate(isolation, [&](const Piece& piece) {
    Written written = merge_.stage(parts_.connection, rows, piece.begin, piece.end);
    heed(written, group);
    return std::optional(std::move(written));
  });
  if (staged.empty()) return;
  require(parts_.connection.run(kSavepoint), "SAVEPOINT");
  if (const Reply merged = merge_.merge_stage(parts_.connection, rows); merged.ok()) {
    return require(parts_.connection.run(kRelease), "RELEASE SAVEPOINT");
  } else {
    (void)judge(merged, table);
  }
  require(parts_.connection.run(kBack), "ROLLBACK TO SAVEPOINT");
  isolated_ = before;
  Isolation rest(staged);
  (void)isolate(rest, [&](const Piece& piece) { return std::optional(write_piece(piece, true)); });
}

// In the order of the keys a row may only have come before the one that gives its value of another unique index away. In that of the
// records it comes behind it.
void Transaction::settle_conflicts(std::size_t group) {
  if (conflicts_.size() <= kMostConflicts) {
    const std::size_t groups = rows_.size();
    try_in_order(group, std::exchange(conflicts_, {}));
    rows_.drop_behind(groups);
  }
  for (const auto& [record, refusal] : std::exchange(conflicts_, {})) report(group, record, refusal);
}

// What was folded into the refused records is written again: two rows of a source can give each other their values only by one between.
void Transaction::try_in_order(std::size_t group, const std::vector<std::pair<std::size_t, RowRefusal>>& refused) {
  if (refused.empty()) return;
  std::unordered_set<std::uint32_t> records;
  for (const auto& [record, refusal] : refused) records.insert(static_cast<std::uint32_t>(record));
  std::vector<Piece> pieces;
  for (const std::size_t folded : rows_.add_folded(group, records, kMostConflicts)) pieces.push_back({folded, 0, 1});
  for (std::size_t row = 0; row < rows_[group].rows.size(); ++row)
    if (records.contains(rows_[group].rows[row].index)) pieces.push_back({group, row, row + 1});
  std::ranges::sort(pieces, {}, [&](const Piece& piece) { return rows_[piece.group].rows[piece.begin].index; });
  for (const Piece& piece : pieces) {
    if (piece.group != group) {
      (void)try_piece(piece);
      continue;
    }
    Isolation again(std::vector{piece});
    (void)isolate(again, [&](const Piece& one) { return std::optional(write_piece(one, true)); });
  }
}

bool Transaction::try_piece(const Piece& piece) {
  require(parts_.connection.run(kSavepoint), "SAVEPOINT");
  const Merged merged = write_rows(rows_[piece.group], piece, true);
  const bool is_taken = merged.written.reply.ok();
  if (!is_taken) (void)judge(merged.written.reply, rows_.target(piece.group).name, names_of(merged.written));
  require(parts_.connection.run(is_taken ? kRelease : kBack), "SAVEPOINT");
  return is_taken;
}

}  // namespace sinkway::table
