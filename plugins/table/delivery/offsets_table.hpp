// The table of positions in the target database: acquire, compare and advance, reclaim.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plugins/table/delivery/own_table.hpp"
#include "plugins/table/delivery/position_book.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// What ACQUIRE answers: where to read on, and the number of this owner.
struct Acquired {
  std::int64_t next_offset = 0;
  std::int64_t epoch = 0;
};

// The rows of one connector. Every row lock is taken in the order (topic, partition), so tasks never deadlock here. The
// argument that the protocol applies each record once is in distributed.md 3. All members [writer-thread]; they throw
// SinkError, WireLost and WireCancelled and want an open connection outside a transaction.
class OffsetsTable {
 public:
  // `owner`: who we are, for a person that looks at the table. `connection` outlives this.
  OffsetsTable(const TableOptions& options, Connection& connection, std::string owner);

  // What the table is, and how it is made.
  [[nodiscard]] static OwnTablePlan plan(const TableName& name);
  // Finds the table, or makes it in the first schema of the search path that allows it. Once for each connection is
  // enough.
  void prepare();
  // Takes a partition over: its epoch grows by one, so that the owner before us fails from now on. A predecessor that
  // holds the row in an open transaction for longer than 2 s is frozen: its server process is ended (by pid and moment
  // of start). With offsets.start=db a partition without a row is a FatalError.
  [[nodiscard]] Acquired acquire(std::string_view topic, std::int32_t partition, std::int64_t host_start);
  // Begins a transaction whose first statement locks the rows, compares, and moves them; `copy` as in Connection::begin.
  // The answer holds the number of rows moved; fewer than `advances` means that another owner has been here, and the
  // transaction must be rolled back.
  [[nodiscard]] Reply begin_advancing(std::span<const Advance> advances, const std::string& copy);
  // After a lost COMMIT: where the row stands, if it is still ours. Waits for the lost transaction's end, so the answer
  // is final.
  [[nodiscard]] std::optional<std::int64_t> reclaim(const Advance& advance);

 private:
  // Runs a statement that waits for a row lock in a transaction of its own; ends a frozen holder once.
  [[nodiscard]] Reply run_locking(const std::string& sql, std::span<const Parameter> parameters, std::string_view topic,
                                  std::int32_t partition);
  [[nodiscard]] bool end_holder(std::string_view topic, std::int32_t partition);
  [[noreturn]] void refuse(const Reply& reply, const std::string& what) const;

  std::string connector_;
  TableName wanted_;
  bool known_only_;  // offsets.start=db
  Connection& connection_;
  std::string owner_;
  std::string table_;  // quoted, with its schema; empty: not prepared
};

}  // namespace sinkway::table
