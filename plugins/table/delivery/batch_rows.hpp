// The records of a batch sorted into the tables and columns they go to.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/errant_rows.hpp"
#include "plugins/table/delivery/position_book.hpp"
#include "plugins/table/delivery/targets.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// The groups of one put, in the order in which their first records came. Memory is kept from put to put.
// [writer-thread]
class BatchRows {
 public:
  // Records below the position of their partition are left out (`book` null: none are), bad ones are reported. The
  // groups are in the order in which they are to be written: by primary key where the table has one. Throws
  // TableChanged and DataError.
  void fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows& errant);
  // Takes records out that were reported since.
  void drop(const ErrantRows& errant);

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] const RowGroup& operator[](std::size_t index) const { return groups_[index]; }
  [[nodiscard]] const Target& target(std::size_t index) const { return *targets_[index]; }
  [[nodiscard]] std::size_t skipped() const { return skipped_; }

 private:
  [[nodiscard]] RowGroup& group_for(Target& target, const Binding* binding);

  std::vector<RowGroup> groups_;  // the first `used_` count; the rest is memory for later
  std::vector<Target*> targets_;
  std::map<const Binding*, std::size_t> index_;
  std::size_t used_ = 0;
  std::size_t skipped_ = 0;
  const Binding* last_binding_ = nullptr;
  std::size_t last_group_ = 0;
};

}  // namespace sinkway::table
