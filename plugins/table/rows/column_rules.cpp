#include "plugins/table/rows/column_rules.hpp"

#include <algorithm>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

// In an array the elements are what is read and what may be refused. Elements are shared: theirs is copied first.
template <typename Change>
void change(ColumnType& type, Change apply) {
  if (type.element == nullptr) return apply(type);
  ColumnType element = *type.element;
  apply(element);
  type.element = std::make_shared<const ColumnType>(std::move(element));
}

}  // namespace

ColumnRules::ColumnRules(const ColumnOptions& options) {
  for (const ColumnSetting& setting : options.hints) add_hint(setting);
  const Reading unit = options.timestamp_unit == TimestampUnit::nanoseconds    ? Reading::epoch_ns
                       : options.timestamp_unit == TimestampUnit::microseconds ? Reading::epoch_us
                                                                              : Reading::epoch_ms;
  for (const std::string& field : options.timestamp_fields) hints_.push_back({field, unit, nullptr});
  read_zone(options.time_zone);
  add_policies(options);
}

void ColumnRules::add_hint(const ColumnSetting& setting) {
  if (setting.column.empty())
    throw OptionError("type.hints", "must be a list of column:hint; \"" + setting.word + "\" has no column");
  if (const auto reading = reading_of_hint(setting.word)) {
    hints_.push_back({setting.column, *reading, nullptr});
    return;
  }
  std::string problem;
  auto pattern = DatePattern::compile(setting.word, problem);
  if (!pattern) {
    throw OptionError("type.hints", "column " + setting.column + ": a hint is epoch_s, epoch_ms, epoch_us, epoch_ns, "
                      "base64, hex, unsigned or a pattern of date and time; this one " + problem);
  }
  hints_.push_back({setting.column, Reading::pattern, &patterns_.emplace_back(*std::move(pattern))});
}

void ColumnRules::read_zone(const std::string& name) {
  std::string problem;
  auto zone = TimeZone::named(name, problem);
  if (!zone) throw OptionError("db.timezone", "\"" + name + "\" " + problem);
  if (!zone->is_utc()) zone_ = *std::move(zone);
}

void ColumnRules::add_policies(const ColumnOptions& options) {
  const auto action = [&](std::size_t policy, const std::string& word) {
    const auto found = action_of(static_cast<Policy>(policy), word);
    if (found) return *found;
    throw OptionError(std::string(kPolicyOptions[policy]),
                      "\"" + word + "\" must be one of: " + actions_of(static_cast<Policy>(policy)));
  };
  for_all_.counts = counts_.get();
  for (std::size_t policy = 0; policy < kPolicies; ++policy)
    for (const ColumnSetting& one : options.policies[policy])
      if (one.column.empty()) for_all_.actions[policy] = action(policy, one.word);
  for (std::size_t policy = 0; policy < kPolicies; ++policy) {
    for (const ColumnSetting& one : options.policies[policy]) {
      if (one.column.empty()) continue;
      const auto is_same = [&](const auto& other) { return same_name(other.first, one.column); };
      auto found = std::ranges::find_if(by_column_, is_same);
      if (found == by_column_.end()) found = by_column_.insert(by_column_.end(), {one.column, for_all_});
      found->second.actions[policy] = action(policy, one.word);
    }
  }
}

const ColumnPolicies* ColumnRules::policies_of(std::string_view column) const {
  const auto found = std::ranges::find_if(by_column_, [&](const auto& one) { return same_name(one.first, column); });
  const ColumnPolicies& policies = found != by_column_.end() ? found->second : for_all_;
  return policies.are_default() ? nullptr : &policies;
}

Reading ColumnRules::hint_of(std::string_view column) const {
  Reading reading = Reading::natural;
  for (const Hint& one : hints_)
    if (same_name(one.column, column)) reading = one.reading;
  return reading;
}

ColumnType ColumnRules::type_of(const Column& column, const sinkway_schema* field) const {
  ColumnType type = table::type_of(column);
  Hint hint;
  // What an array holds is told by the schema of its elements.
  while (field != nullptr && field->type == SINKWAY_ARRAY && field->name.size == 0) field = field->element_schema;
  if (field != nullptr && field->name.size > 0)
    hint.reading = reading_of_schema({field->name.data, field->name.size}).value_or(Reading::natural);
  for (const Hint& one : hints_)
    if (same_name(one.column, column.name)) hint = one;
  apply(hint, type);
  if (const ColumnPolicies* policies = policies_of(column.name)) apply(policies, type);
  return type;
}

void ColumnRules::apply(const Hint& hint, ColumnType& type) const {
  if (hint.reading == Reading::set) {
    if (type.is_array) type.reading = Reading::set;
    return;
  }
  change(type, [&](ColumnType& own) {
    if (applies(hint.reading, own)) {
      own.reading = hint.reading;
      own.pattern = hint.pattern;
    }
    if (zone_ && is_temporal(own.encoding)) {
      own.zone = &*zone_;
      if (own.reading == Reading::natural) own.reading = Reading::in_zone;
    }
    if (own.reading != Reading::natural) own.fast = FastPath::none;
  });
}

void ColumnRules::apply(const ColumnPolicies* policies, ColumnType& type) const {
  change(type, [&](ColumnType& own) {
    own.policies = policies;
    own.finite_only = (*policies)[Policy::nonfinite] != Action::keep;
    if (own.finite_only && own.fast == FastPath::float8) own.fast = FastPath::none;
  });
}

}  // namespace sinkway::table
