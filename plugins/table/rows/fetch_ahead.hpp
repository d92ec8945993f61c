// Memory of rows asked for before their turn comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "plugins/table/rows/row.hpp"

namespace sinkway::table {

// Call it for each row `at` of a loop over `rows`, which are rows or have one, told by `row_of`. Rows that were sorted lie anywhere in the batch, and waiting for their
// memory costs several times what encoding them does (tests/bench/row_encoder_bench.cpp, copy_sorted_batch). The values of a
// row that is two steps away are asked for, and of one that is a step away, whose values are there by now, the texts.
// Inlined in any case: GCC takes a function that only prefetches for one without effect, and leaves out the call.
template <typename One, typename RowOf>
[[gnu::always_inline]] inline void fetch_ahead(std::span<One> rows, std::size_t at, RowOf row_of) {
  constexpr std::size_t kStep = 8;
  constexpr std::size_t kValuesInALine = 4;
  if (at + 2 * kStep >= rows.size()) return;
  const Row& far = row_of(rows[at + 2 * kStep]);
  __builtin_prefetch(&far.record->key);
  if (far.body != nullptr) {
    __builtin_prefetch(far.body);
    __builtin_prefetch(far.body->values + kValuesInALine);
  }
  const sinkway_struct* const near = row_of(rows[at + kStep]).body;
  if (near == nullptr) return;
  for (const sinkway_value* value = near->values; value != near->values + near->shape->field_count; ++value)
    if (value->tag >= SINKWAY_STRING) __builtin_prefetch(value->as.text);
}

[[gnu::always_inline]] inline void fetch_ahead(std::span<const Row> rows, std::size_t at) {
  fetch_ahead(rows, at, [](const Row& row) -> const Row& { return row; });
}

}  // namespace sinkway::table
