// Shape to columns, decided once: which field of a record goes into which column of a table.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/options/field_rules.hpp"
#include "plugins/table/rows/binding.hpp"
#include "plugins/table/rows/column_rules.hpp"
#include "plugins/table/rows/row_fault.hpp"
#include "plugins/table/rows/unavailable_value.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// pk.mode: where the columns of pk.fields come from.
enum class KeyMode { none, kafka, record_key, record_value, record_header };

struct BindingRules {
  KeyMode key_mode = KeyMode::none;
  std::vector<std::string> key_fields{};  // pk.fields
  bool present_fields = false;            // upsert.fields=present: an absent field leaves its column out
  bool adds_columns = false;              // a field without a column gets one
  bool is_keyed = false;                  // the key says which row is meant
  FieldRules fields{};
  std::shared_ptr<const ColumnRules> columns{};  // hints and policies; null: none
  // The columns are the parameters of a statement: what has none is passed over, and a row to remove keeps all.
  bool is_statement = false;
  std::string unavailable{};  // unavailable.value: a field that is this leaves its column out; empty: none does
};

// Binds the shapes of one table, each once, by the stable address of the shape. A field goes into the column of its
// name: exactly, else the only one that differs in case alone. Generated columns, and those GENERATED ALWAYS AS IDENTITY
// that are no part of the key of a keyed mode, are the server's own: a field of their name is passed over. A schemaless
// record that has nothing where its shape has a name is as good as one of a shape without it. [writer-thread]
class Binder {
 public:
  // `table` outlives the binder.
  Binder(const Table& table, BindingRules rules);

  // The binding of a row. An absent field means null, or leaves the column out of the binding where it has a
  // default; that of a row to remove has the columns of its identity alone. Null with a `fault` (all but its
  // record_index): the record is at fault. Throws BindingError: a field that has no column, two that share one; as
  // MissingColumns where the options let columns be added.
  [[nodiscard]] const Binding* bind(const Row& row, RowFault& fault);
  // Bindings from bind() are valid until then; those of whole forms for the life of the binder.
  void begin_batch();
  // Whether so many bindings have gathered that it should be called before the next batch.
  [[nodiscard]] bool must_begin_batch() const;
  // Whether the table has all columns that tell rows apart: a record whose binding has no identity lacks its key then.
  [[nodiscard]] bool table_has_key() const;
  // Neither the server's own nor one that the coordinates or the metadata of records go into.
  [[nodiscard]] bool is_for_fields(const Column& column) const;

 private:
  // What two rows must share to share a binding.
  struct Form {
    const sinkway_shape* value = nullptr;
    const sinkway_shape* key = nullptr;
    const sinkway_string* topic = nullptr;  // where rules go by it
    Operation operation = Operation::put;
    bool is_bare = false;
    std::uint32_t variant = 0;  // counts those that take other fields for empty
    std::vector<const sinkway_shape*> inner{};  // nested=flatten: of the fields that have fields
    auto operator<=>(const Form&) const = default;
  };
  struct Bound {
    Binding binding;
    RowFault fault;  // what makes every such record errant
    std::vector<std::vector<std::uint16_t>> fault_paths;  // of the fields at fault; empty: the form is enough
    std::vector<EmptyField> empty;
    // Whether the row has nothing but what the binding was made for.
    [[nodiscard]] bool holds(const Row& row) const;
  };

  [[nodiscard]] bool is_like_last(const Row& row) const;
  [[nodiscard]] Form form_of(const Row& row) const;
  [[nodiscard]] const Bound* whole(const Row& row);
  [[nodiscard]] std::unique_ptr<Bound> made_for(const Row& row) const;
  [[nodiscard]] const Binding* without_absent(const Binding& all, const Row& row);
  // Whether every field has a value that is no mark of another; false also of some that have: a quick look.
  [[nodiscard]] bool says_all(const sinkway_struct& body) const;
  // Whether a row says nothing of a column that its binding has.
  [[nodiscard]] bool leaves_out(const Binding& all, const BoundColumn& bound, const Row& row) const;
  [[nodiscard]] bool lacks_key(const Binding& binding, const Row& row) const;
  [[nodiscard]] const Binding* settled(const Binding& binding, const Row& row, RowFault& fault) const;

  const Table& table_;
  BindingRules rules_;
  bool by_inner_ = false;
  UnavailableValue unavailable_;
  std::map<Form, std::unique_ptr<Bound>> bound_;
  std::map<std::pair<const Binding*, std::vector<bool>>, std::unique_ptr<Binding>> partial_;
  Form last_form_;
  const Bound* last_ = nullptr;
};

}  // namespace sinkway::table
