#include "plugins/table/rows/structure_text.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "plugins/table/rows/byte_text.hpp"
#include "plugins/table/rows/value_encoder.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

constexpr sinkway_value kAbsent{};

std::span<const sinkway_value> items_of(const sinkway_value& value) {
  return {value.as.items, std::size_t{value.length} * (value.tag == SINKWAY_MAP ? 2 : 1)};
}

// The text of a part, whatever it is: parts of parts are JSON, bytes are as bytea has them.
Fault print_part(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag >= SINKWAY_ARRAY) return print_json(value, out);
  if (value.tag == SINKWAY_BYTES) return print_bytea(bytes_of(value), out), Fault::none;
  return print_plain(value, Zone::utc, out);
}

Fault put_quoted_part(const sinkway_value& value, ByteBuffer& out) {
  ByteBuffer text;
  const Fault fault = print_part(value, text);
  if (fault == Fault::none) put_quoted_element(text.view(), out);
  return fault;
}

// Of a struct or a map with text for keys: the part of that name.
const sinkway_value& part_of(const sinkway_value& value, std::string_view name) {
  if (value.tag == SINKWAY_STRUCT) {
    const sinkway_shape& shape = *value.as.object->shape;
    for (std::size_t n = 0; n < shape.field_count; ++n)
      if (std::string_view(shape.names[n].data, shape.names[n].size) == name) return value.as.object->values[n];
  } else if (value.tag == SINKWAY_MAP) {
    const auto items = items_of(value);
    for (std::size_t n = 0; n < items.size(); n += 2)
      if (items[n].tag == SINKWAY_STRING && text_of(items[n]) == name) return items[n + 1];
  }
  return kAbsent;
}

Fault put_pair(const sinkway_value& name, const sinkway_value& value, ByteBuffer& out, bool& first) {
  if (value.tag == SINKWAY_ABSENT) return Fault::none;
  if (is_null(name)) return Fault::wrong_type;
  if (!first) out.put(", ");
  first = false;
  if (const Fault fault = put_quoted_part(name, out); fault != Fault::none) return fault;
  out.put("=>");
  if (is_null(value)) return out.put("NULL"), Fault::none;
  return put_quoted_part(value, out);
}

// PostgreSQL manual F.18: "a"=>"1", "b"=>NULL.
Fault print_hstore(const sinkway_value& value, ByteBuffer& out) {
  if (value.tag == SINKWAY_ARRAY) return Fault::wrong_type;
  bool first = true;
  if (value.tag == SINKWAY_MAP) {
    const auto items = items_of(value);
    for (std::size_t n = 0; n < items.size(); n += 2)
      if (const Fault fault = put_pair(items[n], items[n + 1], out, first); fault != Fault::none) return fault;
    return Fault::none;
  }
  const sinkway_struct& object = *value.as.object;
  for (std::size_t n = 0; n < object.shape->field_count; ++n) {
    const sinkway_string& name = object.shape->names[n];
    sinkway_value text{};
    text.tag = SINKWAY_STRING;
    text.length = static_cast<std::uint32_t>(name.size);
    text.as.text = name.data;
    if (const Fault fault = put_pair(text, object.values[n], out, first); fault != Fault::none) return fault;
  }
  return Fault::none;
}

// PostgreSQL manual 8.16.2: nothing between the commas is NULL.
Fault print_composite(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  const std::size_t count = type.attributes == nullptr ? 0 : type.attributes->size();
  if (value.tag == SINKWAY_ARRAY && value.length != count) return Fault::bad_format;
  out.put("(");
  for (std::size_t n = 0; n < count; ++n) {
    if (n > 0) out.put(",");
    const sinkway_value& part = value.tag == SINKWAY_ARRAY ? value.as.items[n] : part_of(value, (*type.attributes)[n]);
    if (is_null(part)) continue;
    if (const Fault fault = put_quoted_part(part, out); fault != Fault::none) return fault;
  }
  out.put(")");
  return Fault::none;
}

Fault print_point(const sinkway_value& value, ByteBuffer& out) {
  const bool by_place = value.tag == SINKWAY_ARRAY;
  if (by_place && value.length != 2) return Fault::bad_format;
  const sinkway_value& x = by_place ? value.as.items[0] : part_of(value, "x");
  const sinkway_value& y = by_place ? value.as.items[1] : part_of(value, "y");
  out.put("(");
  Fault fault = is_null(x) ? Fault::bad_format : print_plain(x, Zone::none, out);
  out.put(",");
  if (fault == Fault::none) fault = is_null(y) ? Fault::bad_format : print_plain(y, Zone::none, out);
  out.put(")");
  return fault;
}

}  // namespace

Fault print_structure(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  switch (type.structure) {
    case Structure::json: return print_json(value, out);
    case Structure::list: return value.tag == SINKWAY_ARRAY ? print_array(value, out) : Fault::wrong_type;
    case Structure::hstore: return print_hstore(value, out);
    case Structure::composite: return print_composite(value, type, out);
    case Structure::point: return print_point(value, out);
  }
  return Fault::wrong_type;
}

}  // namespace sinkway::table
