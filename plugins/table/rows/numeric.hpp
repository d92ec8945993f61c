// PostgreSQL's numeric in its binary form: groups of four digits.
#pragma once

#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/decimal_digits.hpp"

namespace sinkway::table {

// What has no digits. Infinity needs PostgreSQL 14; older servers refuse the row.
enum class NumericWord { nan, infinity, minus_infinity };

// `number` within what numeric holds.
void put_numeric(const DecimalDigits& number, ByteBuffer& out);
void put_numeric(NumericWord word, ByteBuffer& out);

// The payload as text, every digit after the point included.
void print_numeric(std::string_view payload, ByteBuffer& out);

}  // namespace sinkway::table
