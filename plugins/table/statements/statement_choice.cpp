#include "plugins/table/statements/statement_choice.hpp"

#include <algorithm>

#include "plugins/table/rows/row_encoder.hpp"

namespace sinkway::table {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::copy: return "copy";
    case Method::arrays: return "arrays";
    case Method::optimistic_copy: return "optimistic_copy";
    case Method::staging: return "staging";
    case Method::pipeline: return "pipeline";
  }
  return "";
}

std::size_t staging_threshold(std::size_t copy_min_rows, std::chrono::microseconds round_trip) {
  constexpr std::size_t kRowsPerMicrosecond10 = 25, kMost = 50'000;
  const std::size_t more = static_cast<std::size_t>(std::max<long long>(round_trip.count(), 0)) * kRowsPerMicrosecond10 / 10;
  return std::max(copy_min_rows, std::min(copy_min_rows + more, kMost));
}

bool copy_is_allowed(const Table& table, const Binding& binding) {
  const bool plain = table.kind == TableKind::table || table.kind == TableKind::partitioned;
  if (!plain || table.has_rules || table.row_security) return false;
  return std::none_of(binding.columns.begin(), binding.columns.end(),
                      [](const BoundColumn& bound) { return bound.column->identity == Identity::always; });
}

Writer choose_writer(const RowGroup& group, std::size_t rows, std::size_t copy_min_rows) {
  if (rows < copy_min_rows || !copy_is_allowed(*group.table, *group.binding)) return Writer::arrays;
  return all_binary(*group.binding) ? Writer::copy_binary : Writer::copy_text;
}

}  // namespace sinkway::table
