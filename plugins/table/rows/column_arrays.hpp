// Rows into arrays, one for each column, as parameters of INSERT ... SELECT unnest(...).
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

// In PostgreSQL's binary form of arrays; what has no binary form, and what is text anyway, as arrays of text. Columns
// that are arrays themselves, too: arrays of arrays would be one array of two dimensions. Memory is
// kept when it begins anew. [writer-thread]
class ColumnArrays {
 public:
  // Starts anew for these columns.
  void begin(const Binding& binding);
  // Appends one row to every array. False: the row is at fault, no array has changed.
  [[nodiscard]] bool append(const Row& row, RowFault& fault);
  // Puts the numbers of elements in; afterwards the arrays can be sent.
  void end();

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return binding_->columns.size(); }
  [[nodiscard]] std::string_view array(std::size_t column) const { return arrays_[column].view(); }

 private:
  void take_types();

  const Binding* binding_ = nullptr;
  std::vector<const ColumnType*> types_;
  std::deque<ColumnType> literals_;  // of the columns that are arrays: as text
  std::vector<ByteBuffer> arrays_;
  std::vector<std::size_t> starts_;
  std::vector<bool> has_null_;
  std::size_t rows_ = 0;
};

}  // namespace sinkway::table
