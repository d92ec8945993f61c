#include "plugins/table/delivery/answers.hpp"

#include <array>
#include <utility>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/server/sqlstate.hpp"

namespace sinkway::table {
namespace {

struct Advice {
  std::string_view prefix;  // of the SQLSTATE; the first that fits counts
  std::string_view id;
  std::string_view hint;
};

constexpr std::array kAdvice{
    Advice{"28P01", "table.login_refused", "check connection.user and connection.password"},
    Advice{"28", "table.login_refused",
           "check connection.user, and pg_hba.conf of the server for this role, database and address"},
    Advice{"3D000", "table.no_such_database", "check the database in connection.url, or create it"},
    Advice{"3F000", "table.no_such_schema",
           "check the schema in table.name.format, offsets.table and currentSchema, or create it"},
    Advice{"42501", "table.permission_denied", "GRANT the missing privilege to the role of connection.user"},
    Advice{"42P01", "table.no_such_table", "create the table, or check table.name.format"},
    Advice{"42P10", "table.no_key", "make the primary key or unique index over pk.fields again"},
    Advice{"42703", "table.no_such_column", "add the column, or drop the field from the records"},
    Advice{"25006", "table.read_only",
           "the server is a standby or read-only: add targetServerType=primary to connection.url"},
    Advice{"53300", "table.too_many_connections", "raise max_connections of the server, or lower tasks.max"},
    Advice{"53100", "table.disk_full", "free space on the server"},
    Advice{"55P03", "table.server", "another session holds a lock: pg_locks and pg_blocking_pids() tell which"},
    Advice{"57014", "table.server", "it took too long (statement.timeout.ms), or somebody has cancelled it: look what the database waits for"},
    Advice{"", "table.server", ""},
};

const Advice& advice(std::string_view sqlstate) {
  for (const Advice& one : kAdvice) {
    if (sqlstate.starts_with(one.prefix)) return one;
  }
  return kAdvice.back();
}

// Said at connect while the database is moved or restored (ALTER DATABASE ... ALLOW_CONNECTIONS false).
constexpr std::string_view kTakesNoConnections = "55000";

bool is_trouble(std::string_view sqlstate, bool worked_lately) {
  return classify(sqlstate, {.connected_lately = worked_lately}) == Answer::trouble;
}

// What libpq says of TLS has no SQLSTATE.
bool is_about_tls(std::string_view text) {
  return text.find("SSL") != std::string_view::npos || text.find("certificate") != std::string_view::npos;
}

std::string coded(const std::string& what, const std::string& sqlstate) { return what + " (SQLSTATE " + sqlstate + ")";
  }

}  // namespace

std::string_view hint_for(std::string_view sqlstate) { return advice(sqlstate).hint; }
std::string_view id_for(std::string_view sqlstate) { return advice(sqlstate).id; }

void throw_refusal(const std::string& sqlstate, const std::string& what, bool worked_lately) {
  sdk::ErrorDetails details{.hint = std::string(hint_for(sqlstate)), .error_id = std::string(id_for(sqlstate))};
  const std::string reason = coded(what + " was refused by the database", sqlstate);
  if (is_trouble(sqlstate, worked_lately)) throw sdk::RetriableError(reason, std::move(details));
  throw sdk::FatalError(reason, std::move(details));
}

void throw_lost(const WireLost& lost, const std::string& place, bool worked_lately) {
  sdk::ErrorDetails details{.hint = std::string(hint_for(lost.sqlstate())), .error_id = "table.connection"};
  const std::string reason = "database " + place + ": " + lost.what();
  if (lost.sqlstate().empty()) {
    details.hint = is_about_tls(lost.what())
        ? "the task tries again; check the certificate of the server, and sslmode and sslrootcert in connection.url"
        : "the task tries again; check the host and port of connection.url, and whether the server runs";
    throw sdk::RetriableError(reason, std::move(details));
  }
  details.error_id = id_for(lost.sqlstate());
  if (lost.sqlstate() == kTakesNoConnections || is_trouble(lost.sqlstate(), worked_lately))
    throw sdk::RetriableError(coded(reason, lost.sqlstate()), std::move(details));
  throw sdk::FatalError(coded(reason, lost.sqlstate()), std::move(details));
}

}  // namespace sinkway::table
