// One batch, one transaction: positions first, then rows, then COMMIT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/batch_rows.hpp"
#include "plugins/table/delivery/errant_rows.hpp"
#include "plugins/table/delivery/evolution.hpp"
#include "plugins/table/delivery/isolation.hpp"
#include "plugins/table/delivery/offsets_table.hpp"
#include "plugins/table/delivery/plan_report.hpp"
#include "plugins/table/delivery/position_book.hpp"
#include "plugins/table/delivery/rows_ahead.hpp"
#include "plugins/table/delivery/sink_metrics.hpp"
#include "plugins/table/delivery/suspects.hpp"
#include "plugins/table/delivery/targets.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/connection.hpp"
#include "plugins/table/server/sqlstate.hpp"
#include "plugins/table/statements/row_writers.hpp"
#include "plugins/table/statements/staged_merge.hpp"
#include "plugins/table/statements/statement_writer.hpp"

namespace sinkway::table {

// What a transaction works with; lent by the task for its life.
struct TransactionParts {
  const TableOptions& options;
  sdk::Host host;
  Connection& connection;
  OffsetsTable& offsets;
  PositionBook& book;
  Targets& targets;
  SinkMetrics& metrics;
  DeadLetterTable& dead_letters;
  Evolution* evolution = nullptr;
};

// Writes batches, each in one transaction (exactly-once.md, step FLUSH): the rows of the offsets table are locked,
// compared and moved before any row is written, so that an owner that was replaced stops before it touches data. A lost
// answer to COMMIT leaves the book in doubt, and the next thing done is to ask. Throws SinkError, WireLost and
// WireCancelled; whatever it throws, no transaction is left open. [writer-thread]
class Transaction {
 public:
  explicit Transaction(const TransactionParts& parts);

  // Returns when the batch is committed, or was before. Needs a connection that is open.
  void put(const sdk::BatchView& batch);
  // What was chosen lately.
  [[nodiscard]] const PlanReport& plan() const { return report_; }

 private:
  // Where the first attempt was refused because of a row.
  struct Refused {
    std::size_t group = 0;
    std::optional<std::size_t> row;  // position in the group, when the server named it
    Answer answer = Answer::unknown;
    RowRefusal refusal;
    Method method = Method::copy;
  };

  // A row that is refused while others may still change that.
  struct Refusal {
    std::size_t group = 0;
    std::size_t record = 0;
    RowRefusal why;
  };

  // How the batch is written this time. by_key, of_records: what other rows may have caused is not final yet; for_good: by key again.
  enum class Attempt { by_key, of_records, for_good };
  // The order of the records leaves out more of them than that by key.
  struct WorseOrder final : std::exception {};

  // What constraints have refused rows of a table, and batches since.
  struct Watch {
    std::string sqlstate;
    std::size_t quiet = 0;
  };

