// The records of a batch sorted into the tables and columns they go to.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/errant_rows.hpp"
#include "plugins/table/delivery/position_book.hpp"
#include "plugins/table/delivery/targets.hpp"
#include "plugins/table/options/write_rules.hpp"
#include "plugins/table/rows/envelope.hpp"
#include "plugins/table/rows/key_fold.hpp"
#include "plugins/table/rows/made_values.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// What records ask for, as the options say it.
[[nodiscard]] EnvelopeRules envelope_rules(const TableOptions& options);

// Memory that is needed while rows are sorted, and not after. [writer-thread]
struct SortScratch {
  KeyFold key_fold;
  std::vector<BoundRow> rows;
};

// The groups of one put, in the order in which their first records came. Memory is kept from put to put.
// [writer-thread]
class BatchRows {
 public:
  // by_key: records of one key are folded, those of one table and shape are one group, by key. of_records: nothing is folded, and records
  // share a group with their neighbours alone.
  enum class Order { by_key, of_records };

  // Both outlive this; `evolution` may be null. Several may share a `scratch`.
  BatchRows(const TableOptions& options, SortScratch& scratch, Evolution* evolution = nullptr);

  // Records below the position of their partition are left out (`book` null: none are), bad ones are reported. The
  // groups are in the order in which they are to be written, and so are the rows in each: by key where there is one. In
  // the keyed modes records that a later one of their key makes needless are left out. Throws TableChanged,
  // TableEvolved and DataError.
  void fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows& errant, Order order = Order::by_key);
  // The same of a batch whose turn has not come, where the bindings of the batch before are still in use: nobody is told anything, no
  // table is changed, no record is taken for applied. Throws when a record asks for more than that.
  void fill_ahead(const sdk::BatchView& batch, Targets& targets);
  // Takes records out that were reported since.
  void drop(const ErrantRows& errant);
  // Moves the rows of these records to the end of a part of a group, else everything in its order; answers how many.
  std::size_t move_behind(std::size_t group, std::size_t begin, std::size_t end, const std::unordered_set<std::uint32_t>& records);

  // Puts the rows of a group into the order of their records; answers where the one at `row` is then.
  std::optional<std::size_t> order_as_they_came(std::size_t group, std::optional<std::size_t> row);
  // The records of a keyed group that were folded into one of these, however many times over, each as a group of its own behind all
  // others, in the order of the records; answers their positions. `most`: none at all when they are more. Until drop_behind().
  std::vector<std::size_t> add_folded(std::size_t group, const std::unordered_set<std::uint32_t>& records, std::size_t most);
  void drop_behind(std::size_t groups);

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] const RowGroup& operator[](std::size_t index) const { return groups_[index]; }
  [[nodiscard]] const Target& target(std::size_t index) const { return *targets_[index]; }
  [[nodiscard]] std::size_t skipped() const { return skipped_; }
  // Records of the batch that a later one of their key made needless, or that a truncate took away, by table; none is 0.
  [[nodiscard]] const std::map<const Target*, std::size_t>& folded() const { return folded_; }
  // Records that ask for nothing: tombstones behind delete events, truncates that are not enabled.
  [[nodiscard]] std::size_t passed_over() const { return passed_over_; }
  // Tables that are emptied before the first row is written.
  [[nodiscard]] const std::vector<Target*>& truncated() const { return truncated_; }

 private:
  // `errant` null: ahead of time.
  void fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows* errant, Order order);
  // The binding of a row, whose made values are filled in; null with a `fault`.
  [[nodiscard]] const Binding* bound(Target& target, Row& row, RowFault& fault);
  void truncate(Target& target);
  void note_folded(const Target& target, std::size_t rows);
  // Groups of tables that refer to one another: puts into the table referred to come first, deletes from it last.
  void order_by_references();
  [[nodiscard]] RowGroup& group_for(Target& target, const Binding* binding, Order order);
  // insert.mode=sql: all rows are one group, in the order of the records.
  void add_execution(Targets& targets, const Row& row, const Binding* binding);
  // Keyed modes: the rows of a table, as they came; folded into groups when all are here.
  [[nodiscard]] std::vector<BoundRow>& keyed_rows(Target* target, std::size_t most);
  void fold(Order order);
  // Order::of_records: what came so far is folded when this row is no neighbour of it.
  void end_run_before(const Target& target, const BoundRow& next);

  WriteRules rules_;
  Evolution* evolution_;
  Envelope envelope_;
  MadeValues made_;
  StatementRows statements_;
  std::vector<Target*> truncated_;
  std::vector<RowGroup> groups_;  // the first `used_` count; the rest is memory for later
  std::vector<Target*> targets_;
  std::map<const Binding*, std::size_t> index_;
  std::map<const Target*, std::size_t> latest_;  // group of a table that refers to itself
  std::size_t used_ = 0;
  std::size_t skipped_ = 0;
  std::size_t passed_over_ = 0;
  std::map<const Target*, std::size_t> folded_;
  std::map<const Target*, std::vector<Needless>> needless_;
  SortScratch* scratch_;
  bool is_ahead_ = false;
  std::map<Target*, std::vector<BoundRow>> keyed_;  // keyed modes: all rows by table, as they came; empty when none was folded
  const Binding* last_binding_ = nullptr;
  std::size_t last_group_ = 0;
};

}  // namespace sinkway::table
