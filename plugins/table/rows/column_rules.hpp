// What the options say of columns, given a meaning: how each value of a column is read, and what becomes of what the
// column cannot hold.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/options/column_options.hpp"
#include "plugins/table/rows/date_pattern.hpp"
#include "plugins/table/rows/policies.hpp"
#include "plugins/table/rows/reading.hpp"
#include "plugins/table/rows/time_zone.hpp"
#include "plugins/table/rows/type_map.hpp"

namespace sinkway::table {

// Made once for a task; outlives every ColumnType that it makes. [writer-thread]
class ColumnRules {
 public:
  ColumnRules() = default;
  // Throws OptionError: a word that is none, a pattern that cannot be used, a zone that this machine does not know.
  explicit ColumnRules(const ColumnOptions& options);
  ColumnRules(const ColumnRules&) = delete;
  ColumnRules& operator=(const ColumnRules&) = delete;

  // How a column is written from a field with this schema (null: schemaless). type.hints come before what the schema's
  // name says. A column of the options is one of that name, in any case of letters, in every table.
  [[nodiscard]] ColumnType type_of(const Column& column, const sinkway_schema* field = nullptr) const;

  // What type.hints say of the column of this name; natural: nothing.
  [[nodiscard]] Reading hint_of(std::string_view column) const;

  // What the policies have changed since the last call.
  [[nodiscard]] std::map<std::pair<Policy, Action>, std::size_t> take_counts() { return counts_->take(); }

 private:
  struct Hint {
    std::string column;
    Reading reading = Reading::natural;
    const DatePattern* pattern = nullptr;
  };
  void add_hint(const ColumnSetting& setting);
  void add_policies(const ColumnOptions& options);
  void read_zone(const std::string& name);
  [[nodiscard]] const ColumnPolicies* policies_of(std::string_view column) const;
  void apply(const Hint& hint, ColumnType& type) const;
  void apply(const ColumnPolicies* policies, ColumnType& type) const;

  std::vector<Hint> hints_;
  std::deque<DatePattern> patterns_;
  std::optional<TimeZone> zone_;  // nothing: UTC
  ColumnPolicies for_all_;
  std::deque<std::pair<std::string, ColumnPolicies>> by_column_;
  std::unique_ptr<PolicyCounts> counts_ = std::make_unique<PolicyCounts>();
};

}  // namespace sinkway::table
