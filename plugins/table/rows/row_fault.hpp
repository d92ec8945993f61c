// Why a row cannot be written, found before the server saw it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinkway::table {

// Null for a NOT NULL column is not among them: a trigger may fill it in, so the server decides.
enum class Fault {
  none,
  not_a_struct,   // the value of the record has no fields
  tombstone,      // the value of the record is null
  no_fields,      // no field of the record goes into a column
  unmatched,      // a field has no column (unmatched=dlq)
  ambiguous,      // two fields of the record go into one column
  nested,         // a field has fields itself (nested=fail)
  no_event,       // not a change event, where only those are expected
  no_route,       // a field or header that names the table is missing
  no_key,         // the record does not tell the whole key of its row
  wrong_type,     // a value that the column's type cannot be made from
  bad_format,     // text that does not spell a value of the column's type
  out_of_range,   // a number or time beyond the column's type
  inexact,        // a number with a fraction, for a column of whole numbers
  too_long,       // more characters than the column holds
  nul,            // U+0000 in text, which PostgreSQL cannot store
  nonfinite,      // NaN or an infinity, where the column or its policy takes none
  bad_utf8,       // bytes that are no UTF-8, for a column of text
  becomes_null,   // no fault: the column's policy puts NULL in place of the value; never leaves the encoder of rows
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
  bool is_fatal = false;         // the column's policy ends the task for it, whatever errors.tolerance says
};

}  // namespace sinkway::table
