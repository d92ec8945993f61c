#include "plugins/table/rows/row_group.hpp"

#include <cstdint>
#include <utility>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/fetch_ahead.hpp"
#include "plugins/table/rows/key_order.hpp"

namespace sinkway::table {
namespace {

// Of larger groups one pair of neighbours in so many is looked at first. A prime, so that no rhythm of the rows escapes it.
constexpr std::size_t kSample = 61;

// A key with a null or with what cannot be encoded, which is reported when the row is, counts as empty.
std::vector<PlacedKey> keys_of(const RowGroup& group, ByteBuffer& bytes) {
  std::vector<PlacedKey> keys;
  keys.reserve(group.rows.size());
  for (std::size_t n = 0; n < group.rows.size(); ++n) {
    fetch_ahead(group.rows, n);
    const std::size_t begin = bytes.size();
    (void)put_key(*group.binding, group.rows[n], bytes);
    keys.push_back(last_key(bytes, begin, n));
  }
  return keys;
}

// Reading the keys of all rows takes as long as encoding them would: the server has nothing to do meanwhile.
bool seems_in_order(const RowGroup& group) {
  ByteBuffer one, next;
  std::size_t pairs = 0, descents = 0;
  for (std::size_t n = 1; n < group.rows.size(); n += kSample, ++pairs) {
    one.clear();
    next.clear();
    (void)put_key(*group.binding, group.rows[n - 1], one);
    (void)put_key(*group.binding, group.rows[n], next);
    descents += next.view(0) < one.view(0) ? 1 : 0;
  }
  return descents * kLongRun <= pairs;
}

}  // namespace

bool sort_by_key(RowGroup& group) {
  if (group.binding->identity.empty() || group.rows.size() < 2) return false;
  if (group.rows.size() > kLongRun * kSample && seems_in_order(group)) return false;
  ByteBuffer bytes;
  std::vector<PlacedKey> keys = keys_of(group, bytes);
  if (!sort_keys(keys, bytes)) return false;
  std::vector<Row> sorted;
  sorted.reserve(keys.size());
  for (const PlacedKey& key : keys) sorted.push_back(group.rows[key.row]);
  group.rows = std::move(sorted);
  return true;
}

}  // namespace sinkway::table
