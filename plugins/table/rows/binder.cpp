#include "plugins/table/rows/binder.hpp"

#include <algorithm>
#include <utility>

#include "plugins/table/rows/binding_maker.hpp"

namespace sinkway::table {
namespace {

// Bindings with columns left out that are kept from batch to batch.
constexpr std::size_t kMostPartial = 1'024;

bool has_own_value(const Column& column) { return column.has_default || column.identity != Identity::none; }

// The shapes of fields that have fields, at any depth, in order.
void collect_inner(const sinkway_struct& body, std::vector<const sinkway_shape*>& inner) {
  for (std::uint32_t field = 0; field < body.shape->field_count; ++field) {
    const sinkway_value& value = body.values[field];
    inner.push_back(value.tag == SINKWAY_STRUCT ? value.as.object->shape : nullptr);
    if (value.tag == SINKWAY_STRUCT) collect_inner(*value.as.object, inner);
  }
}

const sinkway_shape* shape_of(const sinkway_value& value) {
  return value.tag == SINKWAY_STRUCT ? value.as.object->shape : nullptr;
}

const Binding* at_fault(RowFault& fault, Fault what, std::string column = "") {
  fault.column = std::move(column);
  fault.fault = what;
  return nullptr;
}

}  // namespace

Binder::Binder(const Table& table, BindingRules rules)
    : table_(table), rules_(std::move(rules)), by_inner_(rules_.fields.nested != Nested::jsonb), unavailable_(rules_.unavailable) {}

const Binding* Binder::bind(const Row& row, RowFault& fault) {
  const Bound* bound = is_like_last(row) && last_->holds(row) ? last_ : nullptr;
  if (bound == nullptr) {
    if (row.body == nullptr && row.operation == Operation::put && row.record->value.tag <= SINKWAY_NULL)
      return at_fault(fault, Fault::tombstone);
    bound = whole(row);
  }
  if (bound->fault.fault != Fault::none) [[unlikely]] return at_fault(fault, bound->fault.fault, bound->fault.column);
  const Binding* binding = &bound->binding;
  if (binding->may_leave_out && !(binding->only_fields && says_all(*row.body))) [[unlikely]] binding = without_absent(*binding, row);
  if (row.operation == Operation::put && !binding->columns.empty()) [[likely]] return binding;
  return settled(*binding, row, fault);
}

// A null equals no key, so nothing would be deleted and nobody would hear of it (D3).
bool Binder::lacks_key(const Binding& binding, const Row& row) const {
  if (rules_.is_statement && rules_.key_mode == KeyMode::record_key && row.record->key.tag <= SINKWAY_NULL) return true;
  return std::ranges::any_of(binding.identity, [&](std::size_t position) {
    sinkway_value scratch;
    return value_of(binding, binding.columns[position], row, scratch).tag <= SINKWAY_NULL;
  });
}

bool Binder::table_has_key() const {
  const std::vector<std::string> key = key_names(table_, rules_);
  return !key.empty() && std::ranges::all_of(key, [&](const std::string& name) {
    const Column* const column = find_column(table_, rules_.fields, name);
    return column != nullptr && !column->generated;
  });
}

bool Binder::is_for_fields(const Column& column) const {
  const auto is_called = [&](const std::string& name) { return find_column(table_, rules_.fields, name) == &column; };
  const auto is_of = [&](const auto& metadata) { return is_called(metadata.second); };
  return !is_servers_own(table_, rules_, column) && std::ranges::none_of(rules_.fields.metadata, is_of) &&
         (rules_.key_mode != KeyMode::kafka || std::ranges::none_of(key_names(table_, rules_), is_called));
}

bool Binder::must_begin_batch() const { return partial_.size() > kMostPartial; }

void Binder::begin_batch() {
  if (must_begin_batch()) partial_.clear();
}

const Binding* Binder::settled(const Binding& binding, const Row& row, RowFault& fault) const {
  const bool removes = row.operation == Operation::remove;
  if (!binding.columns.empty() && !(removes && lacks_key(binding, row))) return &binding;
  if (removes) return at_fault(fault, Fault::no_key);
  return at_fault(fault, row.body == nullptr ? Fault::not_a_struct : Fault::no_fields);
}

bool Binder::is_like_last(const Row& row) const {
  if (last_ == nullptr || by_inner_ || row.body == nullptr) return false;
  const bool by_key = rules_.key_mode == KeyMode::record_key;
  return row.body->shape == last_form_.value && row.operation == last_form_.operation &&
         (!by_key || shape_of(row.record->key) == last_form_.key) &&
         (!rules_.fields.by_topic() || row.record->topic == last_form_.topic);
}

Binder::Form Binder::form_of(const Row& row) const {
  Form form;
  if (row.body != nullptr) form.value = row.body->shape;
  if (rules_.key_mode == KeyMode::record_key) form.key = shape_of(row.record->key);
  if (rules_.fields.by_topic()) form.topic = row.record->topic;
  form.operation = row.operation;
  form.is_bare = row.body == nullptr;
  if (by_inner_ && row.body != nullptr) collect_inner(*row.body, form.inner);
  return form;
}

bool Binder::says_all(const sinkway_struct& body) const {
  for (std::uint32_t field = 0; field < body.shape->field_count; ++field) {
    const sinkway_value& value = body.values[field];
    if (value.tag == SINKWAY_ABSENT || unavailable_.has_size(value)) return false;
  }
  return true;
}

bool Binder::Bound::holds(const Row& row) const {
  if (empty.empty() && fault_paths.empty()) [[likely]] return true;
  const bool is_at_fault = row.body->shape->schema != nullptr || std::ranges::all_of(fault_paths, [&](const auto& path) {
    return value_at(path, row).tag != SINKWAY_ABSENT;
  });
  return is_at_fault && std::ranges::all_of(empty, [&](const EmptyField& one) { return value_at(one.path, row).tag <= one.most; });
}

std::unique_ptr<Binder::Bound> Binder::made_for(const Row& row) const {
  BindingMaker maker(table_, rules_, row);
  try {
    Binding binding = maker.make();
    return std::make_unique<Bound>(Bound{std::move(binding), maker.fault(), maker.fault_paths(), maker.empty()});
  } catch (const BindingError& error) {
    if (error.fault() == Fault::none) throw;
    return std::make_unique<Bound>(Bound{{}, {0, error.field(), error.fault()}, {}, {}});
  }
}

const Binder::Bound* Binder::whole(const Row& row) {
  Form form = form_of(row);
  const Bound* bound = nullptr;
  while (true) {
    auto& known = bound_[form];
    if (known == nullptr) known = made_for(row);
    bound = known.get();
    if (bound->holds(row)) break;
    ++form.variant;
  }
  last_form_ = std::move(form);
  return last_ = bound;
}

bool Binder::leaves_out(const Binding& all, const BoundColumn& bound, const Row& row) const {
  if (bound.source == Source::made) {
    const MadeColumn& made = all.made[bound.field];
    return rules_.present_fields && made.what == MadeColumn::What::remainder &&
           std::ranges::all_of(made.fields, [&](const auto& field) { return value_at(field.second, row).tag == SINKWAY_ABSENT; });
  }
  sinkway_value scratch;
  const sinkway_value& value = value_of(all, bound, row, scratch);
  if (value.tag == SINKWAY_ABSENT)
    return rules_.present_fields || has_own_value(*bound.column) || table_.kind == TableKind::view ||
           (rules_.is_keyed && is_field(bound.source) && row.body->shape->schema == nullptr);
  return value.tag >= SINKWAY_STRING && is_field(bound.source) && unavailable_.is(value);
}

const Binding* Binder::without_absent(const Binding& all, const Row& row) {
  const auto is_left_out = [&](const BoundColumn& column) { return leaves_out(all, column, row); };
  if (std::none_of(all.columns.begin(), all.columns.end(), is_left_out)) return &all;
  std::vector<bool> left_out;
  for (const BoundColumn& column : all.columns) left_out.push_back(is_left_out(column));
  auto& partial = partial_[{&all, left_out}];
  if (partial == nullptr) {
    partial = std::make_unique<Binding>(all);
    partial->columns.clear();
    for (std::size_t n = 0; n < left_out.size(); ++n)
      if (!left_out[n]) partial->columns.push_back(all.columns[n]);
    settle(*partial, table_, rules_);
  }
  return partial.get();
}

}  // namespace sinkway::table
