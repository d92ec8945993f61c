#include "plugins/table/control/preflight.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/control/catalog_sql.hpp"
#include "plugins/table/control/ddl_preview.hpp"
#include "plugins/table/control/statement_reader.hpp"
#include "plugins/table/delivery/dead_letter_table.hpp"
#include "plugins/table/delivery/offsets_table.hpp"
#include "plugins/table/delivery/own_table.hpp"
#include "plugins/table/delivery/targets.hpp"
#include "plugins/table/rows/binding_maker.hpp"
#include "plugins/table/rows/routing.hpp"
#include "plugins/table/server/connection_parameters.hpp"
#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/server/sqlstate.hpp"
#include "plugins/table/server/wire.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

constexpr std::chrono::seconds kConnectTime{5};

// Logs in on a connection that tells the SQLSTATE of a refusal, which libpqxx does not. False: there is no more to look
// at.
bool log_in(const TableOptions& options, Preflight& result) {
  WireSettings settings = data_wire(options, -1);
  settings.connect_timeout = std::min<std::chrono::milliseconds>(settings.connect_timeout, kConnectTime);
  try {
    Wire(std::move(settings)).connect();
    return true;
  } catch (const WireLost& lost) {
    const std::string reason = std::string(lost.what()) +
        (lost.sqlstate().empty() ? "" : " (SQLSTATE " + lost.sqlstate() + ")");
    if (classify(lost.sqlstate(), {}) != Answer::configuration) {
      result.warnings.push_back("the database " + options.connection.place + " cannot be looked at now: " + reason);
    } else if (lost.sqlstate().starts_with("28P")) {
      result.findings.push_back({"connection.password", "The database refuses the login: " + reason});
    } else if (lost.sqlstate().starts_with("28")) {
      result.findings.push_back({"connection.user", "The database refuses the login: " + reason});
    } else {
      result.findings.push_back({"connection.url", "The database cannot be used: " + reason});
    }
    return false;
  }
}

// The settings of the session are all that the server is told for it. False: there is no more to look at.
bool begin_session(std::optional<ControlConnection>& connection, const TableOptions& options, Preflight& result) {
  try {
    connection.emplace(options);
    return true;
  } catch (const ControlError& error) {
    const bool is_setting = !options.session_settings.empty() && !error.sqlstate().empty() &&
                            classify(error.sqlstate(), {.connected_lately = true}) != Answer::trouble;
    if (is_setting)
      result.findings.push_back({"session.settings", "The database refuses a setting of the session (SQLSTATE " + error.sqlstate() + ")"});
    else
      result.warnings.push_back(error.what());
    return false;
  }
}

// A look at one table after the other; what is certain becomes a finding.
class Look {
 public:
  Look(ControlConnection& connection, const TableOptions& options, Preflight& result)
      : connection_(connection), options_(options), result_(result) {}

  void at_topic(const std::string& topic) {
    const auto candidates = table_candidates(table_text(options_.routing, topic));
    const std::string name = candidates.empty() ? topic : candidates.back().text();
    if (!candidates.empty() && candidates.back().name.size() > kIdentifierBytes)
      return find("table.name.format", "Table name " + name + " for topic " + topic + " is longer than 63 bytes");
    const auto found = find_table(connection_, candidates);
    if (!found) return at_missing(topic, name, candidates);
    if (!found->may_insert && options_.writes.inserts()) {
      const std::string table = found->table.schema + "." + found->table.name;
      find_missing_right("table.name.format", "The role may not insert into table " + table + ": GRANT INSERT ON " + table +
                                    " to it, and USAGE on its schema");
    }
    at_privileges(found->table);
    at_sequences(found->table);
    at_columns(found->table);
    at_key(found->table);
  }

  // Statements of the user's own, planned and not run. Without init.sql, which may change more than the session: what it
  // sets up is not there, so a refusal proves nothing then.
  void at_statements() {
    TableOptions quiet = options_;
    quiet.init_sql.clear();
    try {
      Connection data(quiet, -1);
      data.open();
      at_statement(data, options_.statements.put, "sql");
      if (!options_.statements.remove.empty()) at_statement(data, options_.statements.remove, "delete.sql");
    } catch (const WireLost& lost) {
      result_.warnings.push_back(std::string("the statement of option sql cannot be looked at now: ") + lost.what());
    }
  }

  // The DDL that the configuration leads to, as far as it is known before a record.
  void at_ddl(const std::vector<std::string>& topics) {
    std::vector<TableChange> changes = preview_own_tables(connection_, options_);
    for (const std::string& topic : topics) changes.push_back(preview_topic(connection_, options_, topic));
    for (const TableChange& change : changes)
      if (change.is_news() && !change.option.empty()) result_.notes.push_back({change.option, text_of(change)});
  }

