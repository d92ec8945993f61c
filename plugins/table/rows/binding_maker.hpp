// Makes one binding: the fields of a row laid onto the columns of a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/rows/binder.hpp"

namespace sinkway::table {

// Used once, for a row that stands for all of its form. Throws what Binder::bind throws.
class BindingMaker {
 public:
  BindingMaker(const Table& table, const BindingRules& rules, const Row& row);

  // Everything in order; `fault()` is set when a field without a column makes such records errant.
  [[nodiscard]] Binding make();
  [[nodiscard]] const RowFault& fault() const { return fault_; }
  [[nodiscard]] const std::vector<std::vector<std::uint16_t>>& fault_paths() const { return fault_paths_; }  // of the fields at fault
  // Fields of the row without a value and a column: the binding is for rows where they are empty too.
  [[nodiscard]] const std::vector<EmptyField>& empty() const { return empty_; }

 private:
  using Path = std::vector<std::uint16_t>;

  void add_coordinates();
  void add_key();
  void add_key_headers();
  void add_metadata();
  void add_body(const sinkway_struct& body, const Path& path, const std::string& prefix);
  // nested=flatten: an object that is null is null in all its columns.
  void add_hollow();
  void add_field(const std::string& name, const Path& path, const sinkway_value& value);
  void add_value();
  void add_remainder();
  // True: a field of the record has the column of the fields without a column, and none of those may be there beside it.
  [[nodiscard]] bool is_remainder_a_field();
  // Throws for the fields that should have a column and have none.
  [[noreturn]] void tell_missing() const;
  // Nothing is found: what the rules say.
  void meet_unmatched(const std::string& field, const Path& path, const sinkway_value& value);
  void blame(Fault fault, const std::string& field, std::vector<Path> paths);
  [[nodiscard]] Path path_of(const BoundColumn& bound) const;
  [[nodiscard]] bool is_schemaless() const;
  [[nodiscard]] bool is_bound(const Column* column) const;
  // True: the row has nothing there, and leaves the column to another field.
  [[nodiscard]] bool gives_way(const BoundColumn& earlier);
  [[nodiscard]] bool is_servers_own(const Column& column) const;
  [[nodiscard]] const Column* find(std::string_view name) const;
  // False: there is no such column. A column that the key has is left to it.
  [[nodiscard]] bool add(std::string_view name, Source source, std::size_t field);
  // The same of a part of the key, whose column may be spelt as identifier.case says.
  void require_key(std::string_view name, Source source, std::size_t field);
  void require(std::string_view name, Source source, std::size_t field);
  [[nodiscard]] std::string topic() const;

  const Table& table_;
  const BindingRules& rules_;
  const Row& row_;
  std::vector<std::string_view> names_;  // of the table's columns
  Binding binding_;
  MadeColumn remainder_;
  RowFault fault_;
  std::vector<Path> fault_paths_;
  std::vector<EmptyField> empty_;
  std::vector<std::pair<std::string, Path>> hollow_;  // fields that may be objects, without a value and a column of their name
  std::vector<std::string> missing_;
};

// What tells rows apart: pk.fields, the coordinates of pk.mode=kafka, else the primary key; empty: nothing does. As written.
[[nodiscard]] std::vector<std::string> key_names(const Table& table, const BindingRules& rules);
// A column by its name, whatever the case, or by that name as identifier.case spells it; null: there is none.
[[nodiscard]] const Column* find_column(const Table& table, const FieldRules& fields, std::string_view name);
// Generated, or an identity that no key of the records stands for.
[[nodiscard]] bool is_servers_own(const Table& table, const BindingRules& rules, const Column& column);
// Columns in the order of the table, and which of them tell rows apart.
void settle(Binding& binding, const Table& table, const BindingRules& rules);

}  // namespace sinkway::table
