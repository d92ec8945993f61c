#include "plugins/table/control/preflight.hpp"

#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/rows/routing.hpp"
#include "plugins/table/server/connection_parameters.hpp"
#include "plugins/table/server/sqlstate.hpp"
#include "plugins/table/server/wire.hpp"

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

void look_for_table(ControlConnection& connection, const TableOptions& options, const std::string& topic,
                    Preflight& result) {
  const auto candidates = table_candidates(table_text(options.routing, topic));
  const auto found = find_table(connection, candidates);
  const std::string name = candidates.empty() ? topic : candidates.back().text();
  if (!found && options.evolution.create && !candidates.empty()) {
    result.warnings.push_back("table " + name + " for topic " + topic + " does not exist in database " +
                              options.connection.place + " and will be created for its first record");
  } else if (!found) {
    result.findings.push_back({"table.name.format", "Table " + name + " for topic " + topic +
                               " does not exist in database " +
                                                        options.connection.place + ": create the table, or change "
                                                                                   "table.name.format"});
  } else if (!found->may_insert) {
    const std::string table = found->table.schema + "." + found->table.name;
    result.findings.push_back({"table.name.format", "The role may not insert into table " + table +
                               ": GRANT INSERT ON " + table +
                                                        " to it, and USAGE on its schema"});
  }
}

}  // namespace

Preflight preflight(const TableOptions& options, const std::vector<std::string>& topics) {
  Preflight result;
  if (!log_in(options, result)) return result;
  try {
    ControlConnection connection(options);
    if (options.routing.by_record()) return result;
    for (const std::string& topic : topics) look_for_table(connection, options, topic, result);
  } catch (const ControlError& error) {
    result.warnings.push_back(error.what());
  }
  return result;
}

}  // namespace sinkway::table