  void at_own_table(const OwnTablePlan& plan, const std::string& key) {
    const pqxx::result found = connection_.ask(own_table::kFind, {plan.name.name, plan.name.schema});
    if (!found.empty()) {
      const std::string table = found[0][0].c_str();
      if (!connection_.ask(own_table::kPrivileges, {table, plan.needed})[0][0].as<bool>())
        return find_missing_right(key, "The role may not use " + plan.what + " " + table + ": GRANT " + plan.needed + " ON " + table +
                                           " to it, and USAGE on its schema");
      const pqxx::result missing = connection_.ask(own_table::kMissingColumns, {table, plan.columns});
      if (!missing[0][0].is_null())
        find(plan.option, "Table " + table + " is none that the sink has made, it lacks these columns: " + missing[0][0].c_str() + ". Name another one");
      return;
    }
    if (connection_.ask(catalog_sql::kOwnTable, {plan.name.name, plan.name.schema})[0][1].as<bool>()) return;
    find_missing_right(key, plan.what + " " + plan.name.text() + " does not exist, and the role may make it in no schema: GRANT CREATE ON "
                      "SCHEMA ... to it, or " + plan.otherwise);
  }

 private:
  static std::string why_not_made(const pqxx::result& place) {
    if (place.empty()) return "neither does the schema that it would be made in";
    const std::string schema = place[0][0].c_str();
    return "the role may make none in schema " + schema + ": GRANT CREATE ON SCHEMA " + schema + " to it";
  }
  void find(const std::string& key, std::string text) { result_.findings.push_back({key, std::move(text)}); }
  // Of the data connection, whose role init.sql may set: nothing is proved then.
  void find_missing_right(const std::string& key, std::string text) {
    if (options_.init_sql.empty()) return find(key, std::move(text));
    result_.warnings.push_back(key + ": " + text + ", unless init.sql sets a role that may");
  }

  void at_statement(Connection& data, const NamedSql& sql, const std::string& key) {
    try {
      const Table parameters = read_statement(data, connection_, sql);
      result_.notes.push_back({key, "The database takes the statement, with these parameters: " + parameter_list(parameters)});
    } catch (const StatementRefused& refused) {
      const std::string text = std::string("The database does not take the statement: ") + refused.what();
      const bool proves = options_.init_sql.empty() &&
                          classify(refused.sqlstate(), {.connected_lately = true}) != Answer::trouble;
      if (proves)
        find(key, text);
      else
        result_.warnings.push_back(key + ": " + text);
    }
  }

  void at_missing(const std::string& topic, const std::string& name, const std::vector<TableName>& candidates) {
    if (!options_.evolution.create)
      return find("table.name.format", "Table " + name + " for topic " + topic + " does not exist in database " +
                                           options_.connection.place + ": create the table, change table.name.format, or "
                                           "set auto.create");
    if (candidates.empty()) return;
    if (options_.writes.needs_key() && options_.pk_fields.empty() && (options_.pk_mode == "none" || options_.pk_mode == "record_value"))
      find("pk.fields", "Table " + name + " will be made without a key, and insert.mode=" + std::string(name_of(options_.writes.mode)) +
                            " must know which row is meant: name its columns");
    const pqxx::result told = connection_.ask(catalog_sql::kPlaceOfNew, {candidates.back().schema});
    if (told.empty() || !told[0][1].as<bool>())
      return find("auto.create", "Table " + name + " for topic " + topic + " does not exist, and " + why_not_made(told));
    result_.warnings.push_back("table " + name + " for topic " + topic + " will be made for its first record");
  }

  void at_privileges(const Table& table) {
    const WriteRules& writes = options_.writes;
    if (!writes.keyed() && !options_.truncates) return;
    const pqxx::result may = connection_.ask(catalog_sql::kPrivileges, {std::to_string(table.oid)});
    const std::string name = table.schema + "." + table.name;
    const auto need = [&](int column, const std::string& privilege, const std::string& key) {
      if (!may[0][column].as<bool>())
        find_missing_right(key, "The role may not " + privilege + " in table " + name + ": GRANT " + privilege + " ON " + name + " to it");
    };
    if (!writes.inserts() && !may[0][4].as<bool>())
      find_missing_right("table.name.format", "The role may not use schema " + table.schema + ": GRANT USAGE ON SCHEMA " + table.schema + " to it");
    if (writes.keyed()) need(0, "SELECT", "insert.mode");
    if (writes.keyed() && writes.mode != InsertMode::insert && writes.mode != InsertMode::insert_ignore)
      need(1, "UPDATE", "insert.mode");
    if (writes.deletes) need(writes.soft_delete_column.empty() ? 2 : 1, writes.soft_delete_column.empty() ? "DELETE" : "UPDATE",
                             "delete.enabled");
    if (options_.truncates) need(3, "TRUNCATE", "truncate.enabled");
  }

  // Of defaults: only a record tells whether they are needed.
  void at_sequences(const Table& table) {
    if (!options_.writes.inserts()) return;
    for (const auto& row : connection_.ask(catalog_sql::kForbiddenSequences, {std::to_string(table.oid)})) {
      const std::string sequence = row[1].c_str();
      result_.warnings.push_back("a record without field " + std::string(row[0].c_str()) + " cannot go into table " + table.schema + "." + table.name +
                                 ": the role may not use the sequence of its default: GRANT USAGE ON SEQUENCE " + sequence + " to it");
    }
  }

