#include "plugins/table/rows/declared_schema.hpp"

#include <vector>

namespace sinkway::table {
namespace {

const sinkway_schema* field_schema(const sinkway_shape& shape, std::size_t field) {
  const bool has_schema = shape.schema != nullptr && field < shape.schema->field_count;
  return has_schema ? shape.schema->fields[field] : nullptr;
}

}  // namespace

const sinkway_schema* schema_at(const std::vector<std::uint16_t>& path, const Row& row) {
  const sinkway_schema* schema = row.body->shape->schema;
  for (const std::uint16_t field : path)
    schema = schema != nullptr && field < schema->field_count ? schema->fields[field] : nullptr;
  return schema;
}

const sinkway_schema* declared_schema(const Binding& binding, const BoundColumn& bound, const Row& row) {
  switch (bound.source) {
    case Source::value_field:
    case Source::value_undefaulted:
      return field_schema(*row.body->shape, bound.field);
    case Source::key_field:
      return field_schema(*row.record->key.as.object->shape, bound.field);
    case Source::value:
      return row.record->value_schema;
    case Source::key:
      return row.record->key_schema;
    case Source::value_path:
    case Source::path_undefaulted:
      return schema_at(binding.paths[bound.field], row);
    default:
      return nullptr;
  }
}

}  // namespace sinkway::table
