#include "plugins/table/rows/row_encoder.hpp"

#include <algorithm>
#include <string>

#include "plugins/table/rows/field.hpp"

namespace sinkway::table {
namespace {

// COPY's text format: what would end a field or a row is escaped (PostgreSQL manual, COPY, Text Format).
char escape_of(char c) {
  switch (c) {
    case '\\': return '\\';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\v': return 'v';
    default: return '\0';
  }
}

// Escapes what stands in `out` from `start` on; most text has nothing to escape.
void escape(ByteBuffer& out, std::size_t start) {
  const std::string_view written = out.view(start);
  if (std::none_of(written.begin(), written.end(), [](char c) { return escape_of(c) != '\0'; })) return;
  const std::string text(written);
  out.truncate(start);
  for (const char& c : text) {
    if (const char escaped = escape_of(c); escaped != '\0') {
      const char two[] = {'\\', escaped};
      out.put({two, sizeof two});
    } else {
      out.put({&c, 1});
    }
  }
}

// The text is made from the binary form, so that a row becomes the same whichever way it goes.
Fault put_escaped_field(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  if (is_null(value)) return out.put("\\N"), Fault::none;
  const std::size_t start = out.size();
  const Fault fault = encode(value, type, out);
  if (fault == Fault::becomes_null) {
    out.truncate(start);
    return out.put("\\N"), Fault::none;
  }
  if (fault != Fault::none) return fault;
  if (type.encoding != Encoding::text && type.encoding != Encoding::text_only) {
    const std::string payload(out.view(start));
    out.truncate(start);
    print_payload(payload, type, out);
  }
  escape(out, start);
  return Fault::none;
}

// The column at fault; null: none.
const BoundColumn* append_binary(const Binding& binding, const Row& row, ByteBuffer& out, Fault& fault) {
  out.put16(static_cast<std::uint16_t>(binding.columns.size()));
  sinkway_value scratch;
  for (const BoundColumn& bound : binding.columns) {
    const Fault found = put_field(value_of(binding, bound, row, scratch), bound.type, out);
    if (found == Fault::none) [[likely]] continue;
    fault = found;
    return &bound;
  }
  return nullptr;
}

const BoundColumn* append_text(const Binding& binding, const Row& row, ByteBuffer& out, Fault& fault) {
  sinkway_value scratch;
  for (const BoundColumn& bound : binding.columns) {
    if (&bound != binding.columns.data()) out.put("\t");
    fault = put_escaped_field(value_of(binding, bound, row, scratch), bound.type, out);
    if (fault != Fault::none) return &bound;
  }
  out.put("\n");
  return nullptr;
}

}  // namespace

bool all_binary(const Binding& binding) {
  return std::none_of(binding.columns.begin(), binding.columns.end(),
                      [](const BoundColumn& bound) { return bound.type.encoding == Encoding::text_only; });
}

bool append_row(const Binding& binding, const Row& row, CopyFormat format, ByteBuffer& out, RowFault& fault) {
  const std::size_t start = out.size();
  const BoundColumn* const bad = format == CopyFormat::binary ? append_binary(binding, row, out, fault.fault)
                                                              : append_text(binding, row, out, fault.fault);
  if (bad == nullptr) [[likely]] return true;
  out.truncate(start);
  fault.record_index = row.index;
  fault.column = bad->column->name;
  fault.is_fatal = is_fatal(fault.fault, bad->type);
  return false;
}

std::string_view copy_header(CopyFormat format) {
  // Signature, flags, length of an extension.
  return format == CopyFormat::binary ? std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19) : std::string_view();
}

std::string_view copy_trailer(CopyFormat format) {
  return format == CopyFormat::binary ? std::string_view("\377\377", 2) : std::string_view();
}

}  // namespace sinkway::table
