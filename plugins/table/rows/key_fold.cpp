#include "plugins/table/rows/key_fold.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "plugins/table/rows/fetch_ahead.hpp"

namespace sinkway::table {
namespace {

// Slots, and rows in the order of their keys, lie anywhere: they are asked for this many rows ahead.
constexpr std::size_t kFetchAhead = 16;

// Whether nothing of an earlier put of the same row would be left after a later one.
bool covers(const Binding& later, const Binding& earlier) {
  if (&later == &earlier) return true;
  return std::all_of(earlier.columns.begin(), earlier.columns.end(), [&](const BoundColumn& bound) {
    return std::any_of(later.columns.begin(), later.columns.end(),
                       [&](const BoundColumn& other) { return other.column == bound.column; });
  });
}

bool covers_table(const Binding& binding, const Table& table) {
  return std::all_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    return column.generated || std::any_of(binding.columns.begin(), binding.columns.end(), [&](const BoundColumn& bound) {
             return bound.column == &column;
           });
  });
}

// Runs of rows with the same columns and operation, in order: what is equal the server knows. Where it is to put no row in the place of
// another each is a run.
Folded in_runs(std::span<const BoundRow> rows, const Table& table, KeyFold::Replaces replaces) {
  Folded answer;
  for (const BoundRow& one : rows) {
    const bool goes_on = replaces == KeyFold::Replaces::yes && !answer.groups.empty() && answer.groups.back().binding == one.binding &&
                         answer.groups.back().operation == one.row.operation;
    if (!goes_on) answer.groups.push_back({&table, one.binding, {}, one.row.operation,
                                          static_cast<std::uint32_t>(answer.groups.size()), true});
    answer.groups.back().rows.push_back(one.row);
  }
  return answer;
}

bool bytes_tell_keys(std::span<const BoundRow> rows) {
  const Binding* last = nullptr;
  for (const BoundRow& one : rows) {
    if (one.binding == last) continue;
    last = one.binding;
    for (const std::size_t position : last->identity)
      if (!bytes_tell_equality(last->columns[position])) return false;
  }
  return true;
}

}  // namespace

bool may_share_key(const BoundRow& one, std::span<const Row> others, const Binding& binding) {
  if (others.empty()) return false;
  if (!bytes_tell_keys(std::array{one, BoundRow{others.front(), &binding}})) return true;
  ByteBuffer key, other;
  if (!put_key(*one.binding, one.row, key)) return false;
  return std::ranges::any_of(others, [&](const Row& row) {
    other.clear();
    return put_key(binding, row, other) && other.view(0) == key.view(0);
  });
}

bool bytes_tell_equality(const BoundColumn& bound) {
  if (!bound.column->rounded_type.empty()) return false;  // what differs may be the same once it is stored
  switch (bound.type.encoding) {
    case Encoding::boolean:
    case Encoding::int2:
    case Encoding::int4:
    case Encoding::int8:
    case Encoding::oid:
    case Encoding::bytea:
    case Encoding::uuid:
    case Encoding::date:
    case Encoding::time:
    case Encoding::timestamp:
    case Encoding::timestamptz:
      return true;
    case Encoding::text:
      return bound.column->deterministic &&
             (bound.column->base_type == oid::kText || bound.column->base_type == oid::kVarchar ||
              bound.column->type_class == TypeClass::enumeration);
    case Encoding::float4:  // 0 and -0
    case Encoding::float8:
    case Encoding::numeric:
    case Encoding::jsonb:
    case Encoding::array:
    case Encoding::text_only:
      return false;
  }
  return false;
}

KeyFold::Verdict KeyFold::verdict(const BoundRow& earlier, const BoundRow& later, const Table& table,
                                  const WriteRules& rules) {
  const bool was_put = earlier.row.operation == Operation::put;
  const bool soft = !rules.soft_delete_column.empty();
  if (later.row.operation == Operation::remove) return was_put && soft ? Verdict::follows : Verdict::replaces;
  switch (rules.mode) {
    case InsertMode::sql:
    case InsertMode::insert:
      return Verdict::follows;  // after a put the server refuses it, and rightly
    case InsertMode::insert_ignore:
      return was_put ? Verdict::is_needless : Verdict::follows;
    case InsertMode::upsert_if_newer:
      return Verdict::follows;
    case InsertMode::update:
      return was_put && covers(*later.binding, *earlier.binding) ? Verdict::replaces : Verdict::follows;
    case InsertMode::upsert:
    case InsertMode::merge:
      break;
  }
  if (was_put) return covers(*later.binding, *earlier.binding) ? Verdict::replaces : Verdict::follows;
  return soft || covers_table(*later.binding, table) ? Verdict::replaces : Verdict::follows;
}

void KeyFold::read_keys(std::span<const BoundRow> rows) {
  keys_.clear();
  placed_.clear();
  placed_.reserve(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    fetch_ahead(rows, n, [](const BoundRow& one) -> const Row& { return one.row; });
    Placed& placed = placed_.emplace_back();
    const std::size_t begin = keys_.size();
    placed.has_key = put_key(*rows[n].binding, rows[n].row, keys_);
    placed.key = last_key(keys_, begin, n);
    if (placed.has_key) placed.hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(keys_.view(begin)));
  }
  slots_.assign(std::bit_ceil(rows.size() * 2 + 1), 0);
}

