// Which table a topic's records go to, as it was read from the catalog, with what was decided about it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_value.h"
#include "plugins/table/delivery/evolution.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/rows/binder.hpp"
#include "plugins/table/rows/routing.hpp"
#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// The table is not (any more) what it was thought to be: the catalog is read again once, then the reason stands.
class TableChanged : public std::runtime_error {
 public:
  TableChanged(const std::string& reason, std::string hint, std::string id)
      : std::runtime_error(reason), hint_(std::move(hint)), id_(std::move(id)) {}
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  std::string hint_;
  std::string id_;
};

// One table that records go to. Stable address until forget().
struct Target {
  Target(Table table_in, const BindingRules& rules) : table(std::move(table_in)), binder(table, rules),
      name(table.schema + "." + table.name) {}
  Table table;
  Binder binder;
  std::string name;  // for messages and metrics
};

// How fields find their columns, as the options say it.
[[nodiscard]] BindingRules binding_rules(const TableOptions& options,
                                         std::shared_ptr<const ColumnRules> columns = nullptr);

// Reads the first of these tables that exists. Throws SinkError when the catalog cannot be read or the table cannot be
// used.
using ReadTable = std::function<std::optional<Table>(const std::vector<TableName>& candidates)>;

// The parameters of a statement of the user's own, as a table. Throws TableChanged when the server refuses the statement,
// SinkError when it cannot be asked.
using ReadStatement = std::function<Table(const NamedSql& sql, std::string_view option)>;

// Topics to targets, read once each. Topics that go to one table share its target. [writer-thread]
class Targets {
 public:
  // `evolution` may be null; outlives this.
  Targets(const TableOptions& options, ReadTable read, Evolution* evolution = nullptr,
          ReadStatement read_statement = nullptr);

  // The table of a row; null with a `fault` when the record does not name one. Throws TableChanged when there is no such
  // table, and none is made. Fast for the topic asked for last: topic names have stable addresses.
  [[nodiscard]] Target* of(const Row& row, RowFault& fault);
  // The table of a topic whose records all go there. Throws TableChanged.
  [[nodiscard]] Target& of(const sinkway_string* topic);
  // The same by name; null: there is no such table (yet), or records of the topic go to several.
  [[nodiscard]] Target* find(std::string_view topic);
  [[nodiscard]] bool by_record() const { return routing_.by_record(); }
  // insert.mode=sql: every row goes to a statement, one for puts and one for deletes. The second is null when there is none.
  [[nodiscard]] bool is_statement() const { return !statements_.put.empty(); }
  [[nodiscard]] Target& statement() { return *statement_of(Operation::put); }
  [[nodiscard]] Target* delete_statement() { return statements_.remove.empty() ? nullptr : statement_of(Operation::remove); }
  // Hints and policies of the columns of every table.
  [[nodiscard]] ColumnRules& column_rules() { return *columns_; }
  // Bindings of the batch before are needed no more.
  void begin_batch();
  // Whether that is to be said before the next batch.
  [[nodiscard]] bool must_begin_batch() const;
  // Everything is read again when it is asked for next.
  void forget();
  // How often that was said: what points into targets is over when this has changed.
  [[nodiscard]] std::uint64_t age() const { return age_; }
  // True: only tables that were read are answered; TableChanged is thrown for others, and nobody is asked.
  void ask_nobody(bool silent) { silent_ = silent; }

 private:
  [[nodiscard]] Target* statement_of(Operation operation);
  [[nodiscard]] Target* find_text(const std::string& text);
  // True: a record like this makes none, and is passed over, or at fault.
  [[nodiscard]] bool makes_no_table(const Row& row, RowFault& fault);
  // The table is made, or its absence told. Those that are known are the same as before.
  [[nodiscard]] Target& meet_missing(const std::string& text, const Row* row, std::string_view topic);

  RoutingRules routing_;
  std::shared_ptr<ColumnRules> columns_;
  BindingRules rules_;
  ReadTable read_;
  Evolution* evolution_;
  ReadStatement read_statement_;
  StatementRules statements_;
  std::unique_ptr<Target> put_, remove_;
  std::map<std::uint32_t, std::unique_ptr<Target>> by_oid_;
  std::map<std::string, Target*, std::less<>> by_text_;  // of the name
  const sinkway_string* last_topic_ = nullptr;
  Target* last_ = nullptr;
  std::uint64_t age_ = 0;
  bool silent_ = false;
};

}  // namespace sinkway::table
