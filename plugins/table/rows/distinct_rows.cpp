#include "plugins/table/rows/distinct_rows.hpp"

#include <numeric>
#include <string>
#include <unordered_map>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/fetch_ahead.hpp"
#include "plugins/table/rows/field.hpp"

namespace sinkway::table {
namespace {

// Rows after which it shows whether there are many of a kind.
constexpr std::size_t kSample = 1'024;

// The fields with their lengths, so that no two rows of other values have the same bytes. False: some value cannot be encoded.
bool put_fields(const Binding& binding, const Row& row, ByteBuffer& out) {
  sinkway_value scratch;
  for (const BoundColumn& bound : binding.columns)
    if (put_field(value_of(binding, bound, row, scratch), bound.type, out) != Fault::none) return false;
  return true;
}

DistinctRows all_of(std::span<const Row> rows) {
  DistinctRows all{{rows.begin(), rows.end()}, std::vector<std::uint32_t>(rows.size())};
  std::iota(all.kind.begin(), all.kind.end(), 0U);
  return all;
}

}  // namespace

DistinctRows distinct_rows(std::span<const Row> rows, const Binding& binding) {
  DistinctRows distinct;
  distinct.kind.reserve(rows.size());
  std::unordered_map<std::string, std::uint32_t> kinds;
  ByteBuffer fields;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (n == kSample && distinct.rows.size() * 2 > n) return all_of(rows);
    fetch_ahead(rows, n);
    fields.clear();
    const auto next = static_cast<std::uint32_t>(distinct.rows.size());
    std::uint32_t kind = next;
    if (put_fields(binding, rows[n], fields)) kind = kinds.try_emplace(std::string(fields.view(0)), next).first->second;
    distinct.kind.push_back(kind);
    if (kind == next) distinct.rows.push_back(rows[n]);
  }
  return distinct;
}

}  // namespace sinkway::table
