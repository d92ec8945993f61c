// Bytes that are written as hexadecimal text: bytea and uuid.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

constexpr std::size_t kUuidBytes = 16;

// bytea's input: \x and hexadecimal digits, else the escape format (PostgreSQL manual 8.4).
[[nodiscard]] Fault parse_bytea(std::string_view text, ByteBuffer& out);
// Hexadecimal digits alone, or behind \x or 0x.
[[nodiscard]] Fault parse_hex_text(std::string_view text, ByteBuffer& out);
// RFC 4648, either alphabet, with or without = at the end and line ends between.
[[nodiscard]] Fault parse_base64(std::string_view text, ByteBuffer& out);
// Any of the spellings of PostgreSQL manual 8.12: with or without braces, hyphens after each group of four digits.
[[nodiscard]] Fault parse_uuid(std::string_view text, ByteBuffer& out);

// \x0a1b
void print_bytea(std::string_view bytes, ByteBuffer& out);
// a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11
void print_uuid(std::string_view bytes, ByteBuffer& out);
// As Connect's JSON has bytes.
void print_base64(std::span<const std::uint8_t> bytes, ByteBuffer& out);

}  // namespace sinkway::table
