// Values as text: for text columns, as JSON, as array literals.
#pragma once

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// Text as it is; numbers in their shortest form; dates and times in ISO 8601; structs, maps and arrays as JSON. Bytes have no text.
[[nodiscard]] Fault put_text(const sinkway_value& value, ByteBuffer& out);

// One JSON value. Bytes become base64, numbers that JSON cannot hold are a fault.
[[nodiscard]] Fault put_json(const sinkway_value& value, ByteBuffer& out);

// {1,2,"three"}: an array as PostgreSQL reads it (manual 8.15.2). Only arrays.
[[nodiscard]] Fault put_array_literal(const sinkway_value& value, ByteBuffer& out);

}  // namespace sinkway::table
