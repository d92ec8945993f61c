#include "plugins/table/delivery/targets.hpp"

namespace sinkway::table {
namespace {

BindingRules rules_of(const TableOptions& options, std::shared_ptr<const ColumnRules> columns) {
  KeyMode mode = KeyMode::none;
  if (options.pk_mode == "kafka") mode = KeyMode::kafka;
  if (options.pk_mode == "record_key") mode = KeyMode::record_key;
  if (options.pk_mode == "record_value") mode = KeyMode::record_value;
  return {mode, options.pk_fields, std::move(columns)};
}

}  // namespace

Targets::Targets(const TableOptions& options, ReadTable read)
    : format_(options.table_format), columns_(std::make_shared<ColumnRules>(options.columns)),
      rules_(rules_of(options, columns_)), read_(std::move(read)) {}

Target* Targets::find(std::string_view topic) {
  if (const auto known = by_topic_.find(topic); known != by_topic_.end()) return known->second;
  std::optional<Table> table = read_(table_candidates(format_, topic));
  if (!table) return nullptr;
  auto& target = by_oid_[table->oid];
  if (target == nullptr) target = std::make_unique<Target>(*std::move(table), rules_);
  by_topic_.emplace(std::string(topic), target.get());
  return target.get();
}

Target& Targets::of(const sinkway_string* topic) {
  if (topic == last_topic_ && last_ != nullptr) return *last_;
  const std::string_view name(topic->data, topic->size);
  last_ = find(name);
  last_topic_ = topic;
  if (last_ != nullptr) return *last_;
  const auto candidates = table_candidates(format_, name);
  throw TableChanged("table " + (candidates.empty() ? std::string(name) : candidates.back().text()) + " for topic " +
                     std::string(name) +
                         " does not exist",
                     "create the table, or check table.name.format and the search path of the role",
                         "table.no_such_table");
}

void Targets::forget() {
  last_topic_ = nullptr;
  last_ = nullptr;
  by_topic_.clear();
  by_oid_.clear();
}

}  // namespace sinkway::table
