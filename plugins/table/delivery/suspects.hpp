// Rows that a constraint of their table would refuse.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "plugins/table/delivery/isolation.hpp"
#include "plugins/table/rows/row_group.hpp"
#include "plugins/table/server/connection.hpp"
#include "plugins/table/statements/row_writers.hpp"

namespace sinkway::table {

// A server that refuses a statement names one row at most (COPY), of a foreign key none, since those are checked when the
// statement has ended. So all rows that its constraints refuse are looked for by one query over the columns of the constraints.
// It says who is under suspicion, no more: the server itself refuses a row or takes it.
class Suspects {
 public:
  // `writers` and `connection` outlive this.
  Suspects(RowWriters& writers, Connection& connection) : writers_(writers), connection_(connection) {}

  // Indexes in the batch of those records of the piece whose rows a foreign key (23503), a check (23514) or a unique index
  // (23505) would refuse, as `sqlstate` says, inside the open transaction. Empty also where it cannot be known: other
  // SQLSTATEs, tables that the role may not read or sees only parts of, constraints whose columns are not all bound, indexes of
  // expressions or of a part of the table, keys that come twice among the rows themselves, and rows of which the server picks
  // one by key. In a table that refers to itself those whose parents are bad in turn are found by the next question. Throws SinkError and what Connection throws. [writer-thread]
  [[nodiscard]] std::unordered_set<std::uint32_t> find(const RowGroup& group, const Piece& piece, std::string_view sqlstate);

 private:
  [[nodiscard]] std::unordered_set<std::uint32_t> ask(const RowGroup& group, const Piece& piece, const char* constraints);
  // The records whose numbers, from 1 and without those that cannot be encoded, `sql` answers when it is given these columns.
  [[nodiscard]] std::unordered_set<std::uint32_t> answered(const RowGroup& group, const Piece& piece, const Binding& columns,
                                                           const std::string& sql);

  RowWriters& writers_;
  Connection& connection_;
};

}  // namespace sinkway::table
