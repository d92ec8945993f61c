// One value into the binary form of one column.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/policies.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

[[nodiscard]] inline bool is_null(const sinkway_value& value) { return value.tag <= SINKWAY_NULL; }

// Appends the payload (without its length) of a value that is neither null nor absent, as its reading says; for
// `text_only` columns the payload is the text that the type's input function takes. A fault leaves what was appended
// undefined: truncate.
[[nodiscard]] Fault encode_naturally(const sinkway_value& value, const ColumnType& type, ByteBuffer& out);
[[nodiscard]] Fault encode_read(const sinkway_value& value, const ColumnType& type, ByteBuffer& out);
[[nodiscard]] inline Fault encode_exactly(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  if (type.reading == Reading::natural) [[likely]] return encode_naturally(value, type, out);
  return encode_read(value, type, out);
}

// The same under the column's policies, which are asked only for what is refused. becomes_null: NULL is to be written.
[[nodiscard]] inline Fault encode(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const std::size_t start = out.size();
  const Fault fault = encode_exactly(value, type, out);
  if (fault == Fault::none) [[likely]] return fault;
  return type.policies == nullptr ? fault : mend(value, type, fault, start, out);
}

// Takes away what a column of at most `max_characters` drops of the text that stands in `out` from `start` on: blanks
// behind them. too_long: there is more, and nothing was taken.
[[nodiscard]] Fault cut_blanks(std::size_t start, std::int32_t max_characters, ByteBuffer& out);

// The same value as the text form of the type, made from the payload: whichever writer is chosen, a row becomes the
// same.
void print_payload(std::string_view payload, const ColumnType& type, ByteBuffer& out);

}  // namespace sinkway::table
