// Rows whose foreign keys refer to nothing.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "plugins/table/delivery/isolation.hpp"
#include "plugins/table/rows/row_group.hpp"
#include "plugins/table/server/connection.hpp"
#include "plugins/table/statements/row_writers.hpp"

namespace sinkway::table {

// The server checks foreign keys when a statement has ended and names no row, so they are looked for by one query over the
// columns of the keys. It says who is under suspicion, no more: the server itself refuses a row or takes it.
class Orphans {
 public:
  // `writers` and `connection` outlive this.
  Orphans(RowWriters& writers, Connection& connection) : writers_(writers), connection_(connection) {}

  // Indexes in the batch of those records whose rows in the piece have no row to refer to, inside the open transaction.
  // Empty also where it cannot be known: tables referred to that the role may not read or sees only parts of, a table that
  // refers to itself, keys that are not wholly bound, and rows of which the server picks one by key. Throws SinkError and what
  // Connection throws. [writer-thread]
  [[nodiscard]] std::unordered_set<std::uint32_t> find(const RowGroup& group, const Piece& piece);

 private:
  [[nodiscard]] std::unordered_set<std::uint32_t> ask(const RowGroup& group, const Piece& piece);

  RowWriters& writers_;
  Connection& connection_;
};

}  // namespace sinkway::table
