#include "plugins/table/rows/binding.hpp"

#include <algorithm>
#include <string_view>

#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {
namespace {

const sinkway_value kAbsent{};

const sinkway_value& last_header(std::string_view name, const sinkway_record& record) {
  for (std::uint32_t n = record.header_count; n > 0; --n) {
    const sinkway_header& header = record.headers[n - 1];
    if (std::string_view(header.name.data, header.name.size) == name) return header.value;
  }
  return kAbsent;
}

// A default that the producer called for by null. Where nothing was sent at all, the default stands.
bool stands_for_null(const sinkway_value& value) {
  return (value.flags & (SINKWAY_FLAG_DEFAULT_FILLED | SINKWAY_FLAG_MISSING)) == SINKWAY_FLAG_DEFAULT_FILLED;
}

const sinkway_value& make(int tag, std::int64_t integer, sinkway_value& scratch) {
  scratch.tag = static_cast<std::uint8_t>(tag);
  scratch.as.integer = integer;
  return scratch;
}

}  // namespace

const sinkway_value& value_at(const std::vector<std::uint16_t>& path, const Row& row) {
  const sinkway_struct* body = row.body;
  for (std::size_t n = 0; n + 1 < path.size(); ++n) {
    const sinkway_value& inner = body->values[path[n]];
    if (inner.tag <= SINKWAY_NULL) return inner;
    if (inner.tag != SINKWAY_STRUCT) return kAbsent;
    body = inner.as.object;
  }
  return body->values[path.back()];
}

const Column& place_column() {
  static const Column kColumn = [] {
    Column column;
    column.name = "_sinkway_place";
    column.type = column.base_type = oid::kInt8;
    column.type_name = "bigint";
    return column;
  }();
  return kColumn;
}

Binding with_place(const Binding& binding) {
  Binding numbered = binding;
  numbered.columns.push_back({&place_column(), type_of(place_column()), Source::place_in_batch, 0});
  return numbered;
}

const sinkway_value& odd_value_of(const Binding& binding, const BoundColumn& column, const Row& row,
                                  sinkway_value& scratch) {
  const sinkway_record& record = *row.record;
  scratch = {};
  switch (column.source) {
    case Source::value_field: return row.body->values[column.field];
    case Source::value_path: return value_at(binding.paths[column.field], row);
    case Source::value_undefaulted: {
      const sinkway_value& value = row.body->values[column.field];
      return stands_for_null(value) ? make(SINKWAY_NULL, 0, scratch) : value;
    }
    case Source::path_undefaulted: {
      const sinkway_value& value = value_at(binding.paths[column.field], row);
      return stands_for_null(value) ? make(SINKWAY_NULL, 0, scratch) : value;
    }
    case Source::value: return record.value;
    case Source::key: return record.key;
    case Source::key_field: return record.key.as.object->values[column.field];
    case Source::header: return last_header(binding.headers[column.field], record);
    case Source::topic:
      scratch.tag = SINKWAY_STRING;
      scratch.length = static_cast<std::uint32_t>(record.original_topic->size);
      scratch.as.text = record.original_topic->data;
      return scratch;
    case Source::partition: return make(SINKWAY_INT32, record.original_partition, scratch);
    case Source::offset: return make(SINKWAY_INT64, record.offset, scratch);
    case Source::timestamp:
      return record.timestamp < 0 ? kAbsent : make(SINKWAY_TIMESTAMP_MS, record.timestamp, scratch);
    case Source::made: return row.made[column.field];
    case Source::place_in_batch: return make(SINKWAY_INT64, row.index, scratch);
  }
  return kAbsent;
}

bool has_null_key(const Binding& binding, const Row& row) {
  sinkway_value scratch;
  return std::ranges::any_of(binding.identity, [&](std::size_t position) {
    return is_null(value_of(binding, binding.columns[position], row, scratch));
  });
}

}  // namespace sinkway::table
