// The rows of the batch that comes next, sorted while the server is busy with those of the one before.
#pragma once

#include <cstdint>
#include <optional>

#include "plugins/sdk/cpp/host.hpp"
#include "plugins/sdk/cpp/record.hpp"
#include "plugins/table/delivery/batch_rows.hpp"
#include "plugins/table/delivery/position_book.hpp"
#include "plugins/table/delivery/targets.hpp"

namespace sinkway::table {

// Sorting 50,000 rows by table and key takes 6 ms, which the server would wait for (decision 0020). Only a saving: whatever is not
// plain about the batch to come, nothing is kept, and it is sorted when its turn has come. [writer-thread]
class RowsAhead {
 public:
  // As BatchRows.
  RowsAhead(const TableOptions& options, SortScratch& scratch, Evolution* evolution) : rows_(options, scratch, evolution) {}

  // Sorts the batch that the host says is next. During put; asks and tells nobody else. False: there is none yet.
  [[nodiscard]] bool fill(const sdk::Host& host, Targets& targets) noexcept;
  // What becomes of the rows; none: there are none.
  enum class Taken { none, used, dropped };
  // Gives the rows of this batch away, if they are here and nothing has changed since, else drops them, whatever batch they are of: the
  // bindings that they use may be cleared away by the next fill(). `book` null: no positions are kept.
  [[nodiscard]] Taken take(const sdk::BatchView& batch, const PositionBook* book, const Targets& targets, BatchRows& rows);

 private:
  // What the rows were sorted for.
  struct Forecast {
    std::uint64_t sequence = 0;
    const sinkway_record* records = nullptr;
    std::size_t record_count = 0;
    std::uint64_t targets_age = 0;
    bool operator==(const Forecast&) const = default;
  };
  [[nodiscard]] static Forecast forecast_of(const sinkway_batch& batch, const Targets& targets);

  BatchRows rows_;
  std::optional<Forecast> forecast_;
};

}  // namespace sinkway::table
