// A value as text, for columns whose type is text or takes text: plain, as an array literal, as JSON.
#pragma once

#include <string_view>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// Deeper nesting than this is out of range: the converters stop earlier.
constexpr int kDeepestNesting = 1'000;

[[nodiscard]] inline std::string_view text_of(const sinkway_value& value) { return {value.as.text, value.length}; }
[[nodiscard]] inline std::string_view bytes_of(const sinkway_value& value) {
  return {static_cast<const char*>(static_cast<const void*>(value.as.bytes)), value.length};
}

enum class Zone { none, utc };  // whether times that are moments are written with their zone

// A value without parts: text as it is, true, 42, 1.5, 2024-05-01 12:00:00. Bytes and values with parts: wrong_type.
[[nodiscard]] Fault print_plain(const sinkway_value& value, Zone zone, ByteBuffer& out);

// {1,2,NULL,"a b",{...}}: PostgreSQL manual 8.15. Only for SINKWAY_ARRAY.
[[nodiscard]] Fault print_array(const sinkway_value& value, ByteBuffer& out, int depth = 0);

// Text between quotes, with backslashes where array literals and hstore need them.
void put_quoted_element(std::string_view text, ByteBuffer& out);

// As PostgreSQL's to_json has dates and NaN, as Connect's JsonConverter has bytes; absent fields are left out.
[[nodiscard]] Fault print_json(const sinkway_value& value, ByteBuffer& out, int depth = 0);

}  // namespace sinkway::table
