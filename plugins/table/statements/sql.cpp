#include "plugins/table/statements/sql.hpp"

#include <algorithm>

#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

std::string columns_of(const Binding& binding) {
  std::string list;
  for (const auto& bound : binding.columns) list += (list.empty() ? "" : ", ") + quote_identifier(bound.column->name);
  return list;
}

std::string_view array_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::boolean: return "bool[]";
    case Encoding::int2: return "int2[]";
    case Encoding::int4: return "int4[]";
    case Encoding::int8: return "int8[]";
    case Encoding::oid: return "oid[]";
    case Encoding::float4: return "float4[]";
    case Encoding::float8: return "float8[]";
    case Encoding::numeric: return "numeric[]";
    case Encoding::jsonb: return "jsonb[]";
    case Encoding::bytea: return "bytea[]";
    case Encoding::uuid: return "uuid[]";
    case Encoding::date: return "date[]";
    case Encoding::time: return "time[]";
    case Encoding::timestamp: return "timestamp[]";
    case Encoding::timestamptz: return "timestamptz[]";
    case Encoding::text:
    case Encoding::array:  // as literals: unnest takes every dimension apart
    case Encoding::text_only: return "text[]";
  }
  return "text[]";
}

// Text that the column does not take by assignment needs its type named; lengths are left to the assignment, which
// refuses where a cast would cut, one to a domain too.
std::string cast_of(const BoundColumn& bound) {
  const std::uint32_t type = bound.column->base_type;
  const bool assigned = type == oid::kText || type == oid::kVarchar || type == oid::kBpchar;
  const bool text = bound.type.encoding == Encoding::text || bound.type.encoding == Encoding::array ||
                    bound.type.encoding == Encoding::text_only;
  const std::string& name = bound.column->typmod >= 0 ? bound.column->base_name : bound.column->type_name;
  return text && !assigned ? "::" + name : "";
}

// The fields of an interval tell its input what 1:30 is; a cast would ask them too late.
bool is_read_with_fields(const Column& column) { return column.base_type == oid::kInterval && column.typmod >= 0; }

std::string array_parameter(const BoundColumn& bound, std::size_t parameter) {
  const std::string_view type = is_read_with_fields(*bound.column) ? "text[]" : array_of(bound.type.encoding);
  return "$" + std::to_string(parameter) + "::" + std::string(type);
}

// What comes out of the array, as the column takes it.
std::string as_column(const BoundColumn& bound, const std::string& value) {
  const Column& column = *bound.column;
  if (!is_read_with_fields(column)) return value + cast_of(bound);
  return "pg_catalog.interval_in(pg_catalog.textout(" + value + "), 0, " + std::to_string(column.typmod) + ")";
}

}  // namespace

std::string copy_sql(const Table& table, const Binding& binding, CopyFormat format) {
  return copy_into_sql(quote_name(table.schema, table.name), binding, format);
}

std::string copy_into_sql(const std::string& table, const Binding& binding, CopyFormat format) {
  return "COPY " + table + " (" + columns_of(binding) + ") FROM STDIN" +
         (format == CopyFormat::binary ? " (FORMAT binary)" : "");
}

std::string_view overriding(const Binding& binding) {
  const bool sets = std::ranges::any_of(binding.columns, [](const BoundColumn& one) { return one.column->identity == Identity::always; });
  return sets ? " OVERRIDING SYSTEM VALUE" : "";
}

std::string unnest_item(const BoundColumn& bound, std::size_t parameter) {
  return as_column(bound, "unnest(" + array_parameter(bound, parameter) + ")");
}

std::string element_item(const BoundColumn& bound, std::size_t parameter, const std::string& number) {
  return as_column(bound, "(" + array_parameter(bound, parameter) + ")[" + number + "]");
}

std::string unnest_sql(const Table& table, const Binding& binding) {
  std::string arrays;
  for (std::size_t n = 0; n < binding.columns.size(); ++n) {
    if (n > 0) arrays += ", ";
    arrays += unnest_item(binding.columns[n], n + 1);
  }
  return "INSERT INTO " + quote_name(table.schema, table.name) + " (" + columns_of(binding) + ")" + std::string(overriding(binding)) +
         " SELECT " + arrays;
}

}  // namespace sinkway::table