std::uint32_t& KeyFold::slot_of(std::uint32_t index) {
  const auto key_of = [&](const Placed& placed) {
    return std::string_view(keys_.data() + placed.key.begin, placed.key.end - placed.key.begin);
  };
  const std::string_view key = key_of(placed_[index]);
  const std::uint32_t hash = placed_[index].hash;
  for (std::size_t at = hash;; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0 || (placed_[slot - 1].hash == hash && key_of(placed_[slot - 1]) == key)) return slot;
  }
}

void KeyFold::place(std::span<const BoundRow> rows, std::uint32_t index, const Table& table, const WriteRules& rules, Replaces replaces) {
  if (replaces == Replaces::no && index > 0) placed_[index].wave = placed_[index - 1].wave;
  if (!placed_[index].has_key) return;
  std::uint32_t& slot = slot_of(index);
  if (slot != 0) {
    Placed& earlier = placed_[slot - 1];
    placed_[index].wave = std::max(placed_[index].wave, earlier.wave);
    switch (replaces == Replaces::no ? Verdict::follows : verdict(rows[slot - 1], rows[index], table, rules)) {
      case Verdict::replaces:
        earlier.needless = true;
        earlier.by = index;
        break;
      case Verdict::is_needless:
        placed_[index].needless = true;
        placed_[index].by = slot - 1;
        return;
      case Verdict::follows:
        placed_[index].wave = std::max(placed_[index].wave, earlier.wave + 1);
        break;
    }
  }
  slot = index + 1;
}

Folded KeyFold::grouped(std::span<const BoundRow> rows, const Table& table, Replaces replaces) const {
  Folded answer;
  using Place = std::tuple<std::uint32_t, bool, std::size_t, const Binding*>;  // bindings as they came, whatever their addresses are
  std::map<const Binding*, std::size_t> turns;
  std::map<Place, std::vector<PlacedKey>> groups;
  std::vector<PlacedKey>* last = nullptr;
  Place last_place{};
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto& [row, binding] = rows[n];
    if (placed_[n].needless) {
      answer.needless.push_back({row.index, rows[placed_[n].by].row.index});
      continue;
    }
    const bool is_like_last = last != nullptr && binding == std::get<3>(last_place);
    const std::size_t turn = is_like_last ? std::get<2>(last_place) : turns.try_emplace(binding, turns.size()).first->second;
    const Place place(placed_[n].wave, row.operation == Operation::put, turn, binding);
    if (last == nullptr || place != last_place) {
      last = &groups[place];
      last_place = place;
      if (groups.size() == 1) last->reserve(rows.size());  // one group is the rule
    }
    last->push_back(placed_[n].key);
  }
  for (auto& [place, members] : groups) {
    if (replaces == Replaces::yes) (void)sort_keys(members, keys_);
    const auto operation = std::get<1>(place) ? Operation::put : Operation::remove;
    RowGroup& group = answer.groups.emplace_back(RowGroup{&table, std::get<3>(place), {}, operation, std::get<0>(place), false});
    group.rows.reserve(members.size());
    for (std::size_t n = 0; n < members.size(); ++n) {
      if (n + kFetchAhead < members.size()) __builtin_prefetch(&rows[members[n + kFetchAhead].row]);
      group.rows.push_back(rows[members[n].row].row);
    }
  }
  return answer;
}

Folded KeyFold::fold(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules, Replaces replaces) {
  // A newer row wins whatever its place in the batch: only the server can compare.
  if (rules.mode == InsertMode::upsert_if_newer || !bytes_tell_keys(rows)) return in_runs(rows, table, replaces);
  if (!table.refers_to_itself()) return fold_part(rows, table, rules, replaces);
  Folded all;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const auto goes_on = [&](const BoundRow& one) {
      return one.row.operation == rows[begin].row.operation && one.binding == rows[begin].binding;
    };
    while (end < rows.size() && goes_on(rows[end])) ++end;
    Folded part = fold_part(rows.subspan(begin, end - begin), table, rules, replaces);
    const std::uint32_t wave = all.groups.empty() ? 0 : all.groups.back().wave + 1;
    for (RowGroup& group : part.groups) {
      group.wave += wave;
      all.groups.push_back(std::move(group));
    }
    all.needless.insert(all.needless.end(), part.needless.begin(), part.needless.end());
  }
  return all;
}

Folded KeyFold::fold_part(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules, Replaces replaces) {
  read_keys(rows);
  for (std::uint32_t index = 0; index < rows.size(); ++index) {
    if (index + kFetchAhead < rows.size()) __builtin_prefetch(&slots_[placed_[index + kFetchAhead].hash & (slots_.size() - 1)], 1);
    place(rows, index, table, rules, replaces);
  }
  return grouped(rows, table, replaces);
}

}  // namespace sinkway::table
