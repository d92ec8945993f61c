#include "plugins/table/rows/key_fold.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

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

// Appends the key of a row. False: some part is null or cannot be encoded, so that it equals no other.
bool put_key(const BoundRow& bound, ByteBuffer& out) {
  sinkway_value scratch;
  for (const std::size_t position : bound.binding->identity) {
    const BoundColumn& column = bound.binding->columns[position];
    const sinkway_value& value = value_of(column, bound.row, scratch);
    const std::size_t start = out.size();
    out.put32(0);
    if (is_null(value) || encode(value, column.type, out) != Fault::none) return false;
    out.set32(start, static_cast<std::uint32_t>(out.size() - start - sizeof(std::uint32_t)));
  }
  return !bound.binding->identity.empty();
}

class Folder {
 public:
  Folder(const Table& table, const WriteRules& rules, std::size_t size) : table_(table), rules_(rules) {
    rows_.reserve(size);
    last_.reserve(size);
  }

  void add(const BoundRow& row, const std::string_view* key) {
    if (key == nullptr) return place(row, 0);
    const auto [found, is_new] = last_.emplace(*key, 0);
    if (is_new) {
      found->second = rows_.size();
      return place(row, 0);
    }
    Placed& earlier = rows_[found->second];
    std::size_t wave = earlier.wave;
    switch (verdict(earlier.bound, row)) {
      case Verdict::replaces:
        earlier.needless = true;
        break;
      case Verdict::is_needless:
        return place(row, wave, true);
      case Verdict::follows:
        ++wave;
        break;
    }
    found->second = rows_.size();
    place(row, wave);
  }

  // Groups in the order of the waves; inside a wave deletes come first, since they may free what others need.
  [[nodiscard]] Folded folded() const {
    Folded answer;
    std::map<std::tuple<std::size_t, bool, const Binding*>, std::size_t> groups;
    std::vector<const Placed*> order;
    for (const Placed& one : rows_) {
      if (one.needless)
        answer.needless.push_back(one.bound.row.index);
      else
        order.push_back(&one);
    }
    std::stable_sort(order.begin(), order.end(), [](const Placed* a, const Placed* b) {
      return std::pair(a->wave, a->is_put()) < std::pair(b->wave, b->is_put());
    });
    for (const Placed* one : order) {
      const auto [found, is_new] = groups.emplace(std::tuple(one->wave, one->is_put(), one->bound.binding),
                                                  answer.groups.size());
      if (is_new) answer.groups.push_back({&table_, one->bound.binding, {}, one->bound.row.operation, false});
      answer.groups[found->second].rows.push_back(one->bound.row);
    }
    return answer;
  }

 private:
  enum class Verdict { replaces, is_needless, follows };
  struct Placed {
    BoundRow bound;
    std::size_t wave = 0;
    bool needless = false;
    [[nodiscard]] bool is_put() const { return bound.row.operation == Operation::put; }
  };

  void place(const BoundRow& row, std::size_t wave, bool needless = false) { rows_.push_back({row, wave, needless}); }

  // What the later of two rows of one key does to the earlier.
  [[nodiscard]] Verdict verdict(const BoundRow& earlier, const BoundRow& later) const {
    const bool was_put = earlier.row.operation == Operation::put;
    const bool soft = !rules_.soft_delete_column.empty();
    if (later.row.operation == Operation::remove) return was_put && soft ? Verdict::follows : Verdict::replaces;
    switch (rules_.mode) {
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
    return soft || covers_table(*later.binding, table_) ? Verdict::replaces : Verdict::follows;
  }

  const Table& table_;
  const WriteRules& rules_;
  std::vector<Placed> rows_;
  std::unordered_map<std::string_view, std::size_t> last_;  // key to its last row
};

// Runs of rows with the same columns and operation, in order: what is equal the server knows.
Folded in_runs(std::span<const BoundRow> rows, const Table& table) {
  Folded answer;
  for (const BoundRow& one : rows) {
    const bool goes_on = !answer.groups.empty() && answer.groups.back().binding == one.binding &&
                         answer.groups.back().operation == one.row.operation;
    if (!goes_on) answer.groups.push_back({&table, one.binding, {}, one.row.operation, true});
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

bool bytes_tell_equality(const BoundColumn& bound) {
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
    case Encoding::text_only:
      return false;
  }
  return false;
}

Folded fold_keys(std::span<const BoundRow> rows, const Table& table, const WriteRules& rules) {
  // A newer row wins whatever its place in the batch: only the server can compare.
  if (rules.mode == InsertMode::upsert_if_newer || !bytes_tell_keys(rows)) return in_runs(rows, table);
  Folder folder(table, rules, rows.size());
  ByteBuffer keys;
  struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool has_key = false;
  };
  std::vector<Place> places;
  places.reserve(rows.size());
  for (const BoundRow& one : rows) {
    const std::size_t begin = keys.size();
    const bool has_key = put_key(one, keys);
    places.push_back({begin, keys.size(), has_key});
  }
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const std::string_view key(keys.data() + places[n].begin, places[n].end - places[n].begin);
    folder.add(rows[n], places[n].has_key ? &key : nullptr);
  }
  return folder.folded();
}

}  // namespace sinkway::table
