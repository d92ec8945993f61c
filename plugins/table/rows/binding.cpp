#include "plugins/table/rows/binding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

// Confluent's names for pk.mode=kafka without pk.fields.
constexpr std::array<std::string_view, 3> kCoordinates = {"__connect_topic", "__connect_partition", "__connect_offset"};
constexpr std::array kCoordinateSources = {Source::topic, Source::partition, Source::offset};

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

bool is_servers_own(const Column& column) { return column.generated || column.identity == Identity::always; }
bool has_own_value(const Column& column) { return column.has_default || column.identity != Identity::none; }

const sinkway_schema* field_schema(const sinkway_shape* shape, std::size_t field) {
  const bool has_schema = shape != nullptr && shape->schema != nullptr && field < shape->schema->field_count;
  return has_schema ? shape->schema->fields[field] : nullptr;
}

// Hints and policies of the column, once for each binding.
void apply_rules(const ColumnRules* rules, const sinkway_shape* value, const sinkway_shape* key, BoundColumn& bound) {
  const bool of_value = bound.source == Source::value_field, of_key = bound.source == Source::key_field;
  const sinkway_shape* shape = of_value ? value : of_key ? key : nullptr;
  static const ColumnRules kNone;
  bound.type = (rules != nullptr ? *rules : kNone).type_of(*bound.column, field_schema(shape, bound.field));
}

std::string place_of(const Table& table) { return quote_name(table.schema, table.name); }

}  // namespace

Binder::Binder(const Table& table, BindingRules rules) : table_(table), rules_(std::move(rules)) {
  for (const Column& column : table.columns) names_.emplace_back(column.name);
}

const Binding* Binder::bind(const Row& row, RowFault& fault) {
  const sinkway_record& record = *row.record;
  if (row.body == nullptr) {
    fault.column.clear();
    fault.fault = record.value.tag <= SINKWAY_NULL ? Fault::tombstone : Fault::not_a_struct;
    return nullptr;
  }
  const bool has_key = rules_.key_mode == KeyMode::record_key && record.key.tag == SINKWAY_STRUCT;
  const Shapes shapes{row.body->shape, has_key ? record.key.as.object->shape : nullptr};
  const Binding* binding = last_ != nullptr && shapes == last_shapes_ ? last_ : whole(shapes);
  if (binding->may_leave_out) binding = without_absent(*binding, row);
  if (!binding->columns.empty()) return binding;
  fault.column.clear();
  fault.fault = Fault::no_fields;
  return nullptr;
}

const Binding* Binder::whole(const Shapes& shapes) {
  auto& binding = bindings_[shapes];
  if (binding == nullptr) binding = make(shapes);
  last_shapes_ = shapes;
  return last_ = binding.get();
}

const Binding* Binder::without_absent(const Binding& all, const Row& row) {
  const auto is_left_out = [&](const BoundColumn& column) {
    sinkway_value scratch;
    return value_of(column, row, scratch).tag == SINKWAY_ABSENT && has_own_value(*column.column);
  };
  if (std::none_of(all.columns.begin(), all.columns.end(), is_left_out)) return &all;
  std::vector<bool> left_out;
  for (const BoundColumn& column : all.columns) left_out.push_back(is_left_out(column));
  auto& partial = partial_[{&all, left_out}];
  if (partial == nullptr) {
    partial = std::make_unique<Binding>();
    for (std::size_t n = 0; n < left_out.size(); ++n)
      if (!left_out[n]) partial->columns.push_back(all.columns[n]);
    finish(*partial);
  }
  return partial.get();
}

std::unique_ptr<Binding> Binder::make(const Shapes& shapes) const {
  auto binding = std::make_unique<Binding>();
  add_key(shapes.key, *binding);
  for (std::size_t field = 0; field < shapes.value->field_count; ++field)
    add(view(shapes.value->names[field]), Source::value_field, field, *binding);
  for (BoundColumn& bound : binding->columns) apply_rules(rules_.columns.get(), shapes.value, shapes.key, bound);
  finish(*binding);
  return binding;
}

void Binder::add_key(const sinkway_shape* shape, Binding& binding) const {
  if (rules_.key_mode == KeyMode::kafka) {
    for (std::size_t n = 0; n < kCoordinates.size(); ++n)
      add(n < rules_.key_fields.size() ? std::string_view(rules_.key_fields[n]) : kCoordinates[n],
          kCoordinateSources[n], 0, binding);
  }
  if (rules_.key_mode != KeyMode::record_key) return;
  if (shape == nullptr) {
    if (rules_.key_fields.size() != 1)
      throw BindingError("the key of the record has no fields, so pk.mode=record_key needs the one column it goes into",
                         "name that column in pk.fields");
    return add(rules_.key_fields.front(), Source::key, 0, binding);
  }
  for (const std::string& wanted : rules_.key_fields) {
    const auto is_wanted = [&](const sinkway_string& name) { return view(name) == wanted; };
    if (std::none_of(shape->names, shape->names + shape->field_count, is_wanted))
      throw BindingError("the key of the record has no field " + quote_identifier(wanted) + ", which pk.fields names",
                         "correct pk.fields, or set pk.mode to where the field is");
  }
  for (std::size_t field = 0; field < shape->field_count; ++field) {
    const std::string_view name = view(shape->names[field]);
    const auto& wanted = rules_.key_fields;
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end())
      add(name, Source::key_field, field, binding);
  }
}

void Binder::add(std::string_view field, Source source, std::size_t position, Binding& binding) const {
  const auto found = find_name(names_, field);
  if (!found) refuse(field);
  const Column& column = table_.columns[*found];
  if (is_servers_own(column)) return;
  const auto same = std::find_if(binding.columns.begin(), binding.columns.end(),
                                 [&](const BoundColumn& bound) { return bound.column == &column; });
  if (same == binding.columns.end()) {
    binding.columns.push_back({&column, type_of(column), source, position});
  } else if (source == same->source) {
    throw BindingError("two fields of a record go into column " + quote_identifier(column.name) + " of table " +
                       place_of(table_),
                       "drop or rename one of them by a transformation");
  }  // else: the key has the column, and the value repeats it
}

void Binder::finish(Binding& binding) const {
  auto& columns = binding.columns;
  std::sort(columns.begin(), columns.end(),
            [](const BoundColumn& a, const BoundColumn& b) { return a.column < b.column; });  // the order of the table
  for (const BoundColumn& bound : columns) binding.may_leave_out |= has_own_value(*bound.column);
  for (const std::string& name : table_.primary_key) {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const BoundColumn& bound) { return bound.column->name == name; });
    if (at == columns.end()) return binding.key.clear();
    binding.key.push_back(static_cast<std::size_t>(at - columns.begin()));
  }
}

void Binder::refuse(std::string_view field) const {
  throw BindingError("table " + place_of(table_) + " has no column for field " + quote_identifier(field),
                     "add the column to the table, or drop the field by a transformation (ReplaceField)");
}

}  // namespace sinkway::table
