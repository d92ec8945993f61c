// Carries out what delivery asks of tables: the plan made again under a lock, then done.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/host.hpp"
#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/delivery/evolution.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/rows/binder.hpp"
#include "plugins/table/statements/ddl.hpp"

namespace sinkway::table {

// Tasks that race for the same change are harmless: an advisory lock of the transaction lets one go first, and the
// others find nothing left to do. Locks are waited for 2 s at a time, so that readers are not held up behind us. A change that the server
// refuses for what the table is (a view needs the type of a column, a parent has the column) is told once and not tried again:
// the records that need it are refused as if it were not allowed.
class DdlRunner final : public Evolution {
 public:
  // `rules` of the binder, by which fields find their columns.
  DdlRunner(const TableOptions& options, BindingRules rules, const sdk::Host& host)
      : options_(options), rules_(std::move(rules)), host_(host) {}

  [[nodiscard]] bool may_create() const override { return options_.evolution.create; }
  [[nodiscard]] bool create(const std::vector<TableName>& candidates, const Row& row) override;
  [[nodiscard]] bool fit(const Table& table, const Row& row) override;
  [[nodiscard]] bool may_fit(const Table& table, const Row& row) const override;
  [[nodiscard]] bool may_lengthen(const Table& table, std::string_view column) const override;
  [[nodiscard]] bool may_relax(const Table& table, std::string_view column) const override;
  [[nodiscard]] bool lengthen(const Table& table, std::string_view column) override;
  [[nodiscard]] bool relax(const Table& table, std::string_view column) override;

 private:
  using Plan = std::function<DdlPlan(const std::optional<Table>& now)>;
  // True: the table is another one than `known` (null: none), by us or by a rival.
  [[nodiscard]] bool run(const std::vector<TableName>& candidates, const Table* known, const Plan& plan);
  // The same for a table that exists.
  [[nodiscard]] bool change(const Table& table, const std::function<DdlPlan(const Table& now)>& plan);
  // Without what the server has refused before.
  [[nodiscard]] DdlPlan hopeful(DdlPlan plan) const;

  const TableOptions& options_;
  BindingRules rules_;
  sdk::Host host_;
  std::set<std::string> vain_;  // statements that the server has refused for what the table is
};

}  // namespace sinkway::table
