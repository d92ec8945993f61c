// Rows that a constraint of their table would refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "plugins/table/delivery/isolation.hpp"
#include "plugins/table/rows/row_group.hpp"
#include "plugins/table/server/connection.hpp"
#include "plugins/table/statements/row_writers.hpp"
#include "plugins/table/statements/suspects_sql.hpp"

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
  // one by key. In a table that refers to itself those whose parents are bad in turn are found by the next question. Throws SinkError
  // and what Connection throws. [writer-thread]
  //
  // as_before: by the constraints that were read for the question before, if it was for the same columns. Rows may still be refused then,
  // of which the question that follows is to be asked anew, and of rows that are not refused forget() is to be told.
  enum class Asking { anew, as_before };
  [[nodiscard]] std::unordered_set<std::uint32_t> find(const RowGroup& group, const Piece& piece, std::string_view sqlstate,
                                                       Asking asking = Asking::anew);
  // The constraints of this table are read again for the next question.
  void forget(std::uint32_t oid) { known_.erase(oid); }

 private:
  // What the catalog says of one kind of them: foreign keys, or conditions about the row `s`. No columns: there is none.
  struct Constraints {
    std::string sqlstate;
    std::string bound;  // names of the bound columns, as an array
    std::vector<Reference> references{};
    std::vector<std::string> conditions{};
    std::set<std::string, std::less<>> columns{};  // that are needed to ask
  };

  [[nodiscard]] Constraints read(std::uint32_t oid, std::string_view sqlstate, std::string bound);
  [[nodiscard]] std::unordered_set<std::uint32_t> ask(const RowGroup& group, const Piece& piece, const Constraints& constraints);
  void set_savepoint(const std::string& settings);
  void go_back();
  void require(const Reply& reply, const char* what);
  // The records whose numbers, from 1 and without those that cannot be encoded, `sql` answers when it is given these columns.
  [[nodiscard]] std::unordered_set<std::uint32_t> answered(const RowGroup& group, const Piece& piece, const Binding& columns,
                                                           const std::string& sql);

  RowWriters& writers_;
  Connection& connection_;
  std::map<std::uint32_t, Constraints> known_;  // by oid of the table, over transactions
};

}  // namespace sinkway::table
