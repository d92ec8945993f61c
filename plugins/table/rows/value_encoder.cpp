#include "plugins/table/rows/value_encoder.hpp"

#include <cstring>

#include "plugins/table/rows/array_encoder.hpp"
#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/common_timestamp.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/number_encoder.hpp"
#include "plugins/table/rows/number_text.hpp"
#include "plugins/table/rows/structure_text.hpp"
#include "plugins/table/rows/utf8_text.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::uint8_t kJsonbVersion = 1;

bool is_integer(const sinkway_value& value) { return value.tag >= SINKWAY_INT8 && value.tag <= SINKWAY_INT64; }

bool has_parts(const sinkway_value& value) { return value.tag >= SINKWAY_ARRAY && value.tag <= SINKWAY_STRUCT; }

Fault boolean(const sinkway_value& value, ByteBuffer& out) {
  bool truth = value.as.integer != 0;
  if (value.tag == SINKWAY_STRING) {
    if (const Fault fault = parse_boolean(text_of(value), truth); fault != Fault::none) return fault;
  } else if (is_integer(value)) {
    if (value.as.integer != 0 && value.as.integer != 1) return Fault::out_of_range;
  } else if (value.tag != SINKWAY_BOOL) {
    return Fault::wrong_type;
  }
  out.put8(truth ? 1 : 0);
  return Fault::none;
}

// Of the text that was appended from `start` on.
Fault check_text(std::size_t start, const ColumnType& type, ByteBuffer& out) {
  const std::string_view text = out.view(start);
  if (!text.empty() && std::memchr(text.data(), '\0', text.size()) != nullptr) return Fault::nul;
  if (type.encoding == Encoding::jsonb) return has_json_nul(text) ? Fault::nul : Fault::none;
  return cut_blanks(start, type.max_characters, out);
}

Fault text(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const std::size_t start = out.size();
  if (value.tag == SINKWAY_STRING) [[likely]] {
    out.put(text_of(value));
    return check_text(start, type, out);
  }
  if (value.tag == SINKWAY_BYTES && !type.is_json) {
    if (!is_utf8(bytes_of(value))) return Fault::bad_utf8;
    out.put(bytes_of(value));
    return check_text(start, type, out);
  }
  const Fault fault = type.is_json || has_parts(value) ? print_json(value, out) : print_plain(value, Zone::none, out);
  return fault == Fault::none ? check_text(start, type, out) : fault;
}

Fault bytea(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_STRING) return parse_bytea(text_of(value), out);
  if (value.tag != SINKWAY_BYTES) return Fault::wrong_type;
  out.put(bytes_of(value));
  return Fault::none;
}

Fault uuid(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_STRING) return parse_uuid(text_of(value), out);
  if (value.tag != SINKWAY_BYTES) return Fault::wrong_type;
  if (value.length != kUuidBytes) return Fault::bad_format;
  out.put(bytes_of(value));
  return Fault::none;
}

Fault moment_of(const sinkway_value& value, std::int64_t& micros) {
  switch (value.tag) {
    case SINKWAY_STRING: return parse_timestamp(text_of(value), micros);
    case SINKWAY_INT64:  // a number without a schema: milliseconds, as Kafka counts time
    case SINKWAY_TIMESTAMP_MS: return timestamp_from_epoch(value.as.integer, 1'000, micros);
    case SINKWAY_TIMESTAMP_US: return timestamp_from_epoch(value.as.integer, 1'000'000, micros);
    case SINKWAY_DATE: {
      std::int32_t days = 0;
      if (const Fault fault = date_from_epoch(value.as.integer, days); fault != Fault::none) return fault;
      if (days > kLastMicro / kMicrosPerDay) return Fault::out_of_range;
      micros = days * kMicrosPerDay;
      return Fault::none;
    }
    default: return Fault::wrong_type;
  }
}

Fault timestamp(const sinkway_value& value, ByteBuffer& out) {
  std::int64_t micros = 0;
  // What nearly every record has comes first.
  if (value.tag != SINKWAY_STRING || !read_common_timestamp(text_of(value), micros))
    if (const Fault fault = moment_of(value, micros); fault != Fault::none) return fault;
  out.put64(static_cast<std::uint64_t>(micros));
  return Fault::none;
}

Fault date(const sinkway_value& value, ByteBuffer& out) {
  std::int32_t days = 0;
  Fault fault = Fault::none;
  if (value.tag == SINKWAY_STRING) {
    fault = parse_date(text_of(value), days);
  } else if (value.tag == SINKWAY_DATE) {
    fault = date_from_epoch(value.as.integer, days);
  } else if (value.tag == SINKWAY_TIMESTAMP_MS || value.tag == SINKWAY_TIMESTAMP_US) {
    std::int64_t micros = 0;
    fault = moment_of(value, micros);
    days = static_cast<std::int32_t>(micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0));
  } else {
    fault = Fault::wrong_type;
  }
  if (fault == Fault::none) out.put32(static_cast<std::uint32_t>(days));
  return fault;
}

