#include "plugins/table/rows/declared_schema.hpp"

#include <vector>

namespace sinkway::table {
namespace {

const sinkway_schema* field_schema(const sinkway_shape& shape, std::size_t field) {
  const bool has_schema = shape.schema != nullptr && field < shape.schema->field_count;
  return has_schema ? shape.schema->fields[field] : nullptr;
}

}  // namespace

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
    case Source::value_path: {
      const std::vector<std::uint16_t>& path = binding.paths[bound.field];
      const sinkway_struct* body = row.body;
      for (std::size_t n = 0; n + 1 < path.size(); ++n) body = body->values[path[n]].as.object;
      return field_schema(*body->shape, path.back());
    }
    default:
      return nullptr;
  }
}

}  // namespace sinkway::table
