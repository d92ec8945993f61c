// Why a row cannot be written, found before the server saw it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinkway::table {

enum class Fault {
  none,
  not_a_struct,   // the value of the record has no fields
  tombstone,      // the value of the record is null
  wrong_type,     // a value that the column's type cannot be made from
  bad_format,     // text that does not spell a value of the column's type
  out_of_range,   // a number or time beyond the column's type
  too_long,       // more characters than the column holds
  nul,            // U+0000 in text, which PostgreSQL cannot store
  null_value,     // null for a column that is NOT NULL
};

// "table.out_of_range" ... : stable, for docs and metrics.
[[nodiscard]] std::string_view id_of(Fault fault);
// What a person reads; never a value.
[[nodiscard]] std::string_view reason_of(Fault fault);

// A record that was left out of what was sent.
struct RowFault {
  std::size_t record_index = 0;  // in the batch of the put
  std::string column;            // empty: the record as a whole
  Fault fault = Fault::none;
};

}  // namespace sinkway::table
