// Exact decimal numbers in PostgreSQL's binary form: groups of four digits (numeric_send in utils/adt/numeric.c).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// From text: [+-]digits[.digits][e[+-]digits], NaN, Infinity, -Infinity. Nothing is rounded; zeros behind the point are kept, as
// PostgreSQL keeps them.
[[nodiscard]] Fault put_numeric(std::string_view text, ByteBuffer& out);

// The text of an unscaled two's complement big-endian integer with a scale (which may be negative).
[[nodiscard]] std::string decimal_text(std::span<const std::uint8_t> unscaled, int scale);

// The text of a payload.
void print_numeric(std::string_view payload, ByteBuffer& out);

}  // namespace sinkway::table
