#include "plugins/table/server/catalog.hpp"

#include <algorithm>
#include <set>

#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {

const Column* find_column(const Table& table, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Column& column : table.columns) names.emplace_back(column.name);
  const auto found = find_name(names, name);
  return found ? &table.columns[*found] : nullptr;
}

bool has_unique_key(const Table& table, const std::vector<std::string>& columns) {
  using Names = std::set<std::string_view>;
  const Names wanted(columns.begin(), columns.end());
  return std::ranges::any_of(table.unique_keys, [&](const auto& key) { return Names(key.begin(), key.end()) == wanted; });
}

}  // namespace sinkway::table
