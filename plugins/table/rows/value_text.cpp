#include "plugins/table/rows/value_text.hpp"

#include <cstring>
#include <span>

#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/datetime.hpp"
#include "plugins/table/rows/decimal_digits.hpp"
#include "plugins/table/rows/number_text.hpp"

namespace sinkway::table {
namespace {

Fault print_moment(std::int64_t count, std::int64_t per_second, Zone zone, ByteBuffer& out) {
  std::int64_t micros = 0;
  if (const Fault fault = timestamp_from_epoch(count, per_second, micros); fault != Fault::none) return fault;
  print_timestamp(micros, zone == Zone::utc, out);
  return Fault::none;
}

Fault print_time_of_day(std::int64_t micros, ByteBuffer& out) {
  if (is_beyond_a_day(micros)) return Fault::out_of_range;
  print_time(micros, out);
  return Fault::none;
}

Fault print_day(std::int64_t since_1970, ByteBuffer& out) {
  std::int32_t days = 0;
  if (const Fault fault = date_from_epoch(since_1970, days); fault != Fault::none) return fault;
  print_date(days, out);
  return Fault::none;
}

Fault print_element(const sinkway_value& value, ByteBuffer& out, int depth) {
  switch (value.tag) {
    case SINKWAY_ABSENT:
    case SINKWAY_NULL: out.put("NULL"); return Fault::none;
    case SINKWAY_ARRAY: return print_array(value, out, depth);
    case SINKWAY_BYTES: {
      ByteBuffer hex;
      print_bytea(bytes_of(value), hex);
      put_quoted_element(hex.view(), out);
      return Fault::none;
    }
    case SINKWAY_MAP:
    case SINKWAY_STRUCT: {  // for arrays of json; other element types refuse it by themselves
      ByteBuffer json;
      const Fault fault = print_json(value, json, depth);
      put_quoted_element(json.view(), out);
      return fault;
    }
    default: {
      ByteBuffer plain;
      const Fault fault = print_plain(value, Zone::utc, plain);
      put_quoted_element(plain.view(), out);
      return fault;
    }
  }
}

}  // namespace

void put_quoted_element(std::string_view text, ByteBuffer& out) {
  out.put("\"");
  for (const char& c : text) {
    if (c == '"' || c == '\\') out.put("\\");
    out.put({&c, 1});
  }
  out.put("\"");
}

Fault print_plain(const sinkway_value& value, Zone zone, ByteBuffer& out) {
  switch (value.tag) {
    case SINKWAY_STRING:
      if (value.length > 0 && std::memchr(value.as.text, '\0', value.length) != nullptr) return Fault::nul;
      out.put(text_of(value));
      return Fault::none;
    case SINKWAY_BOOL: out.put(value.as.integer != 0 ? "true" : "false"); return Fault::none;
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64: print_integer(value.as.integer, out); return Fault::none;
    case SINKWAY_FLOAT32: print_number(static_cast<float>(value.as.number), out); return Fault::none;
    case SINKWAY_FLOAT64: print_number(value.as.number, out); return Fault::none;
    case SINKWAY_DECIMAL: {
      DecimalDigits number;
      const Fault fault = decimal_of({value.as.bytes, value.length}, value.scale, number);
      if (fault == Fault::none) print_decimal(number, out);
      return fault;
    }
    case SINKWAY_DATE: return print_day(value.as.integer, out);
    case SINKWAY_TIME_MS:
      return is_beyond_a_day(value.as.integer) ? Fault::out_of_range : print_time_of_day(value.as.integer * 1'000, out);
    case SINKWAY_TIME_US: return print_time_of_day(value.as.integer, out);
    case SINKWAY_TIMESTAMP_MS: return print_moment(value.as.integer, 1'000, zone, out);
    case SINKWAY_TIMESTAMP_US: return print_moment(value.as.integer, 1'000'000, zone, out);
    default: return Fault::wrong_type;
  }
}

Fault print_array(const sinkway_value& value, ByteBuffer& out, int depth) {
  if (depth >= kDeepestNesting) return Fault::out_of_range;
  out.put("{");
  for (std::size_t n = 0; n < value.length; ++n) {
    if (n > 0) out.put(",");
    if (const Fault fault = print_element(value.as.items[n], out, depth + 1); fault != Fault::none) return fault;
  }
  out.put("}");
  return Fault::none;
}

}  // namespace sinkway::table
