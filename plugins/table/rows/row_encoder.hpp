// Rows into the forms of COPY.
#pragma once

#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_group.hpp"

namespace sinkway::table {

enum class CopyFormat { binary, text };

// True when every bound column has a binary form.
[[nodiscard]] bool all_binary(const Binding& binding);

// Appends one row of a COPY. False: the row is at fault, nothing was appended, `fault` says why.
[[nodiscard]] bool append_row(const Binding& binding, const Row& row, CopyFormat format, ByteBuffer& out,
                              RowFault& fault);

// What comes before the first and after the last row of a COPY; empty for text (PostgreSQL manual, COPY, Binary
// Format).
[[nodiscard]] std::string_view copy_header(CopyFormat format);
[[nodiscard]] std::string_view copy_trailer(CopyFormat format);

}  // namespace sinkway::table
