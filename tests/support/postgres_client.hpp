// A plain client of a real PostgreSQL for tests: SQL in, text out.
#pragma once

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace sinkway::test {

// Throws std::runtime_error with the server's own words.
class PostgresClient {
 public:
  explicit PostgresClient(const std::string& uri) : connection_(PQconnectdb(uri.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
    PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
  }

  // Rows of the last statement, cells as text, "<null>" for null.
  std::vector<std::vector<std::string>> rows(const std::string& sql) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(sql + ": " +
        PQerrorMessage(connection_.get()));
    std::vector<std::vector<std::string>> all;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      auto& cells = all.emplace_back();
      for (int column = 0; column < PQnfields(result.get()); ++column) {
        cells.push_back(PQgetisnull(result.get(), row, column) == 1 ? "<null>" : PQgetvalue(result.get(), row, column));
      }
    }
    return all;
  }
  void run(const std::string& sql) { (void)rows(sql); }
  // The only cell of the only row.
  std::string cell(const std::string& sql) { return rows(sql).at(0).at(0); }
  long number(const std::string& sql) { return std::stol(cell(sql)); }
  [[nodiscard]] int process() const { return PQbackendPID(connection_.get()); }

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

// The URI of the server of the run. Fails loudly when it is not told: a test that skips itself proves nothing.
inline std::string postgres_uri() {
  const char* uri = std::getenv("SINKWAY_TEST_POSTGRES");
  if (uri == nullptr || *uri == '\0') {
    throw std::runtime_error("SINKWAY_TEST_POSTGRES must name a PostgreSQL by its libpq URI, with a role that may "
                             "create roles and schemas");
  }
  return uri;
}

inline std::string with_parameter(const std::string& uri, const std::string& parameter) {
  return uri + (uri.find('?') == std::string::npos ? "?" : "&") + parameter;
}

}  // namespace sinkway::test
