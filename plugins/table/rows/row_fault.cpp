#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

std::string_view id_of(Fault fault) {
  switch (fault) {
    case Fault::none: return "table.ok";
    case Fault::not_a_struct: return "table.not_a_struct";
    case Fault::tombstone: return "table.tombstone";
    case Fault::no_fields: return "table.no_fields";
    case Fault::unmatched: return "table.unmatched";
    case Fault::ambiguous: return "table.ambiguous_field";
    case Fault::nested: return "table.nested_field";
    case Fault::no_event: return "table.no_event";
    case Fault::no_route: return "table.no_route";
    case Fault::no_key: return "table.no_key_in_record";
    case Fault::wrong_type: return "table.wrong_type";
    case Fault::bad_format: return "table.bad_format";
    case Fault::out_of_range: return "table.out_of_range";
    case Fault::inexact: return "table.inexact";
    case Fault::too_long: return "table.too_long";
    case Fault::nul: return "table.nul";
    case Fault::nonfinite: return "table.nonfinite";
    case Fault::bad_utf8: return "table.bad_utf8";
    case Fault::becomes_null: return "table.becomes_null";
  }
  return "table.unknown";
}

std::string_view reason_of(Fault fault) {
  switch (fault) {
    case Fault::none: return "nothing is wrong";
    case Fault::not_a_struct: return "the value of the record has no fields; a struct or a JSON object is needed";
    case Fault::tombstone: return "the value of the record is null, and delete.enabled is not set";
    case Fault::no_fields: return "no field of the record goes into a column of the table";
    case Fault::unmatched: return "the field has no column in the table";
    case Fault::ambiguous: return "another field of the record goes into the same column";
    case Fault::nested: return "the field has fields itself, and nested=fail";
    case Fault::no_event: return "the record is no change event with a row that its operation needs";
    case Fault::no_route: return "the field or header that names the table is missing, empty or no plain name";
    case Fault::no_key: return "the record does not tell the whole key of its row";
    case Fault::wrong_type: return "the value has a type that the column's type cannot be made from";
    case Fault::bad_format: return "the text does not spell a value of the column's type";
    case Fault::out_of_range: return "the value is out of the range of the column's type";
    case Fault::inexact: return "the number has a fraction, and the column holds whole numbers";
    case Fault::too_long: return "the text is longer than the column";
    case Fault::nul: return "the text holds U+0000, which PostgreSQL cannot store";
    case Fault::nonfinite: return "the number is NaN or infinite, and the column takes none";
    case Fault::bad_utf8: return "the bytes are not UTF-8, and the column holds text";
    case Fault::becomes_null: return "NULL takes the place of the value";
  }
  return "unknown";
}

}  // namespace sinkway::table
