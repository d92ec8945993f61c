#include "plugins/table/rows/type_map.hpp"

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::table {
namespace {

constexpr std::int32_t kTypmodOffset = 4;  // VARHDRSZ: atttypmod of varchar(n) and char(n) is n + 4

// Types of extensions have no fixed OID; their names may have a schema in front.
bool is_called(std::string_view type_name, std::string_view name) {
  return type_name == name || (type_name.size() > name.size() && type_name.ends_with(name) &&
                               type_name[type_name.size() - name.size() - 1] == '.');
}

Encoding encoding_of(std::uint32_t base_type) {
  switch (base_type) {
    case oid::kBool: return Encoding::boolean;
    case oid::kInt2: return Encoding::int2;
    case oid::kInt4: return Encoding::int4;
    case oid::kInt8: return Encoding::int8;
    case oid::kOid: return Encoding::oid;
    case oid::kFloat4: return Encoding::float4;
    case oid::kFloat8: return Encoding::float8;
    case oid::kNumeric: return Encoding::numeric;
    case oid::kText:
    case oid::kVarchar:
    case oid::kBpchar:
    case oid::kJson: return Encoding::text;
    case oid::kJsonb: return Encoding::jsonb;
    case oid::kBytea: return Encoding::bytea;
    case oid::kUuid: return Encoding::uuid;
    case oid::kDate: return Encoding::date;
    case oid::kTime: return Encoding::time;
    case oid::kTimestamp: return Encoding::timestamp;
    case oid::kTimestamptz: return Encoding::timestamptz;
    default: return Encoding::text_only;
  }
}

FastPath fast_path_of(Encoding encoding) {
  if (encoding == Encoding::text) return FastPath::text;
  return encoding == Encoding::float8 ? FastPath::float8 : FastPath::none;
}

// numeric(p,s): p in the upper half, s in eleven bits with a sign (numeric_typmod_scale in PostgreSQL's numeric.c).
void read_numeric_limit(std::int32_t typmod, ColumnType& type) {
  if (typmod < kTypmodOffset) return;
  const std::int32_t packed = typmod - kTypmodOffset;
  type.precision = static_cast<std::int16_t>(packed >> 16 & 0xffff);
  type.scale = static_cast<std::int16_t>(((packed & 0x7ff) ^ 1024) - 1024);
}

Column element_of(const Column& column) {
  Column element;
  element.type = element.base_type = column.element_type;
  element.typmod = column.typmod;
  element.type_class = column.element_class;
  element.type_name = element.base_name = column.element_name;
  return element;
}

// An array goes in binary form where its elements do: not those of domains, whose checks its input knows better.
void make_array(const Column& column, ColumnType& type) {
  type.structure = Structure::list;
  const bool is_vector = column.base_type == oid::kInt2Vector || column.base_type == oid::kOidVector;
  if (is_vector || column.element_type == 0) return;
  ColumnType element = type_of(element_of(column));
  if (element.attributes != nullptr) element.attributes = &column.attributes;
  if (element.encoding != Encoding::text_only) type.encoding = Encoding::array;
  type.element = std::make_shared<const ColumnType>(std::move(element));
}

}  // namespace

ColumnType type_of(const Column& column) {
  ColumnType type;
  type.type = column.base_type;
  type.is_array = column.type_class == TypeClass::array;
  if (type.is_array) {
    make_array(column, type);
    return type;
  }
  type.encoding = encoding_of(column.base_type);
  if (column.type_class == TypeClass::enumeration || is_called(column.base_name, "citext"))
    type.encoding = Encoding::text;
  type.fast = fast_path_of(type.encoding);
  type.is_json = column.base_type == oid::kJson || column.base_type == oid::kJsonb;
  const bool limited = column.base_type == oid::kVarchar || column.base_type == oid::kBpchar;
  if (limited && column.typmod >= kTypmodOffset) type.max_characters = column.typmod - kTypmodOffset;
  if (type.encoding == Encoding::numeric) read_numeric_limit(column.typmod, type);
  if (column.base_type == oid::kBit || column.base_type == oid::kVarbit) type.bits = column.typmod;
  if (column.base_type == oid::kPoint) type.structure = Structure::point;
  if (is_called(column.base_name, "hstore")) type.structure = Structure::hstore;
  if (column.type_class == TypeClass::composite) {
    type.structure = Structure::composite;
    type.attributes = &column.attributes;
  }
  return type;
}

std::uint8_t hint_of(const ColumnType& type) {
  switch (type.encoding) {
    case Encoding::boolean: return SINKWAY_BOOL;
    case Encoding::int2: return SINKWAY_INT16;
    case Encoding::int4: return SINKWAY_INT32;
    case Encoding::oid:
    case Encoding::int8: return SINKWAY_INT64;
    case Encoding::float4: return SINKWAY_FLOAT32;
    case Encoding::float8: return SINKWAY_FLOAT64;
    case Encoding::numeric: return SINKWAY_DECIMAL;
    default: return SINKWAY_STRING;  // what the column's own rules read from text
  }
}

}  // namespace sinkway::table
