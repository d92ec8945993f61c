#include "plugins/table/delivery/targets.hpp"

#include <algorithm>

#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/wanted_table.hpp"

namespace sinkway::table {
namespace {

bool can_be_table(const std::string& text) {
  const auto candidates = table_candidates(text);
  return !candidates.empty() && candidates.back().name.size() <= kIdentifierBytes;
}

}  // namespace

BindingRules binding_rules(const TableOptions& options, std::shared_ptr<const ColumnRules> columns) {
  KeyMode mode = KeyMode::none;
  if (options.pk_mode == "kafka") mode = KeyMode::kafka;
  if (options.pk_mode == "record_key") mode = KeyMode::record_key;
  if (options.pk_mode == "record_value") mode = KeyMode::record_value;
  if (options.pk_mode == "record_header") mode = KeyMode::record_header;
  return {.key_mode = mode,
          .key_fields = options.pk_fields,
          .present_fields = options.writes.present_fields,
          .adds_columns = options.evolution.add,
          .is_keyed = options.writes.keyed(),
          .fields = options.fields,
          .columns = std::move(columns),
          .unavailable = options.unavailable_value};
}

Targets::Targets(const TableOptions& options, ReadTable read, Evolution* evolution, ReadStatement read_statement)
    : routing_(options.routing),
      columns_(std::make_shared<ColumnRules>(options.columns)),
      rules_(binding_rules(options, columns_)),
      read_(std::move(read)),
      evolution_(evolution),
      read_statement_(std::move(read_statement)),
      statements_(options.statements) {
  rules_.is_statement = is_statement();
}

Target* Targets::statement_of(Operation operation) {
  const bool removes = operation == Operation::remove;
  std::unique_ptr<Target>& target = removes ? remove_ : put_;
  if (target == nullptr) {
    const std::string_view option = removes ? "delete.sql" : "sql";
    target = std::make_unique<Target>(read_statement_(removes ? statements_.remove : statements_.put, option), rules_);
    target->name = option;
  }
  return target.get();
}

Target* Targets::find_text(const std::string& text) {
  if (const auto known = by_text_.find(text); known != by_text_.end()) return known->second;
  if (silent_) throw TableChanged("table " + text + " was not read yet", "", "table.unread");
  std::optional<Table> table = read_(table_candidates(text));
  if (!table) return nullptr;
  auto& target = by_oid_[table->oid];
  if (target == nullptr) target = std::make_unique<Target>(*std::move(table), rules_);
  by_text_.emplace(text, target.get());
  return target.get();
}

Target* Targets::find(std::string_view topic) {
  return by_record() || is_statement() ? nullptr : find_text(table_text(routing_, topic));
}

// A table that is not there has nothing to delete, and a record without fields says nothing of its columns.
bool Targets::makes_no_table(const Row& row, RowFault& fault) {
  if (row.operation != Operation::put) return true;
  const bool has_value = row.body != nullptr || row.record->value.tag > SINKWAY_NULL;
  const bool has_key = rules_.key_mode != KeyMode::record_key || row.record->key.tag > SINKWAY_NULL;
  const WantedTable wanted = wanted_table(row, rules_);
  const bool knows_key = std::ranges::all_of(wanted.key, [&](const std::string& key) {
    return std::ranges::any_of(wanted.columns, [&](const WantedColumn& column) { return column.name == key; });
  });
  const bool schemaless = row.body != nullptr && row.body->shape->schema == nullptr;
  const auto unnameable = std::ranges::find_if(wanted.columns, [](const WantedColumn& column) { return !is_column_name(column.name); });
  if (has_value && schemaless && unnameable != wanted.columns.end()) {
    fault.column = unnameable->name;
    fault.fault = Fault::unmatched;
    return true;
  }
  fault.fault = !has_value ? Fault::tombstone : !has_key || !knows_key ? Fault::no_key : wanted.columns.empty() ? Fault::no_fields : Fault::none;
  return fault.fault != Fault::none;
}

Target* Targets::of(const Row& row, RowFault& fault) {
  const sinkway_string* const topic = row.record->topic;
  const std::string_view name(topic->data, topic->size);
  if (is_statement()) [[unlikely]] return statement_of(row.operation);
  if (!by_record()) [[likely]] {
    if (topic == last_topic_ && last_ != nullptr) [[likely]] return last_;
    if (evolution_ == nullptr || find(name) != nullptr) return &of(topic);
  }
  const auto text = by_record() ? table_text(routing_, row, fault) : std::optional(table_text(routing_, name));
  if (!text) return nullptr;
  if (Target* const target = find_text(*text); target != nullptr) return target;
  if (by_record() && !can_be_table(*text)) return fault.fault = Fault::no_route, nullptr;
  if (evolution_ != nullptr && evolution_->may_create() && makes_no_table(row, fault)) return nullptr;
  return &meet_missing(*text, &row, name);
}

Target& Targets::of(const sinkway_string* topic) {
  if (topic == last_topic_ && last_ != nullptr) return *last_;
  const std::string_view name(topic->data, topic->size);
  last_ = find(name);
  last_topic_ = topic;
  return last_ != nullptr ? *last_ : meet_missing(table_text(routing_, name), nullptr, name);
}

Target& Targets::meet_missing(const std::string& text, const Row* row, std::string_view topic) {
  const auto candidates = table_candidates(text);
  if (evolution_ != nullptr && row != nullptr && evolution_->create(candidates, *row))
    if (Target* const made = find_text(text); made != nullptr) return *made;
  const std::string name = candidates.empty() ? text : candidates.back().text();
  throw TableChanged("table " + name + " for topic " + std::string(topic) + " does not exist",
                     "create the table, or check table.name.format and the search path of the role",
                     "table.no_such_table");
}

void Targets::begin_batch() {
  for (auto& [oid, target] : by_oid_) target->binder.begin_batch();
}

bool Targets::must_begin_batch() const {
  return std::ranges::any_of(by_oid_, [](const auto& one) { return one.second->binder.must_begin_batch(); });
}

void Targets::forget() {
  ++age_;
  last_topic_ = nullptr;
  last_ = nullptr;
  by_text_.clear();
  by_oid_.clear();
  put_.reset();
  remove_.reset();
}

}  // namespace sinkway::table
