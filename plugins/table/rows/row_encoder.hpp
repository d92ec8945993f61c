// Rows into the forms that PostgreSQL takes: COPY BINARY, COPY text, arrays for unnest.
#pragma once

#include <string_view>
#include <vector>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

enum class CopyFormat { binary, text };

// True when every bound column has a binary form.
[[nodiscard]] bool all_binary(const Binding& binding);

// Appends one row of a COPY. False: the row is at fault, nothing was appended, `fault` says why.
[[nodiscard]] bool append_row(const Binding& binding, const Row& row, CopyFormat format, ByteBuffer& out, RowFault& fault);

// What comes before the first and after the last row of a COPY; empty for text (PostgreSQL manual, COPY, Binary Format).
[[nodiscard]] std::string_view copy_header(CopyFormat format);
[[nodiscard]] std::string_view copy_trailer(CopyFormat format);

// The arrays of one INSERT ... SELECT unnest(...): one for each column, in binary form; text_only columns as arrays of text.
class ColumnArrays {
 public:
  // Starts anew for these columns.
  void begin(const Binding& binding);
  // Appends one row to every array. False: the row is at fault, no array has changed.
  [[nodiscard]] bool append(const Row& row, RowFault& fault);
  // Puts the numbers of elements in; afterwards the arrays can be sent.
  void end();
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::string_view array(std::size_t column) const { return arrays_[column].view(); }
  // OIDs: of the array parameter's type to send it as (0: let the cast in the statement decide).
  [[nodiscard]] std::size_t columns() const { return binding_->columns.size(); }

 private:
  const Binding* binding_ = nullptr;
  std::vector<ByteBuffer> arrays_;
  std::vector<std::size_t> starts_;
  std::vector<bool> has_null_;
  std::size_t rows_ = 0;
};

}  // namespace sinkway::table
