#include "plugins/table/rows/row_group.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/fetch_ahead.hpp"
#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

// Runs that are longer than this on average are in order enough: sorting would cost more than it brings.
constexpr std::size_t kLongRun = 256;

// Of larger groups one pair of neighbours in so many is looked at first. A prime, so that no rhythm of the rows escapes it.
constexpr std::size_t kSample = 61;

// Fewer keys than this are compared: counting their bytes would cost more.
constexpr std::size_t kFewKeys = 1'024;

// A row and where its key lies; the first bytes beside it, since they decide nearly every comparison.
struct Keyed {
  std::uint64_t first_bytes;
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t row;
};

void put_key(const Binding& binding, const Row& row, ByteBuffer& keys) {
  sinkway_value scratch;
  for (const std::size_t position : binding.identity) {
    const BoundColumn& bound = binding.columns[position];
    const sinkway_value& value = value_of(binding, bound, row, scratch);
    const std::size_t start = keys.size();
    // A value that cannot be encoded is reported when the row is; here it counts as empty.
    if (value.tag > SINKWAY_NULL && encode(value, bound.type, keys) != Fault::none) keys.truncate(start);
    if (position != binding.identity.back()) keys.put8(0);
  }
}

std::uint64_t first_bytes(std::string_view key) {
  unsigned char bytes[sizeof(std::uint64_t)] = {};
  std::copy_n(key.data(), std::min(key.size(), sizeof bytes), bytes);
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  return number;
}

std::vector<Keyed> keys_of(const RowGroup& group, ByteBuffer& bytes) {
  std::vector<Keyed> keys;
  keys.reserve(group.rows.size());
  for (std::uint32_t n = 0; n < group.rows.size(); ++n) {
    fetch_ahead(group.rows, n);
    const auto begin = static_cast<std::uint32_t>(bytes.size());
    put_key(*group.binding, group.rows[n], bytes);
    keys.push_back({first_bytes(bytes.view(begin)), begin, static_cast<std::uint32_t>(bytes.size()), n});
  }
  return keys;
}

// Equal keys stay in order: the number of the row is the last thing compared.
class Before {
 public:
  explicit Before(const ByteBuffer& bytes) : bytes_(bytes) {}
  bool operator()(const Keyed& a, const Keyed& b) const {
    if (a.first_bytes != b.first_bytes) return a.first_bytes < b.first_bytes;
    const int order = key(a).compare(key(b));
    return order != 0 ? order < 0 : a.row < b.row;
  }

 private:
  [[nodiscard]] std::string_view key(const Keyed& keyed) const {
    return {bytes_.data() + keyed.begin, keyed.end - keyed.begin};
  }
  const ByteBuffer& bytes_;
};

// By the first bytes alone, equal ones as they were: a pass for each byte that differs at all, the last one first. Its time is
// the same whatever the keys are, where comparing scattered ones costs a mispredicted branch each.
void sort_by_first_bytes(std::vector<Keyed>& keys) {
  constexpr std::size_t kBytes = sizeof(std::uint64_t);
  const auto byte_of = [](const Keyed& keyed, std::size_t n) { return keyed.first_bytes >> n * 8 & 0xff; };
  std::array<std::array<std::uint32_t, 256>, kBytes> places{};
  for (const Keyed& keyed : keys)
    for (std::size_t n = 0; n < kBytes; ++n) ++places[n][byte_of(keyed, n)];
  std::vector<Keyed> other(keys.size());
  for (std::size_t n = 0; n < kBytes; ++n) {
    if (places[n][byte_of(keys.front(), n)] == keys.size()) continue;
    std::exclusive_scan(places[n].begin(), places[n].end(), places[n].begin(), 0U);
    for (const Keyed& keyed : keys) other[places[n][byte_of(keyed, n)]++] = keyed;
    keys.swap(other);
  }
}

void sort_keys(std::vector<Keyed>& keys, const Before& before) {
  if (keys.size() < kFewKeys) return std::sort(keys.begin(), keys.end(), before);
  sort_by_first_bytes(keys);
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(first + 1, keys.end(),
                                   [&](const Keyed& keyed) { return keyed.first_bytes != first->first_bytes; });
    if (last - first > 1) std::sort(first, last, before);
    first = last;
  }
}

// Reading the keys of all rows takes as long as encoding them would: the server has nothing to do meanwhile.
bool seems_in_order(const RowGroup& group) {
  ByteBuffer one, next;
  std::size_t pairs = 0, descents = 0;
  for (std::size_t n = 1; n < group.rows.size(); n += kSample, ++pairs) {
    one.clear();
    next.clear();
    put_key(*group.binding, group.rows[n - 1], one);
    put_key(*group.binding, group.rows[n], next);
    descents += next.view(0) < one.view(0) ? 1 : 0;
  }
  return descents * kLongRun <= pairs;
}

}  // namespace

bool sort_by_key(RowGroup& group) {
  if (group.binding->identity.empty() || group.rows.size() < 2) return false;
  if (group.rows.size() > kLongRun * kSample && seems_in_order(group)) return false;
  ByteBuffer bytes;
  std::vector<Keyed> keys = keys_of(group, bytes);
  const Before before(bytes);
  std::size_t descents = 0;
  for (std::size_t n = 1; n < keys.size(); ++n) descents += before(keys[n], keys[n - 1]) ? 1 : 0;
  if (descents * kLongRun <= keys.size()) return false;
  sort_keys(keys, before);
  std::vector<Row> sorted;
  sorted.reserve(keys.size());
  for (const Keyed& keyed : keys) sorted.push_back(group.rows[keyed.row]);
  group.rows = std::move(sorted);
  return true;
}

}  // namespace sinkway::table
