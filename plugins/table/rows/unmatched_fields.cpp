// Fields that have no column: the part of BindingMaker that meets them.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "plugins/table/rows/binding_maker.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

std::string place_of(const Table& table) { return quote_name(table.schema, table.name); }

// Columns that a field may be meant for.
std::string alike(std::span<const std::string_view> names, std::string_view field) {
  std::string list;
  for (const std::string_view name : names_but_case(names, field)) list += (list.empty() ? "" : " or ") + quote_identifier(name);
  return list.empty() ? "" : " (it may be " + list + ", which only case tells apart: field.rename says which)";
}

}  // namespace

void BindingMaker::meet_unmatched(const std::string& field, const Path& path, const sinkway_value& value) {
  if (!field.empty() && field == rules_.fields.operation_field) return;
  // What has no type yet makes no column: the first value will. What a record does not have needs none.
  const bool waits = rules_.adds_columns && value.tag <= SINKWAY_NULL;
  if (is_schemaless() && (waits || value.tag == SINKWAY_ABSENT)) {
    if (rules_.fields.unmatched == Unmatched::remainder)
      remainder_.fields.emplace_back(field, path);
    else if (rules_.fields.unmatched != Unmatched::ignore)
      empty_.push_back({path, waits ? SINKWAY_NULL : SINKWAY_ABSENT});
    return;
  }
  switch (rules_.fields.unmatched) {
    case Unmatched::ignore:
      return;
    case Unmatched::dlq:
      return blame(Fault::unmatched, field, {path});
    case Unmatched::remainder:
      remainder_.fields.push_back({field, path});
      return;
    case Unmatched::fail:
    case Unmatched::add:
      if (rules_.adds_columns && is_schemaless() && !is_column_name(rules_.fields.column_of(topic(), field).value_or(field)))
        return blame(Fault::unmatched, field, {path});
      missing_.push_back(field);
      return;
  }
}

void BindingMaker::tell_missing() const {
  std::string list;
  for (const std::string& field : missing_) list += (list.empty() ? "" : ", ") + quote_identifier(field) + alike(names_, field);
  throw MissingColumns("table " + place_of(table_) + " has no column for " + (missing_.size() == 1 ? "field " : "fields ") + list,
                       "add the column to the table, let it be added (auto.evolve, schema.evolution), leave the "
                       "field out (field.exclude.list), or set unmatched",
                       missing_);
}

bool BindingMaker::is_remainder_a_field() {
  const Column* const column = find(rules_.fields.remainder_column);
  const auto same = std::ranges::find_if(binding_.columns,
                                         [&](const BoundColumn& bound) { return bound.column == column && is_field(bound.source); });
  if (column == nullptr || same == binding_.columns.end()) return false;
  if (gives_way(*same)) {
    binding_.columns.erase(same);
    return false;
  }
  for (const auto& [name, path] : remainder_.fields) {
    if (!is_schemaless())
      throw BindingError("field " + quote_identifier(name) + " has no column, and a field of the record goes into column " +
                             quote_identifier(column->name) + " of table " + place_of(table_) + ", which unmatched names",
                         "leave one of them out (field.exclude.list), rename it (field.rename), or let unmatched name another column");
    if (value_at(path, row_).tag != SINKWAY_ABSENT)
      blame(Fault::ambiguous, column->name, {path_of(*same), path});
    else
      empty_.push_back({path, SINKWAY_ABSENT});
  }
  return true;
}

void BindingMaker::add_remainder() {
  if (rules_.fields.unmatched != Unmatched::remainder || is_remainder_a_field()) return;
  const std::size_t place = binding_.made.size();
  binding_.made.push_back(remainder_);
  require(rules_.fields.remainder_column, Source::made, place);
  if (!missing_.empty())
    throw MissingColumns("table " + place_of(table_) + " has no column " +
                             quote_identifier(rules_.fields.remainder_column) + ", which unmatched names",
                         "add it with type jsonb", missing_);
}

}  // namespace sinkway::table
