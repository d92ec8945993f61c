// What a value means before it goes into its column: what type.hints and the names of schemas say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

struct ColumnType;

// How a value is read. Values of another kind than the reading is for are read naturally: text in an epoch column is a
// timestamp in text.
enum class Reading : std::uint8_t {
  natural,
  in_zone,  // naturally, in a zone that is not UTC
  // Counts since 1970-01-01T00:00:00Z.
  epoch_s, epoch_ms, epoch_us, epoch_ns,
  // The same, but what the calendar and the clock of some place showed: Debezium's timestamps without a zone.
  local_ms, local_us, local_ns,
  days,                             // since 1970-01-01
  time_ms, time_us, time_ns,        // since midnight
  year,
  duration_us, duration_ns,
  pattern,                          // text by a pattern of date and time
  base64, hex,                      // text that spells bytes
  unsigned_number,                  // the bits of a signed integer are those of an unsigned one
  variable_decimal,                 // {"scale":2,"value":bytes}
  bits,                             // bytes, the least significant first
  set,                              // a,b,c
  geometry                          // {"wkb":bytes,"srid":4326}, points with x and y
};

// The reading of a field whose schema has this name (Debezium's semantic types); nothing for every other name.
// Connect's own logical types have tags and need none.
[[nodiscard]] std::optional<Reading> reading_of_schema(std::string_view name);

// The word of type.hints: epoch_ms, base64, hex, unsigned ...; nothing: it is no such word.
[[nodiscard]] std::optional<Reading> reading_of_hint(std::string_view word);

// True: `reading` changes what goes into such a column. A count of milliseconds stays a number in a bigint column.
[[nodiscard]] bool applies(Reading reading, const ColumnType& type);

// What a value was made into, and what it points to.
struct ReadValue {
  sinkway_value value{};
  bool wall = false;  // a timestamp that calendar and clock showed, not a moment
  std::string text;
  ByteBuffer bytes;
  std::vector<sinkway_value> items;
};

// `value`, neither null nor absent, as type.reading, type.pattern and type.zone say; `into.value` goes on into the
// encoder. On the way of every value of a column with a hint.
[[nodiscard]] Fault read_value(const sinkway_value& value, const ColumnType& type, ReadValue& into);

}  // namespace sinkway::table
