#include "plugins/table/rows/binding_maker.hpp"

#include <algorithm>
#include <utility>

#include "plugins/table/rows/declared_schema.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

Source source_of(Metadata metadata) {
  switch (metadata) {
    case Metadata::topic: return Source::topic;
    case Metadata::partition: return Source::partition;
    case Metadata::offset: return Source::offset;
    case Metadata::timestamp: return Source::timestamp;
    case Metadata::headers: return Source::made;
    case Metadata::key: return Source::key;
  }
  return Source::topic;
}

// Empty unless every name, as it is or in the case of columns, is the column of one of them.
std::vector<std::size_t> positions_of(const std::vector<std::string>& names, const std::vector<BoundColumn>& columns,
                                      const FieldRules& rules) {
  std::vector<std::size_t> positions;
  std::vector<std::string_view> bound;
  for (const BoundColumn& one : columns) bound.emplace_back(one.column->name);
  for (const std::string& name : names) {
    auto found = find_name(bound, name);
    if (!found) found = find_name(bound, rules.spelt(name));
    if (!found) return {};
    positions.push_back(*found);
  }
  return positions;
}

std::string place_of(const Table& table) { return quote_name(table.schema, table.name); }

void keep_identity(Binding& binding) {
  std::vector<BoundColumn> columns;
  for (const std::size_t position : binding.identity) columns.push_back(binding.columns[position]);
  binding.columns = std::move(columns);
  for (std::size_t n = 0; n < binding.identity.size(); ++n) binding.identity[n] = n;
}

}  // namespace

bool is_servers_own(const Table& table, const BindingRules& rules, const Column& column) {
  if (column.generated || column.identity != Identity::always) return column.generated;
  const std::vector<std::string> key = key_names(table, rules);
  return !rules.is_keyed ||
         std::ranges::none_of(key, [&](const std::string& name) { return find_column(table, rules.fields, name) == &column; });
}

void settle(Binding& binding, const Table& table, const BindingRules& rules) {
  auto& columns = binding.columns;
  std::sort(columns.begin(), columns.end(),
            [](const BoundColumn& a, const BoundColumn& b) { return a.column < b.column; });  // the order of the table
  binding.may_leave_out = !rules.is_statement;  // a statement has all its parameters
  binding.only_fields = !columns.empty() && std::ranges::all_of(columns, [](const BoundColumn& one) { return one.source == Source::value_field; });
  binding.identity = positions_of(key_names(table, rules), columns, rules.fields);
}

BindingMaker::BindingMaker(const Table& table, const BindingRules& rules, const Row& row)
    : table_(table), rules_(rules), row_(row) {
  for (const Column& column : table.columns) names_.emplace_back(column.name);
}

std::string BindingMaker::topic() const { return std::string(view(*row_.record->topic)); }

Binding BindingMaker::make() {
  const bool removes = row_.operation == Operation::remove && !rules_.is_statement;
  if (rules_.key_mode == KeyMode::kafka) add_coordinates();
  if (rules_.key_mode == KeyMode::record_key) add_key();
  if (rules_.key_mode == KeyMode::record_header) add_key_headers();
  if (!removes) add_metadata();
  if (row_.body != nullptr)
    add_body(*row_.body, {}, "");
  else if (!removes)
    add_value();
  add_hollow();
  if (!missing_.empty()) tell_missing();
  if (!removes) add_remainder();
  static const ColumnRules kNone;
  const ColumnRules& columns = rules_.columns == nullptr ? kNone : *rules_.columns;
  for (BoundColumn& bound : binding_.columns)
    bound.type = columns.type_of(*bound.column, declared_schema(binding_, bound, row_));
  settle(binding_, table_, rules_);
  if (removes) keep_identity(binding_);
  if (removes) binding_.may_leave_out = false;
  return std::move(binding_);
}

const Column* BindingMaker::find(std::string_view name) const {
  const auto found = find_name(names_, name);
  return found ? &table_.columns[*found] : nullptr;
}

bool BindingMaker::is_servers_own(const Column& column) const { return table::is_servers_own(table_, rules_, column); }

bool BindingMaker::add(std::string_view name, Source source, std::size_t field) {
  const Column* const column = find(name);
  if (column == nullptr) return false;
  if (is_servers_own(*column)) return true;
  const auto same = std::find_if(binding_.columns.begin(), binding_.columns.end(),
                                 [&](const BoundColumn& bound) { return bound.column == column; });
  if (same == binding_.columns.end()) {
    binding_.columns.push_back({column, type_of(*column), source, field});
  } else if (is_field(source) && gives_way(*same)) {
    *same = {column, type_of(*column), source, field};
  } else if (is_field(source) && is_field(same->source) && is_schemaless()) {
    blame(Fault::ambiguous, column->name, {path_of(*same), path_of({column, {}, source, field})});
  } else if (source == same->source || (is_field(source) && is_field(same->source))) {
    throw BindingError("two fields of a record go into column " + quote_identifier(column->name) + " of table " +
                       place_of(table_),
                       "leave one of them out (field.exclude.list) or rename it (field.rename)");
  }  // else: the key has the column, and the value repeats it
  return true;
}

