// Rows into a table by key: arrays or a staging table merged, or COPY straight into the table when the keys may be new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "plugins/table/options/write_rules.hpp"
#include "plugins/table/statements/optimistic_copy.hpp"
#include "plugins/table/statements/row_writers.hpp"

namespace sinkway::table {

// How the rows of a keyed group went.
struct Merged {
  Written written;
  Method method = Method::arrays;
  bool fell_back = false;  // COPY into the table was tried and met an existing key
  std::optional<double> merge_seconds{};  // of the statement that merged; nothing: none did
};

// One for each task, for the life of its connection's settings. Throws what Connection throws. [writer-thread]
class StagedMerge {
 public:
  StagedMerge(const WriteRules& rules, RowWriters& writers) : rules_(rules), writers_(writers) {}

  // A transaction begins: no staging table holds rows.
  void begin() {
    filled_.clear();
    has_savepoint_ = false;
  }
  // Writes rows [begin, end) of a group inside the open transaction. `copy_min_rows`: from this many rows staging is
  // used. `may_try`: COPY into the table may be tried first, behind a savepoint.
  [[nodiscard]] Merged write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end,
                             std::size_t copy_min_rows, bool may_try);

  // The same in two steps, to find bad rows: COPY into a staging table with the constraints of the table, so that it names
  // the line that breaks one, as often as there are pieces; then one merge of what was accepted. `looks_for_rows`:
  // whether that pays and is allowed.
  [[nodiscard]] bool looks_for_rows(Connection& connection, const RowGroup& group);
  [[nodiscard]] Reply prepare_stage(Connection& connection, const RowGroup& group);
  [[nodiscard]] Written stage(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end);
  [[nodiscard]] Reply merge_stage(Connection& connection, const RowGroup& group);

  // COPY straight into the table of rows whose keys are taken for new. A key that exists is SQLSTATE 23505.
  [[nodiscard]] Written copy_new(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end);

  // Batches of a table until COPY into it is tried again.
  [[nodiscard]] std::size_t waiting(std::uint32_t oid) const {
    const auto found = optimism_.find(oid);
    return found == optimism_.end() ? 0 : found->second.waiting();
  }

 private:
  [[nodiscard]] bool takes_chance(const RowGroup& group, std::size_t rows, std::size_t copy_min_rows, bool may_try);
  // Nothing: a key exists, and the attempt was taken back.
  [[nodiscard]] std::optional<Written> try_copy(Connection& connection, const RowGroup& group, std::size_t begin,
                                                std::size_t end);
  void merge_arrays(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end, Merged& merged);
  void merge_staging(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end, Merged& merged);
  // Asked once a connection would do; the answer is kept, since privileges on the database seldom change.
  [[nodiscard]] bool may_stage(Connection& connection);

  const WriteRules& rules_;
  RowWriters& writers_;
  std::map<std::uint32_t, OptimisticCopy> optimism_;  // by oid of the table
  std::set<std::string> filled_;                      // staging tables of this transaction that may hold rows
  bool has_savepoint_ = false;                        // of an attempt in this transaction
  std::optional<bool> may_stage_;
};

}  // namespace sinkway::table
