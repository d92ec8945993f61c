#include "plugins/table/delivery/table_order.hpp"

#include <algorithm>
#include <cstdint>

namespace sinkway::table {
namespace {

class Ranks {
 public:
  explicit Ranks(std::span<const Table* const> tables) {
    for (const Table* table : tables) by_oid_[table->oid] = table;
  }

  int rank(const Table& table) {
    const auto [found, is_new] = ranks_.try_emplace(&table, 0);
    if (!is_new) return found->second;  // known, or on the way: a circle
    int highest = 0;
    for (const std::uint32_t oid : table.references) {
      const auto referred = by_oid_.find(oid);
      if (referred != by_oid_.end() && referred->second != &table) highest = std::max(highest, rank(*referred->second) + 1);
    }
    return ranks_[&table] = highest;
  }
  std::map<const Table*, int> take() { return std::move(ranks_); }

 private:
  std::map<std::uint32_t, const Table*> by_oid_;
  std::map<const Table*, int> ranks_;
};

}  // namespace

std::map<const Table*, int> reference_ranks(std::span<const Table* const> tables) {
  Ranks ranks(tables);
  for (const Table* table : tables) (void)ranks.rank(*table);
  return ranks.take();
}

}  // namespace sinkway::table
