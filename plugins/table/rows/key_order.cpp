#include "plugins/table/rows/key_order.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string_view>

#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

// Fewer keys than this are compared: counting their bytes would cost more.
constexpr std::size_t kFewKeys = 1'024;

// No table has more (PostgreSQL manual, appendix K).
constexpr std::size_t kMostColumns = 1'600;

std::uint64_t first_bytes(const char* key, std::size_t size) {
  std::uint64_t number = 0;
  if (size >= sizeof number) [[likely]] {
    std::memcpy(&number, key, sizeof number);
    return __builtin_bswap64(number);
  }
  for (std::size_t n = 0; n < sizeof number; ++n) number = number << 8 | (n < size ? static_cast<unsigned char>(key[n]) : 0U);
  return number;
}

// Equal keys stay in order: the number of the row is the last thing compared.
class Before {
 public:
  explicit Before(const ByteBuffer& bytes) : bytes_(bytes) {}
  bool operator()(const PlacedKey& a, const PlacedKey& b) const {
    if (a.first_bytes != b.first_bytes) return a.first_bytes < b.first_bytes;
    const int order = key(a).compare(key(b));
    return order != 0 ? order < 0 : a.row < b.row;
  }

 private:
  [[nodiscard]] std::string_view key(const PlacedKey& placed) const {
    return {bytes_.data() + placed.begin, placed.end - placed.begin};
  }
  const ByteBuffer& bytes_;
};

// By the first bytes alone, equal ones as they were: a pass for each byte that differs at all, the last one first. Its time is
// the same whatever the keys are, where comparing scattered ones costs a mispredicted branch each.
void sort_by_first_bytes(std::vector<PlacedKey>& keys) {
  constexpr std::size_t kBytes = sizeof(std::uint64_t);
  const auto byte_of = [](const PlacedKey& placed, std::size_t n) { return placed.first_bytes >> n * 8 & 0xff; };
  std::array<std::array<std::uint32_t, 256>, kBytes> places{};
  for (const PlacedKey& placed : keys)
    for (std::size_t n = 0; n < kBytes; ++n) ++places[n][byte_of(placed, n)];
  std::vector<PlacedKey> other(keys.size());
  for (std::size_t n = 0; n < kBytes; ++n) {
    if (places[n][byte_of(keys.front(), n)] == keys.size()) continue;
    std::exclusive_scan(places[n].begin(), places[n].end(), places[n].begin(), 0U);
    for (const PlacedKey& placed : keys) other[places[n][byte_of(placed, n)]++] = placed;
    keys.swap(other);
  }
}

}  // namespace

bool put_key(const Binding& binding, const Row& row, ByteBuffer& out) {
  sinkway_value scratch;
  const std::size_t begin = out.size();
  std::array<std::uint32_t, kMostColumns> sizes;
  std::size_t parts = 0;
  for (const std::size_t position : binding.identity) {
    if (parts > 0) out.put8(0);
    const std::size_t start = out.size();
    const BoundColumn& column = binding.columns[position];
    const sinkway_value& value = value_of(binding, column, row, scratch);
    if (parts == sizes.size() || is_null(value) || encode(value, column.type, out) != Fault::none) {
      out.truncate(begin);
      return false;
    }
    sizes[parts++] = static_cast<std::uint32_t>(out.size() - start);
  }
  // Behind the values, where they do not count for the order: bytes of one may look like those of the next.
  for (std::size_t part = 0; part + 1 < parts; ++part) out.put32(sizes[part]);
  return parts > 0;
}

PlacedKey last_key(const ByteBuffer& keys, std::size_t begin, std::size_t row) {
  return {first_bytes(keys.data() + begin, keys.size() - begin), static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(keys.size()), static_cast<std::uint32_t>(row)};
}

bool sort_keys(std::vector<PlacedKey>& keys, const ByteBuffer& bytes) {
  const Before before(bytes);
  std::size_t descents = 0;
  for (std::size_t n = 1; n < keys.size(); ++n) descents += before(keys[n], keys[n - 1]) ? 1 : 0;
  if (descents * kLongRun <= keys.size()) return false;
  if (keys.size() < kFewKeys) {
    std::sort(keys.begin(), keys.end(), before);
    return true;
  }
  sort_by_first_bytes(keys);
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(first + 1, keys.end(),
                                   [&](const PlacedKey& placed) { return placed.first_bytes != first->first_bytes; });
    if (last - first > 1) std::sort(first, last, before);
    first = last;
  }
  return true;
}

}  // namespace sinkway::table
