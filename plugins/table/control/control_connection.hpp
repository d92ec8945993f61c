// A brief connection for everything that is not data: the only libpqxx of the sink.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// The server refused a question of the control plane, or could not be asked. Never holds values of rows.
class ControlError : public std::runtime_error {
 public:
  ControlError(std::string sqlstate, const std::string& reason) : std::runtime_error(reason),
      sqlstate_(std::move(sqlstate)) {}
  // Empty: the connection is at fault, the server has not spoken.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

// Lives for a few statements, each limited to seconds. Blocks its thread for at most connect and
// statement time-outs of 5 s each, and for a change as long as it may take; [connector-thread] and, for reading the
// catalog right after the data connection has been seen to work, [writer-thread]. All members throw ControlError.
class ControlConnection {
 public:
  explicit ControlConnection(const TableOptions& options);

  // The rows of one statement. `$1`, `$2`... in it stand for `texts`, quoted here, as all versions of libpqxx agree on
  // it.
  [[nodiscard]] pqxx::result ask(std::string_view statement, const std::vector<std::string_view>& texts = {});
  using Ask = std::function<pqxx::result(std::string_view statement, const std::vector<std::string_view>& texts)>;
  // Runs `steps` in one transaction that holds an advisory lock on `subject`, so that rivals go one after the other; what
  // a step asks is asked inside. Empty: committed; else the SQLSTATE of the refusal, and nothing was done. What `steps`
  // throws of its own rolls back and goes on.
  // A step takes at most `limit`, 0: as long as it needs.
  [[nodiscard]] std::string change(const std::string& subject, const std::function<void(const Ask&)>& steps,
                                   std::chrono::milliseconds limit = std::chrono::seconds(5));
  // 150010 for 15.10.
  [[nodiscard]] int server_version() const { return connection_->server_version(); }

 private:
  std::optional<pqxx::connection> connection_;
  std::string place_;
};

}  // namespace sinkway::table
