// Keys of rows as bytes, and their order.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row.hpp"

namespace sinkway::table {

// Where the key of a row lies among the bytes of many, and its first bytes, since they decide nearly every comparison.
struct PlacedKey {
  std::uint64_t first_bytes = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t row = 0;  // its position among the rows
};

// Appends the encoded values that tell rows of the binding apart: equal bytes are equal values of each column, and their order is
// that of the columns one after the other, as far as bytes have the order of values. False, and nothing is appended: some value is null or
// cannot be encoded, so that the key equals no other.
[[nodiscard]] bool put_key(const Binding& binding, const Row& row, ByteBuffer& out);

// The bytes of `keys` from `begin` to the end are the key of this row.
[[nodiscard]] PlacedKey last_key(const ByteBuffer& keys, std::size_t begin, std::size_t row);

// Puts keys into the order of their bytes, equal ones as they came, unless they nearly are: sorting would cost more than it brings
// then. True: the order has changed.
bool sort_keys(std::vector<PlacedKey>& keys, const ByteBuffer& bytes);

// Runs that are longer than this on average are in order enough.
constexpr std::size_t kLongRun = 256;

}  // namespace sinkway::table
