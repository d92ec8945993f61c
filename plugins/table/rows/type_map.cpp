#include "plugins/table/rows/type_map.hpp"

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::table {
namespace {

constexpr std::int32_t kTypmodOffset = 4;  // VARHDRSZ: atttypmod of varchar(n) and char(n) is n + 4

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

}  // namespace

ColumnType type_of(const Column& column) {
  ColumnType type;
  type.type = column.base_type;
  type.encoding = encoding_of(column.base_type);
  if (column.type_class == TypeClass::enumeration || column.type_name == "citext" ||
      column.type_name.ends_with(".citext"))
    type.encoding = Encoding::text;
  type.is_array = column.type_class == TypeClass::array;
  type.is_json = column.base_type == oid::kJson || column.base_type == oid::kJsonb;
  const bool limited = column.base_type == oid::kVarchar || column.base_type == oid::kBpchar;
  if (limited && column.typmod >= kTypmodOffset) type.max_characters = column.typmod - kTypmodOffset;
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
