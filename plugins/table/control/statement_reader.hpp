// The server asked about a statement of the user's own.
#pragma once

#include <stdexcept>
#include <string>

#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/options/named_sql.hpp"
#include "plugins/table/server/catalog.hpp"
#include "plugins/table/server/connection.hpp"

namespace sinkway::table {

// The server takes the statement not: a fault of its text, or of what it names.
class StatementRefused : public std::runtime_error {
 public:
  StatementRefused(std::string sqlstate, const std::string& reason) : std::runtime_error(reason),
      sqlstate_(std::move(sqlstate)) {}
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

// The parameters of the statement as columns of a table that exists nowhere, with the types that the server gives them. The
// statement is planned on the data connection, whose search path and role will run it, and not run; `control` reads about
// the types. Throws StatementRefused, whose text is the server's own with $1 as the name that it stands for (no record is
// seen, so it holds no value of one); ControlError, WireLost, WireCancelled. [writer-thread] [connector-thread]
[[nodiscard]] Table read_statement(Connection& data, ControlConnection& control, const NamedSql& sql);

// "id bigint, note text", for people.
[[nodiscard]] std::string parameter_list(const Table& parameters);

}  // namespace sinkway::table
