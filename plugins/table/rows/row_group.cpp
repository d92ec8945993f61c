#include "plugins/table/rows/row_group.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace sinkway::table {
namespace {

enum class Order { less, equal, greater };

Order ordered(bool less, bool greater) { return less ? Order::less : greater ? Order::greater : Order::equal; }

// Any total order does: what counts is that neighbours in it are neighbours in the index.
Order compare(const sinkway_value& a, const sinkway_value& b) {
  if (a.tag != b.tag) return ordered(a.tag < b.tag, a.tag > b.tag);
  switch (a.tag) {
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return ordered(a.as.number < b.as.number, a.as.number > b.as.number);
    case SINKWAY_STRING:
    case SINKWAY_BYTES:
    case SINKWAY_DECIMAL: {
      const int order = std::string_view(a.as.text, a.length).compare({b.as.text, b.length});
      return ordered(order < 0, order > 0);
    }
    case SINKWAY_NULL:
    case SINKWAY_ABSENT: return Order::equal;
    default: return ordered(a.as.integer < b.as.integer, a.as.integer > b.as.integer);
  }
}

// The first bytes of a value as a number that orders like it; equal for values that begin alike.
std::uint64_t prefix_of(const sinkway_value& value) {
  switch (value.tag) {
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: {
      const auto bits = std::bit_cast<std::uint64_t>(value.as.number);
      return bits >> 63 ? ~bits : bits | std::uint64_t{1} << 63;
    }
    case SINKWAY_STRING:
    case SINKWAY_BYTES:
    case SINKWAY_DECIMAL: {
      std::uint64_t prefix = 0;
      if (value.length > 0) std::memcpy(&prefix, value.as.text, std::min<std::size_t>(value.length, sizeof prefix));
      return __builtin_bswap64(prefix);
    }
    case SINKWAY_NULL:
    case SINKWAY_ABSENT: return 0;
    default: return static_cast<std::uint64_t>(value.as.integer) ^ std::uint64_t{1} << 63;
  }
}

// A row with the beginning of its first key column: nearly every comparison ends there.
struct Keyed {
  std::uint64_t prefix;
  Row row;
};

bool less(const Binding& binding, const Keyed& a, const Keyed& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  sinkway_value left, right;
  for (const std::size_t at : binding.key) {
    const BoundColumn& column = binding.columns[at];
    const Order order = compare(value_of(column, *a.row.record, left), value_of(column, *b.row.record, right));
    if (order != Order::equal) return order == Order::less;
  }
  return false;
}

// Neighbours that stand the wrong way round: a few are runs of several partitions behind each other, which the server takes well.
bool is_nearly_sorted(const Binding& binding, const std::vector<Keyed>& rows) {
  const std::size_t tolerated = rows.size() / 1'000;
  std::size_t wrong = 0;
  for (std::size_t n = 1; n < rows.size(); ++n)
    if (less(binding, rows[n], rows[n - 1]) && ++wrong > tolerated) return false;
  return true;
}

}  // namespace

bool sort_by_key(RowGroup& group) {
  const Binding& binding = *group.binding;
  if (binding.key.empty() || group.rows.size() < 2) return false;
  const BoundColumn& first = binding.columns[binding.key.front()];
  std::vector<Keyed> keyed;
  keyed.reserve(group.rows.size());
  sinkway_value scratch;
  for (const Row& row : group.rows) keyed.push_back({prefix_of(value_of(first, *row.record, scratch)), row});
  if (is_nearly_sorted(binding, keyed)) return false;
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) { return less(binding, a, b); });
  std::transform(keyed.begin(), keyed.end(), group.rows.begin(), [](const Keyed& one) { return one.row; });
  return true;
}

}  // namespace sinkway::table
