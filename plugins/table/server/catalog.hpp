// Tables, columns, keys and types as plain data: what the server has.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkway::table {

enum class TableKind { table, partitioned, view, foreign, other };  // pg_class.relkind r, p, v, f
enum class Identity { none, always, by_default };                   // pg_attribute.attidentity

// What a type is made of, as pg_type tells. `domain` is one over a base type; a domain over an enum, an array... is
// called by that.
enum class TypeClass { base, enumeration, domain, array, composite, range, other };

struct Column {
  std::string name;
  std::uint32_t type = 0;        // OID; of a domain the OID of the domain itself
  std::uint32_t base_type = 0;   // OID with domains taken off
  std::int32_t typmod = -1;      // atttypmod, with domains taken off where they carry it
  TypeClass type_class = TypeClass::base;
  std::string type_name;         // format_type(type, -1)
  std::string base_name{};       // format_type(base_type, -1): fit for a cast that changes no length; one to a domain may
  std::uint32_t element_type = 0;  // of an array: OID of its elements, their class and name
  TypeClass element_class = TypeClass::other;
  std::string element_name;
  std::vector<std::string> attributes;  // of a composite type, or of an array's elements: names in order
  bool not_null = false;
  bool has_default = false;
  bool generated = false;        // GENERATED ALWAYS AS (...) STORED
  Identity identity = Identity::none;
  bool deterministic = true;     // of its collation: equal texts have equal bytes
  std::string collation{};       // its quoted name where it is not
  std::string own_collation{};   // its quoted name where it is not that of the type
  std::string rounded_type{};    // the type with its modifier where that rounds values: numeric(p,s), timestamp(n)
};

// A table as it was when it was read. Columns in the order of attnum, dropped ones left out.
struct Table {
  std::string schema;
  std::string name;
  std::uint32_t oid = 0;
  TableKind kind = TableKind::table;
  bool has_rules = false;
  bool has_deferrable = false;  // constraints, of its own or that refer to it
  bool row_security = false;  // in force for the role of the connection
  std::vector<Column> columns;
  std::vector<std::string> primary_key;  // column names in key order
  std::vector<std::vector<std::string>> unique_keys;  // column names of each index that ON CONFLICT can use, the primary key's among them
  std::vector<std::uint32_t> references;  // OIDs of the tables that its foreign keys refer to

  [[nodiscard]] bool refers_to_itself() const { return std::find(references.begin(), references.end(), oid) != references.end(); }
  [[nodiscard]] const Column* find(std::string_view column) const {
    for (const auto& one : columns)
      if (one.name == column) return &one;
    return nullptr;
  }
};

// A column by its name: exactly, else the only one that differs in case alone; null: there is none.
[[nodiscard]] const Column* find_column(const Table& table, std::string_view name);
// Whether an index that ON CONFLICT can use is over exactly these columns, as the table spells them.
[[nodiscard]] bool has_unique_key(const Table& table, const std::vector<std::string>& columns);

}  // namespace sinkway::table
