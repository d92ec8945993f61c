#include "plugins/table/control/control_connection.hpp"

#include "plugins/table/server/connection_parameters.hpp"

namespace sinkway::table {
namespace {

// libpqxx 6 forgets the SQLSTATE of the classes that it has exceptions for.
std::string code_of(const pqxx::sql_error& error) {
  if (!error.sqlstate().empty()) return error.sqlstate();
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr) return "42501";
  if (dynamic_cast<const pqxx::undefined_table*>(&error) != nullptr) return "42P01";
  if (dynamic_cast<const pqxx::undefined_column*>(&error) != nullptr) return "42703";
  if (dynamic_cast<const pqxx::disk_full*>(&error) != nullptr) return "53100";
  if (dynamic_cast<const pqxx::too_many_connections*>(&error) != nullptr) return "53300";
  if (dynamic_cast<const pqxx::out_of_memory*>(&error) != nullptr) return "53200";
  if (dynamic_cast<const pqxx::feature_not_supported*>(&error) != nullptr) return "0A000";
  return "XX000";
}

// Runs `call` and turns what libpqxx throws into ControlError. Messages of data errors could quote values and are not
// passed on; the control plane only reads catalogs, so its own statements are named instead.
template <typename Call>
auto guarded(const std::string& place, Call call) {
  try {
    return call();
  } catch (const pqxx::broken_connection&) {
    throw ControlError("", "no connection to " + place);
  } catch (const pqxx::sql_error& error) {
    throw ControlError(code_of(error), "the catalog of " + place + " could not be read (SQLSTATE " + code_of(error) +
                                           ")");
  } catch (const pqxx::failure&) {
    throw ControlError("", "the catalog of " + place + " could not be read");
  }
}

// Names and literals of the statement are left alone: they may hold a $1 of their own.
std::string filled(const pqxx::transaction_base& transaction, std::string_view statement,
                   const std::vector<std::string_view>& texts) {
  std::string sql;
  char quote = '\0';  // that was opened; a doubled one closes and opens again
  for (std::size_t at = 0; at < statement.size(); ++at) {
    if (quote != '\0' ? statement[at] == quote : statement[at] == '"' || statement[at] == '\'')
      quote = quote != '\0' ? '\0' : statement[at];
    const bool parameter = quote == '\0' && statement[at] == '$' && at + 1 < statement.size() && statement[at + 1] >= '1' &&
        statement[at + 1] <= '9';
    if (parameter) {
      sql += transaction.quote(std::string(texts.at(static_cast<std::size_t>(statement[++at] - '1'))));
    } else {
      sql += statement[at];
    }
  }
  return sql;
}

}  // namespace

ControlConnection::ControlConnection(const TableOptions& options) {
  guarded(options.connection.place, [&] {
    connection_.emplace(control_conninfo(options));
    TableOptions brief = options;
    brief.statement_timeout = std::chrono::seconds(5);
    brief.lock_timeout = std::chrono::seconds(2);
    pqxx::nontransaction transaction(*connection_);
    transaction.exec(session_settings(brief, false));
    return true;
  });
  place_ = options.connection.place;
}

pqxx::result ControlConnection::ask(std::string_view statement, const std::vector<std::string_view>& texts) {
  return guarded(place_, [&] {
    pqxx::nontransaction transaction(*connection_);
    return transaction.exec(filled(transaction, statement, texts));
  });
}

std::string ControlConnection::change(const std::string& subject, const std::function<void(const Ask&)>& steps,
                                      std::chrono::milliseconds limit) {
  try {
    pqxx::work transaction(*connection_);
    const Ask ask = [&](std::string_view statement, const std::vector<std::string_view>& texts) {
      return transaction.exec(filled(transaction, statement, texts));
    };
    (void)ask("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {subject});
    (void)ask("SET LOCAL statement_timeout=" + std::to_string(limit.count()), {});
    steps(ask);
    transaction.commit();
    return "";
  } catch (const pqxx::broken_connection&) {
    throw ControlError("", "no connection to " + place_);
  } catch (const pqxx::sql_error& error) {
    return code_of(error);
  } catch (const pqxx::failure&) {
    throw ControlError("", place_ + " could not be asked");
  }
}

}  // namespace sinkway::table
