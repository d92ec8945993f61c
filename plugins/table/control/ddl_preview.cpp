#include "plugins/table/control/ddl_preview.hpp"

#include <algorithm>
#include <memory>

#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/delivery/batch_rows.hpp"
#include "plugins/table/delivery/dead_letter_table.hpp"
#include "plugins/table/delivery/offsets_table.hpp"
#include "plugins/table/delivery/targets.hpp"
#include "plugins/table/rows/field.hpp"
#include "plugins/table/rows/made_values.hpp"
#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/ddl.hpp"

namespace sinkway::table {
namespace {

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

TableChange own_table_change(ControlConnection& connection, const OwnTablePlan& plan) {
  TableChange change{plan.option, "", plan.name.text()};
  const std::vector<std::string_view> names{plan.name.name, plan.name.schema};
  const pqxx::result found = connection.ask(own_table::kFind, names);
  change.exists = !found.empty();
  const pqxx::result place = change.exists ? found : connection.ask(own_table::kPlace, names);
  if (place.empty()) {
    change.refused.push_back(plan.what + " " + change.table + " does not exist, and the role may make it in no schema");
    return change;
  }
  change.table = place[0][0].c_str();
  if (!change.exists) change.statements.push_back(plan.create_sql(change.table));
  return change;
}

std::string list_of(const WantedTable& wanted) {
  std::string text;
  for (const WantedColumn& column : wanted.columns)
    text += (text.empty() ? "" : ", ") + column.name + " " + column.type;
  return text;
}

// The change of a table for one row.
class RowPreview {
 public:
  RowPreview(const TableOptions& options, const Row& row, TableChange& change)
      : options_(options), rules_(binding_rules(options, std::make_shared<ColumnRules>(options.columns))), row_(row),
        change_(change) {}

  void at_missing(const TableName& name) {
    if (!options_.evolution.create) return refuse("the table does not exist, and auto.create is not set");
    change_.option = "auto.create";
    take(plan_create(name, wanted_table(row_, rules_), options_.writes.needs_key()));
  }

  // In the order in which a task meets what is missing: columns, then values that do not fit, then nulls.
  void at(const Table& table) {
    change_.option = "auto.evolve";
    bool fitted = false;
    RowFault fault;
    const Binding* binding = bind(table, rules_, fault, fitted);
    if (binding == nullptr) return fail(fault);
    Row row = row_;
    MadeValues made;
    if (!binding->made.empty() && (row.made = made.make(*binding, row, fault)) == nullptr) return fail(fault);
    for (const BoundColumn& bound : binding->columns) at_value(table, *binding, bound, row, fitted);
    for (const BoundColumn& bound : binding->columns) {
      sinkway_value scratch;
      if (bound.column->not_null && is_null(value_of(*binding, bound, row, scratch)))
        take(plan_relax(table, bound.column->name, options_.evolution, rules_));
    }
  }

 private:
  void refuse(const std::string& reason) { change_.refused.push_back(reason); }
  void fail(const RowFault& fault) {
    if (fault.fault != Fault::none) refuse("the record would be refused: " + std::string(reason_of(fault.fault)));
  }
  void take(const DdlPlan& plan) {
    append(change_.refused, plan.refused);
    if (plan.refused.empty()) append(change_.statements, plan.statements);
  }
  void fit(const Table& table) {
    const WantedTable wanted = wanted_table(row_, rules_);
    take(plan_fit(table, wanted, options_.evolution));
    if (options_.evolution.widen) append(change_.refused, plan_widen(table, wanted, options_.evolution).refused);
  }

  // Null: `fault` or refused says why. A column that is going to be added is passed over: all its values fit.
  const Binding* bind(const Table& table, BindingRules rules, RowFault& fault, bool& fitted) {
    try {
      binder_ = std::make_unique<Binder>(table, rules);
      return binder_->bind(row_, fault);
    } catch (const MissingColumns& missing) {
      if (fitted || (!options_.evolution.add && !options_.evolution.widen)) return refuse(missing.what()), nullptr;
      fit(table);
      fitted = true;
      if (!options_.evolution.add) return refuse(missing.what()), nullptr;
      return bind(with_columns(table), rules, fault, fitted);
    } catch (const BindingError& error) {
      return refuse(error.what()), nullptr;
    }
  }

  // The table as it will be, as far as names go.
  const Table& with_columns(const Table& table) {
    grown_ = table;
    std::vector<std::string_view> names;
    for (const Column& column : table.columns) names.emplace_back(column.name);
    for (const WantedColumn& wanted : wanted_table(row_, rules_).columns) {
      if (find_name(names, wanted.name)) continue;
      Column& column = grown_.columns.emplace_back();
      column.name = wanted.name;
      column.type = column.base_type = oid::kText;
      column.type_name = "text";
    }
    return grown_;
  }