  // Those that every record fills, whatever its fields.
  void at_columns(const Table& table) {
    if (options_.evolution.add) return;
    const FieldRules& fields = options_.fields;
    std::vector<std::string> metadata;
    for (const auto& [kind, column] : fields.metadata) metadata.push_back(column);
    find_missing_columns(table, metadata, "metadata.columns");
    if (fields.unmatched == Unmatched::remainder) find_missing_columns(table, {fields.remainder_column}, "unmatched");
    if (options_.pk_mode != "kafka" && options_.pk_mode != "record_header" && !options_.writes.keyed()) return;
    std::vector<std::string> keys = key_names(table, binding_rules(options_, nullptr));
    std::erase_if(keys, [&](const std::string& one) { return find_column(table, fields, one) != nullptr; });
    find_missing_columns(table, keys, "pk.fields");
  }
  void find_missing_columns(const Table& table, const std::vector<std::string>& names, const std::string& key) {
    std::string missing;
    for (const std::string& name : names)
      if (find_column(table, name) == nullptr) missing += (missing.empty() ? "" : ", ") + name;
    if (!missing.empty())
      find(key, "Table " + table.schema + "." + table.name + " has no column " + missing + ": add what is missing, or set auto.evolve");
  }

  // A mark is true, or the time of the delete, which every text takes, too.
  static bool takes_mark(const Column& column) {
    constexpr std::array kTypes{oid::kBool, oid::kTimestamptz, oid::kTimestamp, oid::kDate, oid::kTime, oid::kText, oid::kVarchar, oid::kBpchar};
    return std::ranges::find(kTypes, column.base_type) != kTypes.end();
  }

  void at_key(const Table& table) {
    const InsertMode mode = options_.writes.mode;
    const bool inserts = mode == InsertMode::upsert || mode == InsertMode::upsert_if_newer || mode == InsertMode::merge;
    std::vector<std::string> key = key_names(table, binding_rules(options_, nullptr));
    const bool has_target = inserts || (mode == InsertMode::insert_ignore && !key.empty());
    const std::string name = table.schema + "." + table.name;
    if (mode == InsertMode::upsert_if_newer && find_column(table, options_.writes.newer_column) == nullptr)
      find("upsert.newer.column", "Table " + name + " has no column " + options_.writes.newer_column);
    if (const std::string& soft = options_.writes.soft_delete_column; !soft.empty()) {
      const Column* const column = soft_delete_column(table, options_.writes);
      if (column == nullptr)
        find("soft.delete.column", "Table " + name + " has no column " + soft);
      else if (!takes_mark(*column))
        find("soft.delete.column", "Column " + soft + " of table " + name + " is neither boolean nor of a type that takes a time");
    }
    if (options_.writes.keyed() && mode != InsertMode::insert_ignore && key.empty())
      return find("pk.fields", "Table " + name + " has no primary key, and pk.fields names no columns: insert.mode=" +
                                   std::string(name_of(mode)) + (options_.writes.deletes ? " with deletes" : "") +
                                   " must know which row is meant");
    if (!has_target) return;
    std::string list;
    for (std::string& one : key) {
      if (const Column* const column = find_column(table, options_.fields, one)) one = column->name;  // tasks find it so, too
      list += (list.empty() ? "" : ", ") + one;
    }
    if (!key.empty() && has_unique_key(table, key)) return;
    // The index of the table under a view serves, too, and is not looked for.
    const bool is_passed_on = table.kind == TableKind::view &&
                              connection_.ask(catalog_sql::kIsPassedOn, {std::to_string(table.oid)})[0][0].as<bool>();
    if (!key.empty() && is_passed_on) return;
    find("pk.fields", "Table " + name + " has no primary key or unique index over " +
                          (key.empty() ? std::string("the key of the records") : list) +
                          ", which insert.mode=" + std::string(name_of(mode)) + " needs");
  }

  ControlConnection& connection_;
  const TableOptions& options_;
  Preflight& result_;
};

}  // namespace

Preflight preflight(const TableOptions& options, const std::vector<std::string>& topics) {
  Preflight result;
  if (!log_in(options, result)) return result;
  std::optional<ControlConnection> connection;
  if (!begin_session(connection, options, result)) return result;
  try {
    Look look(*connection, options, result);
    if (options.delivery == Delivery::exactly_once)
      look.at_own_table(OffsetsTable::plan(options.offsets_table), "delivery");
    if (!options.dead_letter_table.name.empty())
      look.at_own_table(DeadLetterTable::plan(options.dead_letter_table), "dlq.table");
    if (options.writes.mode == InsertMode::sql) {
      look.at_ddl({});
      look.at_statements();
      return result;
    }
    look.at_ddl(options.routing.by_record() ? std::vector<std::string>() : topics);
    if (options.routing.by_record()) return result;
    for (const std::string& topic : topics) look.at_topic(topic);
  } catch (const ControlError& error) {
    result.warnings.push_back(error.what());
  }
  return result;
}

}  // namespace sinkway::table
