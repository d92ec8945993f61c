#include <array>
#include <span>
#include <string>

#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

void put_json_string(std::string_view text, ByteBuffer& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out.put("\"");
  for (const char& c : text) {
    if (c == '"' || c == '\\') {
      out.put("\\");
      out.put({&c, 1});
    } else if (static_cast<unsigned char>(c) < 0x20) {
      const std::array<char, 6> escaped = {'\\', 'u', '0', '0', kHex[static_cast<std::size_t>(c) >> 4], kHex[c & 0xf]};
      out.put({escaped.data(), escaped.size()});
    } else {
      out.put({&c, 1});
    }
  }
  out.put("\"");
}

// A value without parts that JSON has no form for: as text.
Fault put_as_string(const sinkway_value& value, ByteBuffer& out) {
  ByteBuffer printed;
  if (const Fault fault = print_plain(value, Zone::utc, printed); fault != Fault::none) return fault;
  std::string text(printed.view());
  if (value.tag == SINKWAY_TIMESTAMP_MS || value.tag == SINKWAY_TIMESTAMP_US) {  // ISO 8601 wants both
    text[text.find(' ')] = 'T';
    text.replace(text.find('+'), 3, "+00:00");
  }
  put_json_string(text, out);
  return Fault::none;
}

Fault put_number(const sinkway_value& value, ByteBuffer& out) {
  const std::size_t start = out.size();
  const Fault fault = print_plain(value, Zone::utc, out);
  const std::string_view text = out.view(start);
  if (text != "NaN" && text != "Infinity" && text != "-Infinity") return fault;
  out.truncate(start);
  return put_as_string(value, out);
}

Fault put_name(const sinkway_value& key, ByteBuffer& out) {
  if (key.tag != SINKWAY_STRING) return put_as_string(key, out);
  put_json_string(text_of(key), out);
  return Fault::none;
}

Fault put_list(std::span<const sinkway_value> items, ByteBuffer& out, int depth) {
  out.put("[");
  for (std::size_t n = 0; n < items.size(); ++n) {
    if (n > 0) out.put(",");
    if (const Fault fault = print_json(items[n], out, depth); fault != Fault::none) return fault;
  }
  out.put("]");
  return Fault::none;
}

Fault put_map(std::span<const sinkway_value> items, ByteBuffer& out, int depth) {
  out.put("{");
  for (std::size_t n = 0; n < items.size(); n += 2) {
    if (n > 0) out.put(",");
    if (const Fault fault = put_name(items[n], out); fault != Fault::none) return fault;
    out.put(":");
    if (const Fault fault = print_json(items[n + 1], out, depth); fault != Fault::none) return fault;
  }
  out.put("}");
  return Fault::none;
}

Fault put_struct(const sinkway_struct& object, ByteBuffer& out, int depth) {
  out.put("{");
  bool first = true;
  for (std::size_t n = 0; n < object.shape->field_count; ++n) {
    if (object.values[n].tag == SINKWAY_ABSENT) continue;
    if (!first) out.put(",");
    first = false;
    const sinkway_string& name = object.shape->names[n];
    put_json_string({name.data, name.size}, out);
    out.put(":");
    if (const Fault fault = print_json(object.values[n], out, depth); fault != Fault::none) return fault;
  }
  out.put("}");
  return Fault::none;
}

}  // namespace

Fault print_json(const sinkway_value& value, ByteBuffer& out, int depth) {
  if (depth >= kDeepestNesting) return Fault::out_of_range;
  switch (value.tag) {
    case SINKWAY_ABSENT:
    case SINKWAY_NULL: out.put("null"); return Fault::none;
    case SINKWAY_BOOL:
    case SINKWAY_INT8:
    case SINKWAY_INT16:
    case SINKWAY_INT32:
    case SINKWAY_INT64:
    case SINKWAY_DECIMAL: return print_plain(value, Zone::utc, out);
    case SINKWAY_FLOAT32:
    case SINKWAY_FLOAT64: return put_number(value, out);
    case SINKWAY_STRING: put_json_string(text_of(value), out); return Fault::none;
    case SINKWAY_BYTES:
      out.put("\"");
      print_base64({value.as.bytes, value.length}, out);
      out.put("\"");
      return Fault::none;
    case SINKWAY_ARRAY: return put_list({value.as.items, value.length}, out, depth + 1);
    case SINKWAY_MAP: return put_map({value.as.items, std::size_t{value.length} * 2}, out, depth + 1);
    case SINKWAY_STRUCT: return put_struct(*value.as.object, out, depth + 1);
    default: return put_as_string(value, out);
  }
}

}  // namespace sinkway::table
