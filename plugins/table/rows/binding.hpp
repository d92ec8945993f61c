// Columns and where their values come from: what a statement needs of a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/row.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// Where the value of a column is found: topic, partition, offset and timestamp are those of the message as consumed.
enum class Source : std::uint8_t {
  value_field,
  value_path,         // a field of a field
  value_undefaulted,  // a field; a default that stands for null counts as null
  path_undefaulted,   // the same of a field of a field
  value,              // the whole value of a record without fields
  key, key_field,
  header,           // the last one of a name
  topic, partition, offset, timestamp,
  made,             // put together for the row: the remainder, all headers
  place_in_batch
};

// Of the value of a record, at whatever depth.
[[nodiscard]] inline bool is_field(Source source) {
  return source <= Source::path_undefaulted;
}

struct BoundColumn {
  const Column* column = nullptr;  // of the Table that the binder was made with
  ColumnType type;
  Source source = Source::value_field;
  // value_field, value_undefaulted, key_field: position in the shape. value_path, path_undefaulted: in Binding::paths.
  // header: in Binding::headers. made: in Row::made.
  std::size_t field = 0;
};

// A field that a binding takes for empty, since its table has nothing to hold it.
struct EmptyField {
  std::vector<std::uint16_t> path{};      // from the body on
  std::uint8_t most = SINKWAY_ABSENT;     // the greatest tag that it may have
};

// What a column that no record holds is put together from.
struct MadeColumn {
  enum class What : std::uint8_t { remainder, headers } what = What::remainder;
  // remainder: names and paths of the fields without a column.
  std::vector<std::pair<std::string, std::vector<std::uint16_t>>> fields{};
};

// The columns of one statement, in the order of the table, and where each comes from. Lives as long as its binder.
struct Binding {
  std::vector<BoundColumn> columns;
  // Positions in `columns` of what tells rows apart: the columns of pk.fields, else the primary key; empty unless all of
  // it is bound.
  std::vector<std::size_t> identity;
  std::vector<std::vector<std::uint16_t>> paths;  // positions from the body on
  std::vector<std::string> headers;
  std::vector<MadeColumn> made;
  bool may_leave_out = false;  // a row may say nothing of some column
  bool only_fields = false;    // every value is a field of the body, none of them a field of a field
};

// The column that numbers the rows of a batch in a source that the server folds.
[[nodiscard]] const Column& place_column();
// The same columns and behind them the row's place in its batch.
[[nodiscard]] Binding with_place(const Binding& binding);

// The value at a path from the body of a row on. Where a field on the way has no fields, null if it is null, else absent.
[[nodiscard]] const sinkway_value& value_at(const std::vector<std::uint16_t>& path, const Row& row);
// The value of a bound column in a row that is not simply a field of its body. Coordinates of Kafka are made into
// `scratch`.
[[nodiscard]] const sinkway_value& odd_value_of(const Binding& binding, const BoundColumn& column, const Row& row,
                                                sinkway_value& scratch);

// The value of a bound column in a row.
[[nodiscard]] inline const sinkway_value& value_of(const Binding& binding, const BoundColumn& column, const Row& row,
                                                   sinkway_value& scratch) {
  if (column.source == Source::value_field) [[likely]] return row.body->values[column.field];
  return odd_value_of(binding, column, row, scratch);
}

// Whether some value of the row's key is null, so that no row of the table is meant.
[[nodiscard]] bool has_null_key(const Binding& binding, const Row& row);

// A table and a shape that do not go together. Of records with schemas none could be blamed for it; one without is alone at fault.
class BindingError : public std::runtime_error {
 public:
  BindingError(const std::string& reason, std::string hint, Fault fault = Fault::none, std::string field = "")
      : std::runtime_error(reason), hint_(std::move(hint)), fault_(fault), field_(std::move(field)) {}
  // What to change.
  [[nodiscard]] const std::string& hint() const { return hint_; }
  // What it is of a record without a schema, and the field at fault; none: it is not the record.
  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] const std::string& field() const { return field_; }

 private:
  std::string hint_;
  Fault fault_;
  std::string field_;
};

// Fields that have no column, where the options let columns be added.
class MissingColumns : public BindingError {
 public:
  MissingColumns(const std::string& reason, std::string hint, std::vector<std::string> fields)
      : BindingError(reason, std::move(hint)), fields_(std::move(fields)) {}
  [[nodiscard]] const std::vector<std::string>& fields() const { return fields_; }

 private:
  std::vector<std::string> fields_;
};

}  // namespace sinkway::table