void BindingMaker::require(std::string_view name, Source source, std::size_t field) {
  if (!add(name, source, field) && !rules_.is_statement) missing_.emplace_back(name);
}

void BindingMaker::add_metadata() {
  for (const auto& [metadata, column] : rules_.fields.metadata) {
    std::size_t field = 0;
    if (metadata == Metadata::headers) {
      field = binding_.made.size();
      binding_.made.push_back({MadeColumn::What::headers, {}});
    }
    require(column, source_of(metadata), field);
  }
}

void BindingMaker::add_body(const sinkway_struct& body, const Path& path, const std::string& prefix) {
  for (std::uint32_t field = 0; field < body.shape->field_count; ++field) {
    const sinkway_value& value = body.values[field];
    const std::string name = prefix + std::string(view(body.shape->names[field]));
    Path deeper = path;
    deeper.push_back(static_cast<std::uint16_t>(field));
    if (value.tag == SINKWAY_STRUCT && rules_.fields.nested == Nested::flatten)
      add_body(*value.as.object, deeper, name + rules_.fields.separator);
    else
      add_field(name, deeper, value);
  }
}

void BindingMaker::add_field(const std::string& name, const Path& path, const sinkway_value& value) {
  if (value.tag == SINKWAY_STRUCT && rules_.fields.nested == Nested::fail)
    throw BindingError("field " + quote_identifier(name) + " has fields itself, and nested=fail", "set nested to jsonb or flatten",
                       is_schemaless() ? Fault::nested : Fault::none, name);
  const auto column = rules_.fields.column_of(topic(), name);
  if (!column) return;
  if (value.tag == SINKWAY_ABSENT && is_schemaless() && is_bound(find(*column))) return empty_.push_back({path, SINKWAY_ABSENT});
  const bool undefaulted = rules_.fields.nulls_for_defaults && row_.body->shape->schema != nullptr;
  bool added = false;
  if (path.size() == 1) {
    added = add(*column, undefaulted ? Source::value_undefaulted : Source::value_field, path.front());
  } else {
    binding_.paths.push_back(path);
    added = add(*column, undefaulted ? Source::path_undefaulted : Source::value_path, binding_.paths.size() - 1);
  }
  if (added || row_.operation == Operation::remove) return;
  if (value.tag <= SINKWAY_NULL && rules_.fields.nested == Nested::flatten)
    hollow_.emplace_back(name, path);
  else
    meet_unmatched(name, path, value);
}

void BindingMaker::add_hollow() {
  for (const auto& [name, path] : hollow_) {
    const sinkway_value& value = value_at(path, row_);
    const std::string prefix = rules_.fields.spelt(name + rules_.fields.separator);
    Path inner = path;
    inner.push_back(0);
    const sinkway_schema* const schema = schema_at(path, row_);
    bool is_object = schema != nullptr && schema->type == SINKWAY_STRUCT;
    for (const Column& column : table_.columns) {
      if (!column.name.starts_with(prefix)) continue;
      is_object = true;
      if (is_bound(&column) || is_servers_own(column) || rules_.fields.column_of(topic(), column.name) != column.name) continue;
      binding_.columns.push_back({&column, type_of(column), Source::value_path, binding_.paths.size()});
      binding_.paths.push_back(inner);
    }
    if (is_object)
      empty_.push_back({path, SINKWAY_NULL});
    else
      meet_unmatched(name, path, value);
  }
}

void BindingMaker::blame(Fault fault, const std::string& field, std::vector<Path> paths) {
  if (fault_.fault != Fault::none) return;
  fault_.fault = fault;
  fault_.column = field;
  fault_paths_ = std::move(paths);
}

BindingMaker::Path BindingMaker::path_of(const BoundColumn& bound) const {
  const bool is_inner = bound.source == Source::value_path || bound.source == Source::path_undefaulted;
  return is_inner ? binding_.paths[bound.field] : Path{static_cast<std::uint16_t>(bound.field)};
}

bool BindingMaker::is_schemaless() const { return row_.body == nullptr || row_.body->shape->schema == nullptr; }

bool BindingMaker::is_bound(const Column* column) const {
  return std::ranges::any_of(binding_.columns, [&](const BoundColumn& one) { return one.column == column; });
}

// A shape of many records may have names that differ in case alone, of which each record has one.
bool BindingMaker::gives_way(const BoundColumn& earlier) {
  if (!is_schemaless() || !is_field(earlier.source)) return false;
  const Path path = path_of(earlier);
  if (value_at(path, row_).tag != SINKWAY_ABSENT) return false;
  empty_.push_back({path, SINKWAY_ABSENT});
  return true;
}

void BindingMaker::add_value() {
  if (row_.record->value.tag <= SINKWAY_NULL) return;
  if (!rules_.fields.value_column.empty()) return require_key(rules_.fields.value_column, Source::value, 0);
  // The classic table of one column: the only one that nothing else goes into.
  const Column* only = nullptr;
  for (const Column& column : table_.columns) {
    if (is_servers_own(column) || is_bound(&column)) continue;
    if (only != nullptr) {
      binding_.columns.clear();
      return;
    }
    only = &column;
  }
  if (only != nullptr) (void)add(only->name, Source::value, 0);
}

}  // namespace sinkway::table
