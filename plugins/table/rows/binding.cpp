#include "plugins/table/rows/binding.hpp"

#include <algorithm>

#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

const sinkway_shape* shape_of(const sinkway_value& value) { return value.tag == SINKWAY_STRUCT ? value.as.object->shape : nullptr; }

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

bool fills_itself(const Column& column) { return column.generated || column.identity != Identity::none || column.has_default; }

// GENERATED columns cannot be given, and identity ALWAYS would mean one thing to COPY and another to INSERT.
bool is_writable(const Column& column) { return !column.generated && column.identity != Identity::always; }

// Positions of the primary key's columns; empty unless all of them are bound.
std::vector<std::size_t> key_of(const Table& table, const std::vector<BoundColumn>& columns) {
  std::vector<std::size_t> key;
  for (const auto& name : table.primary_key) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const BoundColumn& bound) { return bound.column->name == name; });
    if (found == columns.end()) return {};
    key.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return key;
}

}  // namespace

Binder::Binder(const Table& table, BindingRules rules) : table_(table), rules_(std::move(rules)) {}
Binder::~Binder() = default;

const Binding* Binder::bind(const sinkway_record& record, RowFault& fault) {
  fault = {};
  if (record.value.tag != SINKWAY_STRUCT) {
    fault.fault = record.value.tag == SINKWAY_NULL ? Fault::tombstone : Fault::not_a_struct;
    return nullptr;
  }
  const Shapes shapes{shape_of(record.value), rules_.key_mode == KeyMode::record_key ? shape_of(record.key) : nullptr};
  if (last_ == nullptr || shapes != last_shapes_) {
    last_ = whole(shapes);
    last_shapes_ = shapes;
  }
  const Binding* const binding = without_absent(*last_, record);
  if (!binding->unfilled) return binding;
  fault = {0, binding->unfilled->name, Fault::null_value};
  return nullptr;
}

const Binding* Binder::whole(const Shapes& shapes) {
  auto& place = bindings_[shapes];
  if (!place) place = make(shapes);
  return place.get();
}

std::unique_ptr<Binding> Binder::make(const Shapes& shapes) const {
  auto binding = std::make_unique<Binding>();
  add_key(shapes.key, binding->columns);
  for (std::size_t n = 0; n < shapes.value->field_count; ++n)
    add(view(shapes.value->names[n]), Source::value_field, n, binding->columns);
  finish(*binding);
  return binding;
}

void Binder::add_key(const sinkway_shape* shape, std::vector<BoundColumn>& columns) const {
  const auto& fields = rules_.key_fields;
  if (rules_.key_mode == KeyMode::kafka) {
    constexpr std::string_view kNames[] = {"__connect_topic", "__connect_partition", "__connect_offset"};
    constexpr Source kSources[] = {Source::topic, Source::partition, Source::offset};
    for (std::size_t n = 0; n < 3; ++n) add(fields.size() == 3 ? std::string_view(fields[n]) : kNames[n], kSources[n], 0, columns);
  }
  if (rules_.key_mode != KeyMode::record_key) return;
  if (!shape) {
    if (fields.size() != 1)
      throw BindingError("the key of the records is a single value, and pk.fields names " + std::to_string(fields.size()) + " columns",
                         "name one column in pk.fields");
    return add(fields[0], Source::key, 0, columns);
  }
  for (std::size_t n = 0; n < shape->field_count; ++n)
    if (fields.empty() || std::find(fields.begin(), fields.end(), view(shape->names[n])) != fields.end())
      add(view(shape->names[n]), Source::key_field, n, columns);
}

void Binder::add(std::string_view field, Source source, std::size_t position, std::vector<BoundColumn>& columns) const {
  std::vector<std::string_view> names;
  for (const auto& column : table_.columns) names.push_back(column.name);
  const auto found = find_name(names, field);
  if (!found)
    throw BindingError("field " + std::string(field) + " has no column in table " + quote_name(table_.schema, table_.name),
                       "add the column, or take the field out of the records");
  const Column& column = table_.columns[*found];
  if (!is_writable(column)) return;
  for (const auto& bound : columns)
    if (bound.column == &column) {
      if (bound.source != Source::value_field) return;  // the key has named it already
      throw BindingError("two fields of the records go to column " + column.name + " of table " + quote_name(table_.schema, table_.name),
                         "take one of them out of the records");
    }
  columns.push_back({&column, type_of(column), source, position});
}

void Binder::finish(Binding& binding) const {
  for (const auto& column : table_.columns) {
    const bool bound = std::any_of(binding.columns.begin(), binding.columns.end(), [&](const auto& one) { return one.column == &column; });
    if (!bound && column.not_null && !fills_itself(column)) binding.unfilled = &column;
  }
  if (binding.columns.empty())
    throw BindingError("no field of the records has a column in table " + quote_name(table_.schema, table_.name),
                       "check table.name.format and the columns of the table");
  binding.key = key_of(table_, binding.columns);
}

const Binding* Binder::without_absent(const Binding& all, const sinkway_record& record) {
  sinkway_value scratch;
  const auto is_absent = [&](const BoundColumn& bound) { return value_of(bound, record, scratch).tag == SINKWAY_ABSENT; };
  if (std::none_of(all.columns.begin(), all.columns.end(), is_absent)) [[likely]]
    return &all;
  std::string present;
  for (const auto& bound : all.columns) present += is_absent(bound) ? '0' : '1';
  auto& place = partial_[{&all, present}];
  if (!place) {
    place = std::make_unique<Binding>();
    for (std::size_t n = 0; n < all.columns.size(); ++n)
      if (present[n] == '1') place->columns.push_back(all.columns[n]);
    finish(*place);
  }
  return place.get();
}

const sinkway_value& value_of(const BoundColumn& column, const sinkway_record& record, sinkway_value& scratch) {
  switch (column.source) {
    case Source::value_field: return record.value.as.object->values[column.field];
    case Source::key: return record.key;
    case Source::key_field: return record.key.as.object->values[column.field];
    case Source::topic:
      scratch = {SINKWAY_STRING, 0, 0, static_cast<std::uint32_t>(record.topic->size), {.text = record.topic->data}};
      return scratch;
    case Source::partition: scratch = {SINKWAY_INT32, 0, 0, 0, {.integer = record.partition}}; return scratch;
    case Source::offset: scratch = {SINKWAY_INT64, 0, 0, 0, {.integer = record.offset}}; return scratch;
  }
  return record.key;
}

}  // namespace sinkway::table
