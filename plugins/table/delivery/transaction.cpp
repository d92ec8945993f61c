#include "plugins/table/delivery/transaction.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/test_hook.hpp"
#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/server/stopwatch.hpp"

namespace sinkway::table {
namespace {

#ifdef SINKWAY_WITHOUT_POSITION_CHECK
constexpr bool kComparePositions = false;  // for the one test that must see duplicates then
#else
constexpr bool kComparePositions = true;
#endif

// Changes of tables for one batch: each makes one record fit, and more than these are left to the next attempt.
constexpr std::size_t kMostChanges = 100;

// Statements for one batch in the order of its records: with more it would take too long.
constexpr std::size_t kMostStatements = 1'000;

// Whether it speaks of the table, of a part of it or of its staging table: a trigger may have written elsewhere.
bool is_about(const Reply& reply, const Table& table) {
  const std::string schema = reply.field(PG_DIAG_SCHEMA_NAME);
  if (table.kind == TableKind::partitioned || schema.starts_with("pg_temp")) return true;
  return schema == table.schema && reply.field(PG_DIAG_TABLE_NAME) == table.name;
}

}  // namespace

Transaction::Transaction(const TransactionParts& parts)
    : parts_(parts), exactly_once_(parts.options.delivery == Delivery::exactly_once),
      rows_(parts.options, scratch_, parts.evolution), ahead_(parts.options, scratch_, parts.evolution),
      errant_(parts.host, parts.options, parts.dead_letters),
      merge_(parts.options.writes, writers_), executions_(parts.options.statements),
      suspects_(writers_, parts.connection) {}

void Transaction::put(const sdk::BatchView& batch) {
  settle_doubts();
  AdvancePlan plan;
  if (exactly_once_) {
    plan = parts_.book.plan(batch);
    if (plan.trouble) throw sdk::FencedError(*plan.trouble, {.error_id = "table.fenced"});
    if (plan.advances.empty()) return;
  } else if (batch.empty() && batch.unconverted().empty()) {
    return;
  }
  errant_.begin(batch);
  for (const sinkway_unconverted& one : batch.unconverted())
    if (!exactly_once_ || !parts_.book.is_applied(one.topic, one.partition, one.offset)) errant_.note(one);
  batch_ = &batch;
  std::size_t evolved = 0;
  for (bool first = true;; first = false) {
    try {
      return put_once(batch, plan);
    } catch (const TableEvolved& changed) {
      parts_.connection.rollback();
      parts_.connection.close();
      parts_.targets.forget();
      if (++evolved > kMostChanges) throw sdk::RetriableError(changed.what(), {.error_id = "table.evolution"});
      parts_.connection.open();
    } catch (const TableChanged& changed) {
      parts_.connection.close();  // and with it every plan that was made for the old table
      parts_.targets.forget();
      if (!first) throw sdk::FatalError(changed.what(), {.hint = changed.hint(), .error_id = changed.id()});
      parts_.connection.open();
    } catch (const WireLost&) {
      // Only COMMIT leaves doubts. The answer may be had at once; if not, the next put asks.
      if (parts_.book.doubtful().empty()) throw;
      parts_.connection.open();
      settle_doubts();
      if (parts_.book.plan(batch).advances.empty()) return;
      throw sdk::RetriableError("the connection was lost at COMMIT, and the transaction was not committed",
                                {.error_id = "table.connection", .retry_after = std::chrono::milliseconds(0)});
    } catch (...) {
      parts_.connection.rollback();
      throw;
    }
  }
}

void Transaction::put_once(const sdk::BatchView& batch, const AdvancePlan& plan) {
  errant_.release();  // of an attempt that was given up
  attempt_ = Attempt::by_key;
  while (!write_folded(batch, plan)) parts_.connection.rollback();
  if (copied_ && errant_.count() > 0) check_columns();  // before they are in safety; else together with COMMIT
  errant_.spend_budget();
  require(parts_.dead_letters.write(), "writing into the table of dead letters");
  errant_.await_safety();
  commit(plan);
  count_rows();
}

bool Transaction::write_folded(const sdk::BatchView& batch, const AdvancePlan& plan) {
  parts_.connection.open();
  sort(batch);
  const std::size_t known = errant_.count();
  unknown_.clear();
  conflicts_.clear();
  deferrable_.clear();
  try {
    write_sorted(plan);
  } catch (const WorseOrder&) {
    return again(Attempt::for_good);
  }
  if (errant_.held() > 0 && attempt_ == Attempt::by_key) {
    held_by_key_ = errant_.held();
    return again(Attempt::of_records);
  }
  errant_.refuse_held();
  return rows_.folded().empty() || errant_.count() == known;
}

void Transaction::write_sorted(const AdvancePlan& plan) {
  if (const auto refused = write_whole(plan)) {
    rows_.drop(errant_);
    deferrable_.clear();
    write_isolating(plan, *refused);
  } else if (rows_.size() > 0) {
    unknown_in_a_row_.clear();
  }
  settle_deferrable();
}

bool Transaction::again(Attempt attempt) {
  errant_.release();
  attempt_ = attempt;
  return false;
}

void Transaction::sort(const sdk::BatchView& batch) {
  const PositionBook* const book = exactly_once_ ? &parts_.book : nullptr;
  const RowsAhead::Taken taken = ahead_.take(batch, book, parts_.targets, rows_);
  if (taken != RowsAhead::Taken::none) parts_.metrics.ahead(taken == RowsAhead::Taken::used);
  if (taken == RowsAhead::Taken::used) return;
  const bool by_key = attempt_ != Attempt::of_records;
  rows_.fill(batch, book, parts_.targets, errant_, by_key ? BatchRows::Order::by_key : BatchRows::Order::of_records);
  if (by_key || rows_.size() <= kMostStatements) return;
  (void)again(Attempt::for_good);
  rows_.fill(batch, book, parts_.targets, errant_);
}

void Transaction::begin(const AdvancePlan& plan, const std::string& copy) {
  freeze_before_begin();
  merge_.begin();
  copied_ = false;
  if (!exactly_once_) {
    require(parts_.connection.begin("", {}, copy), "beginning a transaction");
    if (parts_.options.redrives) parts_.dead_letters.take(*batch_);
    return;
  }
  const Reply reply = parts_.offsets.begin_advancing(plan.advances, copy);
  require(reply, "moving the positions");
  if (!kComparePositions || static_cast<std::size_t>(reply.integer(0, 0)) == plan.advances.size()) return;
  throw sdk::FencedError("another owner has taken over a partition of this batch, or its position was changed",
                         {.error_id = "table.fenced"});
}

bool Transaction::merges(const RowGroup& group) const {
  if (group.statements != nullptr) return false;
  return group.operation != Operation::put || parts_.options.writes.mode != InsertMode::insert;
}

Merged Transaction::write_rows(const RowGroup& group, const Piece& piece, bool isolating) {
  if (group.statements != nullptr) {
    Written written = executions_.write(parts_.connection, group, piece.begin, piece.end);
    for (const std::string& name : executions_.take_unbound())
      parts_.host.warn("records have no field for a parameter: NULL takes its place", {{"parameter", name}});
    return {std::move(written), Method::pipeline};
  }
  if (merges(group)) {
    std::size_t staging = parts_.options.copy_min_rows;
    if (isolating) staging = std::numeric_limits<std::size_t>::max();  // pieces are small, and staging names no line
    else if (parts_.options.measures_round_trip) staging = staging_threshold(staging, parts_.connection.round_trip());
    return merge_.write(parts_.connection, group, piece.begin, piece.end, staging, !isolating);
  }
  const std::size_t copy_min_rows = isolating ? 1 : parts_.options.copy_min_rows;
  const Writer writer = choose_writer(group, piece.size(), copy_min_rows);
  return {writers_.write(parts_.connection, group, piece.begin, piece.end, writer),
          writer == Writer::arrays ? Method::arrays : Method::copy};
}

void Transaction::evolve_for(const RowFault& fault, std::size_t group) {
  if (parts_.evolution == nullptr) return;
  const Target& target = rows_.target(group);
  if (fault.fault == Fault::too_long && parts_.evolution->may_lengthen(target.table, fault.column))
    evolve(target, [&] { return parts_.evolution->lengthen(target.table, fault.column); });
  if (fault.fault != Fault::out_of_range) return;
  const auto& rows = rows_[group].rows;
  const auto row = std::ranges::find_if(rows, [&](const Row& one) { return one.index == fault.record_index; });
  if (row != rows.end() && parts_.evolution->may_fit(target.table, *row))
    evolve(target, [&] { return parts_.evolution->fit(target.table, *row); });
}

void Transaction::evolve_for(const Reply& reply, const Target& target) {
  if (parts_.evolution == nullptr || reply.sqlstate() != "23502" || !is_about(reply, target.table)) return;
  const std::string column = reply.field(PG_DIAG_COLUMN_NAME);
  if (parts_.evolution->may_relax(target.table, column)) evolve(target, [&] { return parts_.evolution->relax(target.table, column); });
}

// The locks of this transaction would hold up the change, so it is over, and nothing may go on in it.
template <typename Change>
void Transaction::evolve(const Target& target, Change change) {
  parts_.connection.rollback();
  parts_.connection.open();
  if (change()) throw TableEvolved(target.name);
  throw sdk::RetriableError("table " + target.name + " was not changed", {.error_id = "table.evolution"});
}

void Transaction::truncate_tables() {
  std::string tables, names;
  for (const Target* target : rows_.truncated()) {
    tables += (tables.empty() ? "" : ", ") + quote_name(target->table.schema, target->table.name);
    names += (names.empty() ? "" : ", ") + target->name;
  }
  // At once: a table that another one refers to is not emptied without it (PostgreSQL manual, TRUNCATE).
  if (!tables.empty()) require(parts_.connection.run("TRUNCATE " + tables), "emptying " + names);
}

Written Transaction::write_piece(const Piece& piece, bool isolating) {
  const std::string& table = rows_.target(piece.group).name;
  const Stopwatch stopwatch;
  Merged merged = write_rows(rows_[piece.group], piece, isolating);
  const double seconds = stopwatch.seconds();
  if (merged.merge_seconds) parts_.metrics.merge_seconds.record(*merged.merge_seconds);
  if (!merged.merge_seconds || merged.method == Method::staging)
    parts_.metrics.copy_seconds.record(seconds - merged.merge_seconds.value_or(0));
  method_ = merged.method;
  copied_ = copied_ || (method_ != Method::arrays && method_ != Method::pipeline) || merged.fell_back;
  parts_.metrics.statement(table, name_of(merged.method));
  if (merged.fell_back) parts_.metrics.fallback(table);
  if (!isolating) {
    const RowGroup& group = rows_[piece.group];
    report_.note(table, group.operation == Operation::put ? "put" : "remove",
                 {merged.method, reason_of(merged.method, group, piece.size(), parts_.options.copy_min_rows, merged.fell_back),
                  piece.size(), merged.fell_back, merge_.waiting(group.table->oid)});
  }
  heed(merged.written, piece.group);
  return std::move(merged.written);
}

void Transaction::heed(const Written& written, std::size_t group) {
  const Target& target = rows_.target(group);
  for (const RowFault& fault : written.faults) evolve_for(fault, group);
  if (!written.reply.ok()) evolve_for(written.reply, target);
  if (!written.reply.ok() || written.faults.empty()) return;
  check_columns();
  for (const RowFault& fault : written.faults) errant_.refuse(fault.record_index, refusal_of(fault, target.name));
}

void Transaction::require(const Reply& reply, const std::string& what) {
  if (!reply.ok()) give_up(reply.sqlstate(), what);
}

void Transaction::give_up(const std::string& sqlstate, const std::string& what) {
  try {
    throw_refusal(sqlstate, what, parts_.connection.has_worked_lately());
  } catch (const sdk::RetriableError&) {
    parts_.metrics.retry(sqlstate);
    throw;
  }
}

}  // namespace sinkway::table
