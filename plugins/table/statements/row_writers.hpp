// COPY and unnest: the two ways of rows into a table.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/rows/column_arrays.hpp"
#include "plugins/table/rows/row_encoder.hpp"
#include "plugins/table/rows/row_group.hpp"
#include "plugins/table/server/connection.hpp"
#include "plugins/table/server/copy_place.hpp"
#include "plugins/table/statements/statement_choice.hpp"

namespace sinkway::table {

// How one statement went.
struct Written {
  Reply reply;                      // the server's answer; ok also when no row was left to send
  std::vector<RowFault> faults;     // rows that were left out, found by the encoder
  std::vector<std::size_t> skipped; // their positions in the group, ascending
  std::optional<std::size_t> execution{};  // the one that the reply refuses, from 1, where rows are executed one by one
  CopyPlace copy{};                        // where the reply refuses a COPY

  // The position in the group of the line that COPY names (from 1): lines count the rows that were sent.
  [[nodiscard]] std::optional<std::size_t> row_of_line(std::size_t begin, std::optional<std::size_t> line) const;
  // The position in the group of the row that the reply is about, where the server names one.
  [[nodiscard]] std::optional<std::size_t> bad_row(std::size_t begin) const {
    return row_of_line(begin, execution ? execution : copy.line);
  }
};

// Keeps its buffers between calls. One for each task. Throws what Connection throws. [writer-thread]
class RowWriters {
 public:
  // Writes rows [begin, end) of the group inside the open transaction. Rows that cannot be encoded are left out and
  // named; the rest is sent while it is encoded, a chunk at a time, so that client and server work side by side.
  [[nodiscard]] Written write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end,
                              Writer writer);

  // The statement that a COPY of this group begins with, for Connection::begin; empty when `writer` is none.
  [[nodiscard]] static std::string copy_text(const RowGroup& group, Writer writer);

  // The same into anywhere: `sql` starts a COPY of the columns of `binding`, or takes one array for each of them.
  struct CopyInto {
    std::string_view relation;  // bare name, as the server's errors have it
    const std::string& sql;
  };
  [[nodiscard]] Written copy(Connection& connection, const RowGroup& group, const Binding& binding, std::size_t begin,
                             std::size_t end, CopyFormat format, CopyInto into);
  [[nodiscard]] Written arrays(Connection& connection, const RowGroup& group, const Binding& binding,
                               std::size_t begin, std::size_t end, const std::string& sql);

 private:
  ByteBuffer chunk_;
  ColumnArrays arrays_;
};

}  // namespace sinkway::table
