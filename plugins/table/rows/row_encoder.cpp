#include "plugins/table/rows/row_encoder.hpp"

#include <algorithm>
#include <utility>

#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

constexpr std::uint32_t kNull = 0xffffffff;  // the length that stands for null

bool is_nothing(const sinkway_value& value) { return value.tag == SINKWAY_NULL || value.tag == SINKWAY_ABSENT; }

RowFault fault_of(const Row& row, const BoundColumn& bound, Fault fault) { return {row.index, bound.column->name, fault}; }

// Length and payload.
Fault put_field(const sinkway_value& value, const BoundColumn& bound, ByteBuffer& out) {
  if (is_nothing(value)) {
    if (bound.column->not_null) return Fault::null_value;
    return out.put32(kNull), Fault::none;
  }
  const std::size_t at = out.size();
  out.put32(0);
  const Fault fault = encode(value, bound.type, out);
  out.set32(at, static_cast<std::uint32_t>(out.size() - at - 4));
  return fault;
}

// COPY's text format: what would end a field or a row is escaped (PostgreSQL manual, COPY, Text Format).
void put_escaped(std::string_view text, ByteBuffer& out) {
  for (const char c : text) switch (c) {
      case '\\': out.put("\\\\"); break;
      case '\n': out.put("\\n"); break;
      case '\r': out.put("\\r"); break;
      case '\t': out.put("\\t"); break;
      case '\b': out.put("\\b"); break;
      case '\f': out.put("\\f"); break;
      case '\v': out.put("\\v"); break;
      default: out.put8(static_cast<std::uint8_t>(c));
    }
}

Fault put_text_field(const sinkway_value& value, const BoundColumn& bound, ByteBuffer& out) {
  if (is_nothing(value)) {
    if (bound.column->not_null) return Fault::null_value;
    return out.put("\\N"), Fault::none;
  }
  ByteBuffer payload, text;
  if (const Fault fault = encode(value, bound.type, payload); fault != Fault::none) return fault;
  print_payload(payload.view(), bound.type, text);
  put_escaped(text.view(), out);
  return Fault::none;
}

std::uint32_t element_type(const ColumnType& type) {
  const bool as_text = type.encoding == Encoding::text || type.encoding == Encoding::text_only;
  return as_text ? oid::kText : type.type;
}

}  // namespace

bool all_binary(const Binding& binding) {
  return std::none_of(binding.columns.begin(), binding.columns.end(),
                      [](const BoundColumn& bound) { return bound.type.encoding == Encoding::text_only; });
}

bool append_row(const Binding& binding, const Row& row, CopyFormat format, ByteBuffer& out, RowFault& fault) {
  const std::size_t start = out.size();
  if (format == CopyFormat::binary) out.put16(static_cast<std::uint16_t>(binding.columns.size()));
  sinkway_value scratch;
  bool first = true;
  for (const auto& bound : binding.columns) {
    const sinkway_value& value = value_of(bound, *row.record, scratch);
    if (format == CopyFormat::text && !std::exchange(first, false)) out.put("\t");
    const Fault found = format == CopyFormat::binary ? put_field(value, bound, out) : put_text_field(value, bound, out);
    if (found == Fault::none) continue;
    out.truncate(start);
    fault = fault_of(row, bound, found);
    return false;
  }
  if (format == CopyFormat::text) out.put("\n");
  return true;
}

std::string_view copy_header(CopyFormat format) {
  return format == CopyFormat::binary ? std::string_view("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19) : std::string_view();
}

std::string_view copy_trailer(CopyFormat format) {
  return format == CopyFormat::binary ? std::string_view("\377\377", 2) : std::string_view();
}

void ColumnArrays::begin(const Binding& binding) {
  binding_ = &binding;
  rows_ = 0;
  arrays_.resize(std::max(arrays_.size(), binding.columns.size()));
  has_null_.assign(binding.columns.size(), false);
  for (std::size_t n = 0; n < binding.columns.size(); ++n) {
    // Dimensions, null flag, element type, size of the dimension, its lower bound (array_send in utils/adt/arrayfuncs.c).
    arrays_[n].clear();
    arrays_[n].put32(1);
    arrays_[n].put32(0);
    arrays_[n].put32(element_type(binding.columns[n].type));
    arrays_[n].put32(0);
    arrays_[n].put32(1);
  }
}

bool ColumnArrays::append(const Row& row, RowFault& fault) {
  starts_.clear();
  sinkway_value scratch;
  for (std::size_t n = 0; n < binding_->columns.size(); ++n) {
    const BoundColumn& bound = binding_->columns[n];
    const sinkway_value& value = value_of(bound, *row.record, scratch);
    starts_.push_back(arrays_[n].size());
    const Fault found = put_field(value, bound, arrays_[n]);
    if (found != Fault::none) {
      for (std::size_t undone = 0; undone <= n; ++undone) arrays_[undone].truncate(starts_[undone]);
      fault = fault_of(row, bound, found);
      return false;
    }
    if (is_nothing(value)) has_null_[n] = true;
  }
  ++rows_;
  return true;
}

void ColumnArrays::end() {
  for (std::size_t n = 0; n < binding_->columns.size(); ++n) {
    arrays_[n].set32(4, has_null_[n] ? 1 : 0);
    arrays_[n].set32(12, static_cast<std::uint32_t>(rows_));
  }
}

}  // namespace sinkway::table