Fault time_of_day(const sinkway_value& value, ByteBuffer& out) {
  std::int64_t micros = value.as.integer;
  if (value.tag == SINKWAY_STRING) {
    if (const Fault fault = parse_time(text_of(value), micros); fault != Fault::none) return fault;
  } else if (value.tag == SINKWAY_TIME_MS) {
    if (is_beyond_a_day(micros)) return Fault::out_of_range;  // before the product overflows
    micros *= 1'000;
  } else if (value.tag == SINKWAY_TIMESTAMP_MS || value.tag == SINKWAY_TIMESTAMP_US) {
    if (const Fault fault = moment_of(value, micros); fault != Fault::none) return fault;
    micros = (micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay;
  } else if (value.tag != SINKWAY_TIME_US) {
    return Fault::wrong_type;
  }
  if (is_beyond_a_day(micros)) return Fault::out_of_range;
  out.put64(static_cast<std::uint64_t>(micros));
  return Fault::none;
}

// The literal is made from the binary form, so that it says the same.
Fault array_literal(const sinkway_value& value, const ColumnType& element, ByteBuffer& out) {
  ByteBuffer payload;
  const Fault fault = encode_array(value, element, payload);
  if (fault == Fault::none) print_array_payload(payload.view(), element, out);
  return fault;
}

Fault input_text(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  // A literal of elements that only the server can read is the server's to read.
  const bool is_literal = value.tag == SINKWAY_STRING && type.is_array;
  if (type.element != nullptr && !(is_literal && type.element->encoding == Encoding::text_only))
    return array_literal(value, *type.element, out);
  if (has_parts(value)) return print_structure(value, type, out);
  if (value.tag == SINKWAY_BOOL && (type.type == oid::kBit || type.type == oid::kVarbit))
    return out.put(value.as.integer != 0 ? "1" : "0"), Fault::none;
  return print_plain(value, Zone::utc, out);
}

}  // namespace

// varchar(n) counts characters, and the server drops blanks beyond n (PostgreSQL manual 8.3). What is dropped here tells no key apart.
Fault cut_blanks(std::size_t start, std::int32_t max_characters, ByteBuffer& out) {
  const std::string_view text = out.view(start);
  if (max_characters < 0 || text.size() <= static_cast<std::size_t>(max_characters)) return Fault::none;
  const std::size_t at = bytes_of_characters(text, max_characters);
  if (text.find_first_not_of(' ', at) != std::string_view::npos) return Fault::too_long;
  out.truncate(start + at);
  return Fault::none;
}

Fault encode_naturally(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  switch (type.encoding) {
    case Encoding::text: return text(value, type, out);
    case Encoding::timestamp:
    case Encoding::timestamptz: return timestamp(value, out);
    case Encoding::boolean: return boolean(value, out);
    case Encoding::int2:
    case Encoding::int4:
    case Encoding::int8:
    case Encoding::oid:
    case Encoding::float4:
    case Encoding::float8:
    case Encoding::numeric: return encode_number(value, type, out);
    case Encoding::jsonb: out.put8(kJsonbVersion); return text(value, type, out);
    case Encoding::bytea: return bytea(value, out);
    case Encoding::uuid: return uuid(value, out);
    case Encoding::date: return date(value, out);
    case Encoding::time: return time_of_day(value, out);
    case Encoding::array: return encode_array(value, *type.element, out);
    case Encoding::text_only: return input_text(value, type, out);
  }
  return Fault::wrong_type;
}

Fault encode_read(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  ReadValue read;
  const Fault fault = read_value(value, type, read);
  return fault == Fault::none ? encode_naturally(read.value, type, out) : fault;
}

}  // namespace sinkway::table
