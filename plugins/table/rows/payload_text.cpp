#include <bit>
#include <cstring>

#include "plugins/table/rows/array_encoder.hpp"
#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/numeric.hpp"
#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

std::uint64_t read(std::string_view payload) {
  std::uint64_t number = 0;
  for (const char byte : payload) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

void print_payload(std::string_view payload, const ColumnType& type, ByteBuffer& out) {
  switch (type.encoding) {
    case Encoding::boolean: return out.put(payload[0] != 0 ? "t" : "f");
    case Encoding::int2: return print_integer(static_cast<std::int16_t>(read(payload)), out);
    case Encoding::int4: return print_integer(static_cast<std::int32_t>(read(payload)), out);
    case Encoding::int8: return print_integer(static_cast<std::int64_t>(read(payload)), out);
    case Encoding::oid: return print_integer(static_cast<std::int64_t>(read(payload)), out);
    case Encoding::float4: return print_number(std::bit_cast<float>(static_cast<std::uint32_t>(read(payload))), out);
    case Encoding::float8: return print_number(std::bit_cast<double>(read(payload)), out);
    case Encoding::numeric: return print_numeric(payload, out);
    case Encoding::jsonb: return out.put(payload.substr(1));
    case Encoding::bytea: return print_bytea(payload, out);
    case Encoding::uuid: return print_uuid(payload, out);
    case Encoding::date: return print_date(static_cast<std::int32_t>(read(payload)), out);
    case Encoding::time: return print_time(static_cast<std::int64_t>(read(payload)), out);
    case Encoding::timestamp:
    case Encoding::timestamptz:
      return print_timestamp(static_cast<std::int64_t>(read(payload)), type.encoding == Encoding::timestamptz, out);
    case Encoding::array: return print_array_payload(payload, *type.element, out);
    case Encoding::text:
    case Encoding::text_only: return out.put(payload);
  }
}

}  // namespace sinkway::table
