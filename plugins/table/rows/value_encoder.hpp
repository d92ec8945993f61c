// One value into the binary form of one column.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

[[nodiscard]] inline bool is_null(const sinkway_value& value) { return value.tag <= SINKWAY_NULL; }

// Appends the payload (without its length) of a value that is neither null nor absent; for `text_only` columns the
// payload is the text that the type's input function takes. A fault leaves what was appended undefined: truncate.
[[nodiscard]] Fault encode(const sinkway_value& value, const ColumnType& type, ByteBuffer& out);

// What encode() says of a text for a column of at most `max_characters`: U+0000 is not looked for.
[[nodiscard]] Fault check_length(std::string_view text, std::int32_t max_characters);

// The same value as the text form of the type, made from the payload: whichever writer is chosen, a row becomes the
// same.
void print_payload(std::string_view payload, const ColumnType& type, ByteBuffer& out);

}  // namespace sinkway::table
