#include "plugins/table/rows/value_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/numeric.hpp"

namespace sinkway::table {
namespace {

std::string_view text_of(const sinkway_value& value) { return {value.as.text, value.length}; }

template <typename Number>
void put_number(Number number, ByteBuffer& out) {
  const auto end = std::to_chars(out.room(40), out.room(40) + 40, number).ptr;
  out.advance(static_cast<std::size_t>(end - out.room(0)));
}

void put_double(const sinkway_value& value, ByteBuffer& out) {
  const double number = value.as.number;
  if (std::isnan(number)) return out.put("NaN");
  if (std::isinf(number)) return out.put(number > 0 ? "Infinity" : "-Infinity");
  if (value.tag == SINKWAY_FLOAT32) return put_number(static_cast<float>(number), out);
  put_number(number, out);
}

Fault put_timestamp(const sinkway_value& value, std::int64_t per_second, ByteBuffer& out) {
  std::int64_t micros = 0;
  const Fault fault = timestamp_from_epoch(value.as.integer, per_second, micros);
  if (fault == Fault::none) print_timestamp(micros, false, out);
  return fault;
}

Fault put_day(const sinkway_value& value, ByteBuffer& out) {
  const std::int64_t days = value.as.integer - kDaysTo2000;
  if (value.as.integer < kFirstDay || days < kFirstDay || days > kLastDay) return Fault::out_of_range;
  print_date(static_cast<std::int32_t>(days), out);
  return Fault::none;
}

Fault put_clock(std::int64_t micros, ByteBuffer& out) {
  if (micros < 0 || micros > kMicrosPerDay) return Fault::out_of_range;
  print_time(micros, out);
  return Fault::none;
}

void put_json_string(std::string_view text, ByteBuffer& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.put("\"");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.put8('\\');
      out.put8(byte);
    } else if (byte < 0x20) {
      const char escaped[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
      out.put({escaped, sizeof escaped});
    } else {
      out.put8(byte);
    }
  }
  out.put("\"");
}

void put_base64(std::span<const std::uint8_t> bytes, ByteBuffer& out) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t n = 0; n < bytes.size(); n += 3) {
    const std::size_t left = bytes.size() - n;
    const std::uint32_t three = static_cast<std::uint32_t>(bytes[n]) << 16 | (left > 1 ? bytes[n + 1] << 8 : 0) | (left > 2 ? bytes[n + 2] : 0);
    const char four[] = {kAlphabet[three >> 18], kAlphabet[three >> 12 & 63], left > 1 ? kAlphabet[three >> 6 & 63] : '=',
                         left > 2 ? kAlphabet[three & 63] : '='};
    out.put({four, 4});
  }
}

Fault put_json_items(const sinkway_value& value, ByteBuffer& out) {
  out.put("[");
  for (std::uint32_t n = 0; n < value.length; ++n) {
    if (n) out.put(",");
    if (const Fault fault = put_json(value.as.items[n], out); fault != Fault::none) return fault;
  }
  out.put("]");
  return Fault::none;
}

Fault put_json_map(const sinkway_value& value, ByteBuffer& out) {
  out.put("{");
  for (std::uint32_t n = 0; n < value.length; ++n) {
    const sinkway_value& key = value.as.items[2 * n];
    if (n) out.put(",");
    ByteBuffer name;
    if (const Fault fault = put_text(key, name); fault != Fault::none) return fault;
    put_json_string(name.view(), out);
    out.put(":");
    if (const Fault fault = put_json(value.as.items[2 * n + 1], out); fault != Fault::none) return fault;
  }
  out.put("}");
  return Fault::none;
}

Fault put_json_struct(const sinkway_value& value, ByteBuffer& out) {
  const sinkway_shape& shape = *value.as.object->shape;
  out.put("{");
  bool first = true;
  for (std::uint32_t n = 0; n < shape.field_count; ++n) {
    const sinkway_value& field = value.as.object->values[n];
    if (field.tag == SINKWAY_ABSENT) continue;
    if (!first) out.put(",");
    first = false;
    put_json_string({shape.names[n].data, shape.names[n].size}, out);
    out.put(":");
    if (const Fault fault = put_json(field, out); fault != Fault::none) return fault;
  }
  out.put("}");
  return Fault::none;
}

void put_array_element(std::string_view text, ByteBuffer& out) {
  out.put("\"");
  for (const char c : text) {
    if (c == '"' || c == '\\') out.put("\\");
    out.put8(static_cast<std::uint8_t>(c));
  }
  out.put("\"");
}

}  // namespace

Fault put_text(const sinkway_value& value, ByteBuffer& out) {
  switch (value.tag) {
    case SINKWAY_STRING: return out.put(text_of(value)), Fault::none;
    case SINKWAY_BOOL: return out.put(value.as.integer ? "true" : "false"), Fault::none;
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: return put_number(value.as.integer, out), Fault::none;
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return put_double(value, out), Fault::none;
    case SINKWAY_DECIMAL: return out.put(decimal_text({value.as.bytes, value.length}, value.scale)), Fault::none;
    case SINKWAY_DATE: return put_day(value, out);
    case SINKWAY_TIME_MS:
      return value.as.integer > kMicrosPerDay / 1'000 ? Fault::out_of_range : put_clock(value.as.integer * 1'000, out);
    case SINKWAY_TIME_US: return put_clock(value.as.integer, out);
    case SINKWAY_TIMESTAMP_MS: return put_timestamp(value, 1'000, out);
    case SINKWAY_TIMESTAMP_US: return put_timestamp(value, 1'000'000, out);
    case SINKWAY_ARRAY:
    case SINKWAY_MAP:
    case SINKWAY_STRUCT: return put_json(value, out);
    default: return Fault::wrong_type;
  }
}

Fault put_json(const sinkway_value& value, ByteBuffer& out) {
  switch (value.tag) {
    case SINKWAY_ABSENT:
    case SINKWAY_NULL: return out.put("null"), Fault::none;
    case SINKWAY_STRING: return put_json_string(text_of(value), out), Fault::none;
    case SINKWAY_BYTES:
      out.put("\"");
      put_base64({value.as.bytes, value.length}, out);
      return out.put("\""), Fault::none;
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return std::isfinite(value.as.number) ? put_text(value, out) : Fault::out_of_range;
    case SINKWAY_DATE:
    case SINKWAY_TIME_MS:
    case SINKWAY_TIME_US:
    case SINKWAY_TIMESTAMP_MS:
    case SINKWAY_TIMESTAMP_US: {
      out.put("\"");
      const Fault fault = put_text(value, out);
      return out.put("\""), fault;
    }
    case SINKWAY_ARRAY: return put_json_items(value, out);
    case SINKWAY_MAP: return put_json_map(value, out);
    case SINKWAY_STRUCT: return put_json_struct(value, out);
    default: return put_text(value, out);
  }
}

Fault put_array_literal(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag != SINKWAY_ARRAY) return Fault::wrong_type;
  out.put("{");
  for (std::uint32_t n = 0; n < value.length; ++n) {
    const sinkway_value& element = value.as.items[n];
    if (n) out.put(",");
    if (element.tag == SINKWAY_NULL || element.tag == SINKWAY_ABSENT) {
      out.put("NULL");
    } else if (element.tag == SINKWAY_ARRAY) {
      if (const Fault fault = put_array_literal(element, out); fault != Fault::none) return fault;
    } else {
      ByteBuffer text;
      if (const Fault fault = put_text(element, text); fault != Fault::none) return fault;
      put_array_element(text.view(), out);
    }
  }
  out.put("}");
  return Fault::none;
}

}  // namespace sinkway::table
