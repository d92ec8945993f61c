// Shape to columns, decided once: which field of a record goes into which column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/type_map.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// pk.mode: where the columns of pk.fields come from.
enum class KeyMode { none, kafka, record_key, record_value };

struct BindingRules {
  KeyMode key_mode = KeyMode::none;
  std::vector<std::string> key_fields;  // pk.fields
};

// Where the value of a column is found in a record.
enum class Source : std::uint8_t { value_field, key, key_field, topic, partition, offset };

struct BoundColumn {
  const Column* column = nullptr;  // of the Table that the binder was made with
  ColumnType type;
  Source source = Source::value_field;
  std::size_t field = 0;  // position in the shape, for value_field and key_field
};

// The columns of one statement, and where each comes from. Lives as long as its binder.
struct Binding {
  std::vector<BoundColumn> columns;
  std::vector<std::size_t> key;  // positions in `columns` of the primary key, in key order; empty unless all of it is bound
  const Column* unfilled = nullptr;  // a column that must have a value and gets none
};

// A table and a shape that do not go together: nothing that one record could be blamed for.
class BindingError : public std::runtime_error {
 public:
  BindingError(const std::string& reason, std::string hint) : std::runtime_error(reason), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

// Binds the shapes of one table, each once, by the stable address of the shape. [writer-thread]
class Binder {
 public:
  // `table` outlives the binder.
  Binder(const Table& table, BindingRules rules);
  ~Binder();

  // The binding of a record; fields of it that are absent have no column in it, so that the column's default applies. Null with a
  // `fault` (all but its record_index): the record is at fault. Throws BindingError: a field that has no column.
  [[nodiscard]] const Binding* bind(const sinkway_record& record, RowFault& fault);

 private:
  struct Shapes {
    const sinkway_shape* value = nullptr;
    const sinkway_shape* key = nullptr;
    auto operator<=>(const Shapes&) const = default;
  };
  [[nodiscard]] std::unique_ptr<Binding> make(const Shapes& shapes) const;
  [[nodiscard]] const Binding* whole(const Shapes& shapes);
  [[nodiscard]] const Binding* without_absent(const Binding& all, const sinkway_record& record);
  void add_key(const sinkway_shape* shape, std::vector<BoundColumn>& columns) const;
  void add(std::string_view field, Source source, std::size_t position, std::vector<BoundColumn>& columns) const;
  void finish(Binding& binding) const;

  const Table& table_;
  BindingRules rules_;
  std::map<Shapes, std::unique_ptr<Binding>> bindings_;
  std::map<std::pair<const Binding*, std::string>, std::unique_ptr<Binding>> partial_;
  Shapes last_shapes_;
  const Binding* last_ = nullptr;
};

// The value of a bound column in a record. Coordinates of Kafka are made into `scratch`.
[[nodiscard]] const sinkway_value& value_of(const BoundColumn& column, const sinkway_record& record, sinkway_value& scratch);

}  // namespace sinkway::table