  void at_value(const Table& table, const Binding& binding, const BoundColumn& bound, const Row& row, bool& fitted) {
    if (table.find(bound.column->name) == nullptr) return;  // a column that is to be added
    sinkway_value scratch;
    ByteBuffer bytes;
    const Fault fault = put_field(value_of(binding, bound, row, scratch), bound.type, bytes);
    if (fault == Fault::none) return;
    const std::size_t known = change_.statements.size();
    if (fault == Fault::too_long) take(plan_lengthen(table, bound.column->name, options_.evolution));
    if (fault == Fault::out_of_range && !fitted) fit(table);
    fitted |= fault == Fault::out_of_range;
    if (change_.statements.size() == known)
      refuse("column " + quote_identifier(bound.column->name) + ": the record would be refused: " +
             std::string(reason_of(fault)));
  }

  const TableOptions& options_;
  BindingRules rules_;
  const Row& row_;
  TableChange& change_;
  Table grown_;
  std::unique_ptr<Binder> binder_;
};

}  // namespace

std::vector<TableChange> preview_own_tables(ControlConnection& connection, const TableOptions& options) {
  std::vector<TableChange> changes;
  if (options.delivery == Delivery::exactly_once)
    changes.push_back(own_table_change(connection, OffsetsTable::plan(options.offsets_table)));
  if (!options.dead_letter_table.name.empty())
    changes.push_back(own_table_change(connection, DeadLetterTable::plan(options.dead_letter_table)));
  return changes;
}

TableChange preview_topic(ControlConnection& connection, const TableOptions& options, const std::string& topic) {
  TableChange change;
  change.topic = topic;
  if (options.routing.by_record()) {
    change.note = "table.name.format goes by records: only a record tells its table";
    return change;
  }
  const auto candidates = table_candidates(table_text(options.routing, topic));
  if (candidates.empty()) {
    change.refused.push_back("table.name.format names no table for topic " + topic);
    return change;
  }
  const auto found = find_table(connection, candidates);
  change.exists = found.has_value();
  change.table = found ? found->table.schema + "." + found->table.name : candidates.back().text();
  const WantedTable always = wanted_always(binding_rules(options));
  if (!found) {
    if (!options.evolution.create) return change;
    change.option = "auto.create";
    change.note = "the table will be made for its first record, with a column for each field that goes into one" +
                  (always.columns.empty() ? std::string() : " and these: " + list_of(always)) +
                  "; a sample record tells the statement";
    return change;
  }
  if (!options.evolution.add) return change;
  change.option = "auto.evolve";
  const DdlPlan plan = plan_add(found->table, always);
  change.statements = plan.statements;
  change.refused = plan.refused;
  return change;
}

TableChange preview_record(ControlConnection& connection, const TableOptions& options, const sinkway_record& record) {
  TableChange change;
  change.topic.assign(record.topic->data, record.topic->size);
  RowFault fault;
  Envelope envelope(envelope_rules(options));
  const auto row = envelope.row_of(record, 0, fault);
  std::optional<std::string> text;
  if (row) text = options.routing.by_record() ? table_text(options.routing, *row, fault)
                                               : std::optional(table_text(options.routing, change.topic));
  if (fault.fault != Fault::none) {
    change.refused.push_back("the record would be refused: " + std::string(reason_of(fault.fault)));
    return change;
  }
  if (!text) {
    change.note = "the record asks for nothing";
    return change;
  }
  const auto candidates = table_candidates(*text);
  if (candidates.empty()) {
    change.refused.emplace_back("the record names no table");
    return change;
  }
  const auto found = find_table(connection, candidates);
  change.exists = found.has_value();
  change.table = found ? found->table.schema + "." + found->table.name : candidates.back().text();
  if (row->operation != Operation::put) {
    change.note = "deletes change no table";
    return change;
  }
  RowPreview preview(options, *row, change);
  if (found)
    preview.at(found->table);
  else
    preview.at_missing(candidates.back());
  return change;
}

std::string text_of(const TableChange& change) {
  std::string text = "Table " + change.table + (change.topic.empty() ? "" : " for topic " + change.topic);
  if (!change.statements.empty())
    text += change.exists ? " will be changed by:" : " does not exist and will be made by:";
  for (const std::string& statement : change.statements) text += " " + statement + ";";
  for (const std::string& reason : change.refused) text += " (not done: " + reason + ")";
  return change.note.empty() ? text : text + ": " + change.note;
}

}  // namespace sinkway::table