  void settle_doubts();
  void put_once(const sdk::BatchView& batch, const AdvancePlan& plan);
  // Folds the records by key and writes what is left. False: a record turned out to be bad while others were folded
  // away; it may have stood for a good one before it, so all is folded and written again without it. Or other rows stood in its way, which
  // the order of the records may not have put there: all is written in that order, unless it leaves more of them out.
  [[nodiscard]] bool write_folded(const sdk::BatchView& batch, const AdvancePlan& plan);
  // What was sorted, once, bad rows left out. Throws WorseOrder.
  void write_sorted(const AdvancePlan& plan);
  // The next time so. Answers false.
  [[nodiscard]] bool again(Attempt attempt);
  // The rows of the batch, sorted now unless that was done ahead.
  void sort(const sdk::BatchView& batch);
  // `copy`: the COPY that follows at once, if one does.
  void begin(const AdvancePlan& plan, const std::string& copy = "");
  // All groups, each by one statement. Nothing: written. Else the transaction was rolled back.
  [[nodiscard]] std::optional<Refused> write_whole(const AdvancePlan& plan);
  // Throws TableEvolved when the table could be made to take the row.
  void evolve_for(const RowFault& fault, std::size_t group);
  void evolve_for(const Reply& reply, const Target& target);
  template <typename Change>
  [[noreturn]] void evolve(const Target& target, Change change);
  // Tables that a change event empties, before the first row.
  void truncate_tables();
  // Throws TableChanged when the rows were encoded for other columns than the table has.
  void check_columns();
  // The COPY that the first group begins with; empty: another statement.
  [[nodiscard]] std::string first_copy() const;
  // The same in pieces behind savepoints: bad rows are left out and reported.
  void write_isolating(const AdvancePlan& plan, const Refused& refused);
  // Rows of a group from `first` on, one by one, and what is left to be said of the group.
  void write_alone(std::size_t group, std::size_t first);
  // The same of those that constraints as they were known would refuse.
  void write_suspects(std::size_t group, std::size_t first);
  // Where constraints have refused rows of this table lately: those they would refuse now are moved behind the others. Answers how
  // many.
  [[nodiscard]] std::size_t suspects_of_late(std::size_t group);
  // Pieces until all of them are accepted or are single bad rows, or until `write` answers nothing: that piece and those
  // behind it are left. Answers the accepted ones, in order.
  template <typename Write>
  [[nodiscard]] std::vector<Piece> isolate(Isolation& isolation, Write write);
  // The part of a group in which bad rows are looked for, by the way that suits it. `known`: the first attempt was refused
  // there, and nothing was found out about it yet. `were_new`: it was a COPY straight into the table.
  void isolate_group(const Piece& part, const Refused* known, bool were_new);
  // Moves the rows of a piece that a constraint would refuse behind the others; answers how many. `names_row`: the server has
  // named one of them.
  [[nodiscard]] std::size_t gather_suspects(const Piece& piece, std::string_view sqlstate, bool names_row,
                                            Suspects::Asking asking = Suspects::Asking::anew);
  // A keyed group: rows are sorted out where COPY names them, then merged at once; what the merge refuses goes in halves.
  void isolate_staged(std::size_t group, Isolation& isolation);
  // The same where the rows were on their way into the table by COPY, as new keys: once more so, until one is not new.
  // False: pieces are left.
  [[nodiscard]] bool isolate_new(std::size_t group, Isolation& isolation);
  void refuse_row(std::size_t group, std::size_t position, Answer answer, const RowRefusal& refusal);
  [[nodiscard]] bool is_last_of_key(std::size_t group, std::size_t record) const;
  void report(std::size_t group, std::size_t record, const RowRefusal& refusal);
  [[nodiscard]] bool may_follow_from_others(const RowRefusal& refusal) const;
  void report_now(std::size_t record, const RowRefusal& refusal);
  // Rows that constraints have refused, but may take later: written once more behind all others.
  void settle_deferrable();
  // Takes those out that are written.
  void write_deferred(std::vector<Refusal>& refused);
  [[nodiscard]] Piece piece_of(const Refusal& refused) const;
  // Records, of those that were tried while constraints are deferred, that refer to a row that is nowhere.
  [[nodiscard]] std::unordered_set<std::uint32_t> orphans_among(const std::vector<Refusal>& written);
  // Rows of a group that another unique index refused are tried once more.
  void settle_conflicts(std::size_t group);
  void try_in_order(std::size_t group, const std::vector<std::pair<std::size_t, RowRefusal>>& refused);
  // A piece that may be refused: nobody is told. False: it was.
  bool try_piece(const Piece& piece);
  // `isolating`: COPY wherever it is allowed, since it names the line at fault, and nothing is tried.
  [[nodiscard]] Written write_piece(const Piece& piece, bool isolating);
  // What the encoder and the server found in a piece: the table is made to fit, or bad rows are reported. Those of a piece that
  // the server refused come again with it.
  void heed(const Written& written, std::size_t group);
  [[nodiscard]] Merged write_rows(const RowGroup& group, const Piece& piece, bool isolating);
  [[nodiscard]] bool merges(const RowGroup& group) const;
  void commit(const AdvancePlan& plan);
  void count_rows();

  // The meaning of a refusal that may be one row's fault: row_fault or unknown. Throws for everything else.
  enum class Names { nothing, copy, execution };  // what the server names at fault: one line of a COPY, one execution
  [[nodiscard]] static Names names_of(const Written& written);
  [[nodiscard]] Answer judge(const Reply& reply, const std::string& table, Names names = Names::nothing);
  void require(const Reply& reply, const std::string& what);
  [[noreturn]] void give_up(const std::string& sqlstate, const std::string& what);
  // Rows of one table that were refused for a reason of an unknown class are reported when the search is done there, unless
  // the table took none: then it is not the rows.
  void settle_unknown(const Target& target, std::size_t written);

  TransactionParts parts_;
  bool exactly_once_;
  SortScratch scratch_;
  BatchRows rows_;
  RowsAhead ahead_;
  ErrantRows errant_;
  RowWriters writers_;
  StagedMerge merge_;
  StatementWriter executions_;
  Suspects suspects_;
  PlanReport report_;
  const sdk::BatchView* batch_ = nullptr;                    // of the running put
  std::vector<std::pair<std::size_t, RowRefusal>> unknown_;  // record index; of the running put
  std::vector<Refusal> deferrable_;  // the same, of all groups
  std::vector<std::pair<std::size_t, RowRefusal>> conflicts_;  // the same: rows of the running group that may be tried once more
  std::size_t held_by_key_ = 0;                              // how many there were when the batch was written by key
  Attempt attempt_ = Attempt::by_key;
  Method method_ = Method::copy;                             // of the piece written last
  bool copied_ = false;                                      // COPY was used in the running transaction
  std::size_t isolated_ = 0;                                 // rows of one group written by the running search for bad ones
  std::map<std::uint32_t, std::size_t> unknown_in_a_row_;    // by oid of the table, over puts, since a row was written
  std::map<std::uint32_t, Watch> watches_;                   // by oid of the table, over puts
};

}  // namespace sinkway::table
