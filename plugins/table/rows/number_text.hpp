// Numbers as text: read whole and exactly, written as short as they can be read back.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// Blanks, tabs and line ends around a text, which PostgreSQL's input functions pass over.
[[nodiscard]] std::string_view without_blanks(std::string_view text);
[[nodiscard]] bool same_but_case(std::string_view text, std::string_view lower);

// Blanks around and a leading + are allowed, as PostgreSQL allows them; anything else beside the number is bad_format.
[[nodiscard]] Fault parse_integer(std::string_view text, std::int64_t& number);
// Also NaN, inf and infinity, in any case. Out of range: what is too great, and what is not zero but would become it.
[[nodiscard]] Fault parse_number(std::string_view text, double& number);
[[nodiscard]] Fault parse_number(std::string_view text, float& number);
// The words that PostgreSQL takes for true and false and their beginnings (manual 8.6).
[[nodiscard]] Fault parse_boolean(std::string_view text, bool& truth);

void print_integer(std::int64_t number, ByteBuffer& out);
// NaN, Infinity, -Infinity, else the fewest digits that are this number; from 0.0001 up to 1e15 without an exponent.
void print_number(double number, ByteBuffer& out);
void print_number(float number, ByteBuffer& out);

}  // namespace sinkway::table
