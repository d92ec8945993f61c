// PostgreSQL types: which of them we can write in binary form, and how a column is written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugins/table/rows/reading.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

class DatePattern;
class TimeZone;
struct ColumnPolicies;

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
  array,  // of elements that have a binary form
  text_only
};

// What `text_only` columns make of a value with parts.
enum class Structure : std::uint8_t {
  json,       // JSON text: whether it spells a value is for the type's input function to say
  list,       // {1,2}: arrays whose elements have no binary form
  hstore,     // "name"=>"value"
  composite,  // (1,"a b",): by the names of the attributes, or in their order
  point       // (1,2): of {"x":1,"y":2} or [1,2]
};

// Values that field.hpp writes without asking further.
enum class FastPath : std::uint8_t { none, text, float8 };

// How one column is written. What the pointers show lives as long as the ColumnRules that made it and the Table of its
// column.
struct ColumnType {
  Encoding encoding = Encoding::text_only;
  FastPath fast = FastPath::none;
  Reading reading = Reading::natural;
  Structure structure = Structure::json;
  bool is_array = false;             // an array, with or without a binary form
  bool is_json = false;              // json and jsonb: values that are not text become JSON
  bool finite_only = false;          // NaN and infinity are a fault (policy.nonfinite)
  std::int16_t precision = -1;       // of numeric(p,s); -1: no limit
  std::int16_t scale = 0;            // of numeric(p,s): may be negative from PostgreSQL 15 on
  std::uint32_t type = 0;            // OID with domains taken off: the type of an element of a parameter
  std::int32_t max_characters = -1;  // of varchar(n) and char(n); -1: no limit
  std::int32_t bits = -1;            // of bit(n) and bit varying(n); -1: no limit
  const ColumnPolicies* policies = nullptr;                // null: every fault makes the row errant
  const TimeZone* zone = nullptr;                          // null: UTC
  const DatePattern* pattern = nullptr;                    // with Reading::pattern
  const std::vector<std::string>* attributes = nullptr;    // of a composite type, in order
  // Of an array; text_only where the array is to be written as a literal.
  std::shared_ptr<const ColumnType> element;
};

// OIDs of pg_type.dat that never change.
namespace oid {
constexpr std::uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt2Vector = 22, kInt4 = 23, kText = 25,
                        kOid = 26, kOidVector = 30, kJson = 114, kPoint = 600, kBox = 603, kFloat4 = 700, kFloat8 = 701,
                        kBpchar = 1042, kVarchar = 1043, kDate = 1082, kTime = 1083, kTimestamp = 1114,
                        kTimestamptz = 1184, kInterval = 1186, kBit = 1560, kVarbit = 1562, kNumeric = 1700,
                        kUuid = 2950, kJsonb = 3802;
}  // namespace oid

// As the server's type alone says it: no hints, no policies, UTC.
[[nodiscard]] ColumnType type_of(const Column& column);

[[nodiscard]] constexpr bool is_temporal(Encoding encoding) {
  return encoding == Encoding::date || encoding == Encoding::time || encoding == Encoding::timestamp ||
         encoding == Encoding::timestamptz;
}
[[nodiscard]] constexpr bool is_number(Encoding encoding) {
  return encoding == Encoding::int2 || encoding == Encoding::int4 || encoding == Encoding::int8 ||
         encoding == Encoding::float4 || encoding == Encoding::float8 || encoding == Encoding::numeric ||
         encoding == Encoding::oid;
}

// The tag (sinkway_value.h) that suits a column best: what a converter should make of it.
[[nodiscard]] std::uint8_t hint_of(const ColumnType& type);

}  // namespace sinkway::table
