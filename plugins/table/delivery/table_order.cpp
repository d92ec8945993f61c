#include "plugins/table/delivery/table_order.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

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

// The groups of one table, in their order, and how many of each kind are left.
struct Line {
  int rank = 0;
  std::vector<std::size_t> groups{};
  std::size_t done = 0;
  std::size_t puts = 0, removes = 0;

  [[nodiscard]] bool is_done() const { return done == groups.size(); }
  [[nodiscard]] std::size_t head() const { return groups[done]; }
  [[nodiscard]] bool may_put(std::span<const GroupPlace> places, const std::vector<Line>& lines) const {
    return !is_done() && places[head()].puts &&
           std::ranges::none_of(lines, [&](const Line& other) { return other.rank < rank && other.puts > 0; });
  }
  [[nodiscard]] bool may_remove(std::span<const GroupPlace> places, const std::vector<Line>& lines) const {
    return !is_done() && !places[head()].puts &&
           std::ranges::none_of(lines, [&](const Line& other) { return other.rank > rank && other.removes > 0; });
  }
  std::size_t take(std::span<const GroupPlace> places) {
    --(places[head()].puts ? puts : removes);
    return groups[done++];
  }
};

// By rank: tables referred to come first.
std::vector<Line> lines_of(std::span<const GroupPlace> places, std::span<const std::size_t> order) {
  std::vector<const Table*> tables;
  std::map<const Table*, Line> by_table;
  for (const std::size_t n : order) {
    Line& line = by_table[places[n].table];
    if (line.groups.empty()) tables.push_back(places[n].table);
    line.groups.push_back(n);
    ++(places[n].puts ? line.puts : line.removes);
  }
  const auto ranks = reference_ranks(tables);
  std::vector<Line> lines;
  for (const Table* table : tables) {
    lines.push_back(std::move(by_table[table]));
    lines.back().rank = ranks.at(table);
  }
  std::ranges::stable_sort(lines, {}, &Line::rank);
  return lines;
}

}  // namespace

std::map<const Table*, int> reference_ranks(std::span<const Table* const> tables) {
  Ranks ranks(tables);
  for (const Table* table : tables) (void)ranks.rank(*table);
  return ranks.take();
}

std::vector<std::size_t> writing_order(std::span<const GroupPlace> groups) {
  std::vector<std::size_t> by_wave(groups.size());
  std::iota(by_wave.begin(), by_wave.end(), std::size_t{0});
  std::ranges::stable_sort(by_wave, {}, [&](std::size_t n) { return std::pair(groups[n].wave, groups[n].puts); });
  std::vector<Line> lines = lines_of(groups, by_wave);
  std::vector<std::size_t> order;
  while (order.size() < groups.size()) {
    auto next = std::ranges::find_if(lines, [&](const Line& line) { return line.may_put(groups, lines); });
    if (next == lines.end()) {
      const auto last = std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) { return line.may_remove(groups, lines); });
      if (last != lines.rend()) next = std::prev(last.base());
    }
    if (next == lines.end())
      next = std::ranges::min_element(lines, {}, [&](const Line& line) { return line.is_done() ? UINT32_MAX : groups[line.head()].wave; });
    order.push_back(next->take(groups));
  }
  return order;
}

}  // namespace sinkway::table
