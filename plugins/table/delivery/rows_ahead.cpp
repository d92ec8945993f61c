#include "plugins/table/delivery/rows_ahead.hpp"

#include <exception>
#include <utility>

namespace sinkway::table {

RowsAhead::Forecast RowsAhead::forecast_of(const sinkway_batch& batch, const Targets& targets) {
  return {batch.sequence, batch.records, batch.record_count, targets.age()};
}

bool RowsAhead::fill(const sdk::Host& host, Targets& targets) noexcept {
  forecast_.reset();
  // Executions of statements are not sorted, and what has gathered since long is to be cleared away before the next batch.
  if (targets.is_statement() || targets.must_begin_batch()) return true;
  const sinkway_batch* const next = host.next_batch();
  if (next == nullptr) return false;
  try {
    targets.ask_nobody(true);
    rows_.fill_ahead(sdk::BatchView(*next), targets);
    forecast_ = forecast_of(*next, targets);
  } catch (const std::exception&) {
    // A record wants more than to be sorted: all is told when its turn has come.
  }
  targets.ask_nobody(false);
  return true;
}

RowsAhead::Taken RowsAhead::take(const sdk::BatchView& batch, const PositionBook* book, const Targets& targets, BatchRows& rows) {
  const auto forecast = std::exchange(forecast_, std::nullopt);
  if (!forecast) return Taken::none;
  if (*forecast != forecast_of(batch.raw(), targets)) return Taken::dropped;
  if (book != nullptr && !book->stands_before(batch)) return Taken::dropped;
  std::swap(rows_, rows);
  return Taken::used;
}

}  // namespace sinkway::table
