// A decimal number taken apart into digits, exactly, whatever it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// What PostgreSQL's numeric holds (manual, table 8.2).
constexpr std::int64_t kDigitsBeforePoint = 131'072, kDigitsAfterPoint = 16'383;

// The number digits * 10^-scale.
struct DecimalDigits {
  bool negative = false;
  std::string digits;      // '0'..'9' without zeros in front; empty: zero
  std::int64_t scale = 0;  // digits after the point; below zero: so many zeros follow the digits
};

// "-12.50", ".5", "1e-7": what numeric's input function takes, without blanks around it. out_of_range: beyond numeric.
[[nodiscard]] Fault parse_decimal(std::string_view text, DecimalDigits& number);
// A SINKWAY_DECIMAL: two's complement, big-endian.
[[nodiscard]] Fault decimal_of(std::span<const std::uint8_t> unscaled, std::int32_t scale, DecimalDigits& number);

// As a whole number; inexact when there is a fraction that is not zero.
[[nodiscard]] Fault to_integer(const DecimalDigits& number, std::int64_t& whole);
// Without an exponent: "-12.50".
void print_decimal(const DecimalDigits& number, ByteBuffer& out);

}  // namespace sinkway::table
