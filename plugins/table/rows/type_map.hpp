// PostgreSQL types: which of them we can write in binary form, and how a column is written.
#pragma once

#include <cstdint>

#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// How values of a column are encoded. Everything but `text_only` has a binary form here; `text_only` goes through the
// input function of its type, as text.
enum class Encoding : std::uint8_t {
  boolean, int2, int4, int8, float4, float8, numeric, oid,
  // text, varchar, bpchar, citext, enums, json: binary and text form are the same bytes. Not xml: its binary form obeys
  // the encoding that the document declares, but what comes out of Kafka is UTF-8. Not name: only its text form is cut
  // to 63 bytes.
  text,
  jsonb,  // the same behind a version byte
  bytea, uuid, date, time, timestamp, timestamptz,
  text_only
};

// How one column is written.
struct ColumnType {
  Encoding encoding = Encoding::text_only;
  std::uint32_t type = 0;           // OID with domains taken off: the type of an element of a parameter
  std::int32_t max_characters = -1; // of varchar(n) and char(n); -1: no limit
  bool is_array = false;            // text_only: an array, written as {...}
  bool is_json = false;             // json and jsonb: values that are not text become JSON
};

// OIDs of pg_type.dat that never change.
namespace oid {
constexpr std::uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kOid = 26,
                        kJson = 114, kFloat4 = 700, kFloat8 = 701, kBpchar = 1042, kVarchar = 1043, kDate = 1082,
                        kTime = 1083, kTimestamp = 1114, kTimestamptz = 1184, kNumeric = 1700, kUuid = 2950,
                        kJsonb = 3802;
}  // namespace oid

[[nodiscard]] ColumnType type_of(const Column& column);

// The tag (sinkway_value.h) that suits a column best: what a converter should make of it.
[[nodiscard]] std::uint8_t hint_of(const ColumnType& type);

}  // namespace sinkway::table
