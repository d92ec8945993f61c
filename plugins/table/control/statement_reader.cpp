#include "plugins/table/control/statement_reader.hpp"

#include <charconv>

#include "plugins/table/control/catalog_reader.hpp"

namespace sinkway::table {
namespace {

// The server knows parameters by their numbers.
std::string with_names(const std::string& message, const NamedSql& sql) {
  std::string text;
  for (std::size_t at = 0; at < message.size(); ++at) {
    std::size_t number = 0;
    if (message[at] == '$') {
      const auto [end, error] = std::from_chars(message.data() + at + 1, message.data() + message.size(), number);
      if (error == std::errc() && number >= 1 && number <= sql.names.size()) {
        text += ":" + sql.names[number - 1];
        at = static_cast<std::size_t>(end - message.data()) - 1;
        continue;
      }
    }
    text += message[at];
  }
  return text;
}

}  // namespace

Table read_statement(Connection& data, ControlConnection& control, const NamedSql& sql) {
  const Reply described = data.describe(sql.text);
  if (!described.ok())
    throw StatementRefused(described.sqlstate(), with_names(described.field(PG_DIAG_MESSAGE_PRIMARY), sql) +
                                                     " (SQLSTATE " + described.sqlstate() + ")");
  Table table;
  table.columns = read_types(control, described.parameter_types());
  for (std::size_t n = 0; n < table.columns.size(); ++n) table.columns[n].name = sql.names.at(n);
  return table;
}

std::string parameter_list(const Table& parameters) {
  std::string text;
  for (const Column& one : parameters.columns) text += (text.empty() ? "" : ", ") + one.name + " " + one.type_name;
  return text;
}

}  // namespace sinkway::table
