// Shape to columns, decided once: which field of a record goes into which column.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/column_rules.hpp"
#include "plugins/table/rows/row.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// pk.mode: where the columns of pk.fields come from.
enum class KeyMode { none, kafka, record_key, record_value };

struct BindingRules {
  KeyMode key_mode = KeyMode::none;
  std::vector<std::string> key_fields;  // pk.fields
  std::shared_ptr<const ColumnRules> columns{};  // hints and policies; null: none
};

// Where the value of a column is found in a record: topic, partition and offset are those of the message as consumed.
enum class Source : std::uint8_t { value_field, key, key_field, topic, partition, offset };

struct BoundColumn {
  const Column* column = nullptr;  // of the Table that the binder was made with
  ColumnType type;
  Source source = Source::value_field;
  std::size_t field = 0;  // position in the shape, for value_field and key_field
};

// The columns of one statement, in the order of the table, and where each comes from. Lives as long as its binder.
struct Binding {
  std::vector<BoundColumn> columns;
  // Positions in `columns` of the primary key, in key order; empty unless all of it is bound.
  std::vector<std::size_t> key;
  bool may_leave_out = false;    // some column has a default that an absent field calls for
};

// A table and a shape that do not go together: nothing that one record could be blamed for.
class BindingError : public std::runtime_error {
 public:
  BindingError(const std::string& reason, std::string hint) : std::runtime_error(reason), hint_(std::move(hint)) {}
  // What to change.
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

// Binds the shapes of one table, each once, by the stable address of the shape. A field goes into the column of its
// name: exactly, else the only one that differs in case alone. Generated columns and those GENERATED ALWAYS AS IDENTITY
// are the server's own: a field of their name is passed over. [writer-thread]
class Binder {
 public:
  // `table` outlives the binder.
  Binder(const Table& table, BindingRules rules);

  // The binding of a row. An absent field means null, or leaves the column out of the binding where it has a
  // default. Null with a `fault` (all but its record_index): the record is at fault. Throws BindingError: a field that
  // has no column, two that share one.
  [[nodiscard]] const Binding* bind(const Row& row, RowFault& fault);

 private:
  struct Shapes {
    const sinkway_shape* value = nullptr;
    const sinkway_shape* key = nullptr;
    auto operator<=>(const Shapes&) const = default;
  };
  [[nodiscard]] const Binding* whole(const Shapes& shapes);
  [[nodiscard]] const Binding* without_absent(const Binding& all, const Row& row);
  [[nodiscard]] std::unique_ptr<Binding> make(const Shapes& shapes) const;
  void add_key(const sinkway_shape* shape, Binding& binding) const;
  // `field` into its column, unless the key went into it before.
  void add(std::string_view field, Source source, std::size_t position, Binding& binding) const;
  void finish(Binding& binding) const;
  [[noreturn]] void refuse(std::string_view field) const;

  const Table& table_;
  BindingRules rules_;
  std::vector<std::string_view> names_;  // of the table's columns
  std::map<Shapes, std::unique_ptr<Binding>> bindings_;
  std::map<std::pair<const Binding*, std::vector<bool>>, std::unique_ptr<Binding>> partial_;
  Shapes last_shapes_;
  const Binding* last_ = nullptr;
};

// The value of a bound column in a row. Coordinates of Kafka are made into `scratch`.
[[nodiscard]] inline const sinkway_value& value_of(const BoundColumn& column, const Row& row,
                                                   sinkway_value& scratch) {
  if (column.source == Source::value_field) [[likely]] return row.body->values[column.field];
  scratch = {};
  const sinkway_record& record = *row.record;
  switch (column.source) {
    case Source::value_field: break;
    case Source::key: return record.key;
    case Source::key_field: return record.key.as.object->values[column.field];
    case Source::topic:
      scratch.tag = SINKWAY_STRING;
      scratch.length = static_cast<std::uint32_t>(record.original_topic->size);
      scratch.as.text = record.original_topic->data;
      break;
    case Source::partition:
      scratch.tag = SINKWAY_INT32;
      scratch.as.integer = record.original_partition;
      break;
    case Source::offset:
      scratch.tag = SINKWAY_INT64;
      scratch.as.integer = record.offset;
      break;
  }
  return scratch;
}

}  // namespace sinkway::table
