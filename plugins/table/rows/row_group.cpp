#include "plugins/table/rows/row_group.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

// Runs that are longer than this on average are in order enough: sorting would cost more than it brings.
constexpr std::size_t kLongRun = 256;

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
  for (const Row& row : group.rows) {
    const auto begin = static_cast<std::uint32_t>(bytes.size());
    put_key(*group.binding, row, bytes);
    keys.push_back({first_bytes(bytes.view(begin)), begin, static_cast<std::uint32_t>(bytes.size()),
                    static_cast<std::uint32_t>(keys.size())});
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

}  // namespace

bool sort_by_key(RowGroup& group) {
  if (group.binding->identity.empty() || group.rows.size() < 2) return false;
  ByteBuffer bytes;
  std::vector<Keyed> keys = keys_of(group, bytes);
  const Before before(bytes);
  std::size_t descents = 0;
  for (std::size_t n = 1; n < keys.size(); ++n) descents += before(keys[n], keys[n - 1]) ? 1 : 0;
  if (descents * kLongRun <= keys.size()) return false;
  std::sort(keys.begin(), keys.end(), before);
  std::vector<Row> sorted;
  sorted.reserve(keys.size());
  for (const Keyed& keyed : keys) sorted.push_back(group.rows[keyed.row]);
  group.rows = std::move(sorted);
  return true;
}

}  // namespace sinkway::table
