#include "plugins/table/delivery/own_table.hpp"

#include <array>
#include <optional>
#include <vector>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"

namespace sinkway::table {
namespace own_table {

const char* const kFind =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relname = $1::text AND c.relkind IN ('r', 'p') "
    "AND CASE WHEN $2::text = '' THEN n.nspname = ANY (current_schemas(false)) ELSE n.nspname = $2::text END "
    "ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1";

const char* const kPlace =
    "SELECT format('%I.%I', n.nspname, $1::text) FROM pg_namespace n "
    "WHERE CASE WHEN $2::text = '' THEN n.nspname = ANY (current_schemas(false)) ELSE n.nspname = $2::text END "
    "AND has_schema_privilege(n.oid, 'CREATE') ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1";

// A list in has_table_privilege would mean any of them; by its name it wants the right to use the schema.
const char* const kPrivileges =
    "SELECT has_schema_privilege(n.oid, 'USAGE') AND (SELECT bool_and(has_table_privilege(c.oid, p)) FROM regexp_split_to_table($2::text, "
    "', ') p) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = (parse_ident($1::text))[1] AND c.relname = "
    "(parse_ident($1::text))[2]";

const char* const kMissingColumns =
    "SELECT string_agg(c, ', ') FROM regexp_split_to_table($2::text, ', ') c WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = "
    "$1::regclass AND a.attname = c AND NOT a.attisdropped)";

}  // namespace own_table

namespace {

using own_table::kFind;
using own_table::kMissingColumns;
using own_table::kPlace;
using own_table::kPrivileges;

class Search {
 public:
  Search(Connection& connection, const OwnTablePlan& plan) : connection_(connection), plan_(plan) {}

  [[nodiscard]] std::optional<std::string> find() {
    const Reply reply = ask(kFind, "looking for " + named());
    if (reply.rows() == 0) return std::nullopt;
    return std::string(reply.text(0, 0));
  }

  // Nothing: somebody else has made it at the same moment.
  [[nodiscard]] std::optional<std::string> make() {
    const Reply place = ask(kPlace, "looking for a schema for " + named());
    if (place.rows() == 0) {
      throw sdk::FatalError(named() + " does not exist, and there is no schema in which this role may make it",
                            {.hint = "GRANT CREATE ON SCHEMA ... to the role, or name another place with " +
                                     plan_.option + ", or " + plan_.otherwise,
                             .error_id = plan_.error_id});
    }
    const std::string table(place.text(0, 0));
    const Reply made = connection_.run(plan_.create_sql(table));
    if (made.ok()) return table;
    // IF NOT EXISTS does not spare the second of two these (the last: the type of its rows is there).
    const std::string sqlstate = made.sqlstate();
    if (sqlstate != "23505" && sqlstate != "42P07" && sqlstate != "42710") refuse(made, "making " + named());
    return std::nullopt;
  }

  void check_privileges(const std::string& table) {
    const std::array parameters{Parameter{table}, Parameter{plan_.needed}};
    const Reply reply = connection_.run(kPrivileges, parameters);
    if (!reply.ok()) refuse(reply, "reading the privileges of " + table);
    if (reply.rows() == 1 && reply.text(0, 0) == "t") return;
    throw sdk::FatalError("this role may not use " + plan_.what + " " + table,
                          {.hint = "GRANT " + plan_.needed + " ON " + table + " to the role, and USAGE on its schema",
                           .error_id = "table.permission_denied"});
  }

  void check_columns(const std::string& table) {
    const std::array parameters{Parameter{table}, Parameter{plan_.columns}};
    const Reply reply = connection_.run(kMissingColumns, parameters);
    if (!reply.ok()) refuse(reply, "reading the columns of " + table);
    if (reply.text(0, 0).empty()) return;
    throw sdk::FatalError("table " + table + " is none that the sink has made, it lacks these columns: " + std::string(reply.text(0, 0)),
                          {.hint = "name another one with " + plan_.option + ", or " + plan_.otherwise, .error_id = plan_.error_id});
  }

  [[noreturn]] void refuse(const Reply& reply, const std::string& what) {
    connection_.rollback();
    throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
  }

  [[nodiscard]] std::string named() const { return plan_.what + " " + plan_.name.text(); }

 private:
  [[nodiscard]] Reply ask(const char* sql, const std::string& what) {
    const std::array parameters{Parameter{plan_.name.name}, Parameter{plan_.name.schema}};
    Reply reply = connection_.run(sql, parameters);
    if (!reply.ok()) refuse(reply, what);
    return reply;
  }

  Connection& connection_;
  const OwnTablePlan& plan_;
};

}  // namespace

std::string find_or_make(Connection& connection, const OwnTablePlan& plan) {
  Search search(connection, plan);
  for (bool first = true;; first = false) {
    if (const Reply begun = connection.begin(); !begun.ok()) search.refuse(begun, "beginning a transaction");
    std::optional<std::string> table = search.find();
    if (!table) table = search.make();
    if (table) {
      search.check_privileges(*table);
      search.check_columns(*table);
      if (const Reply done = connection.commit(); !done.ok()) search.refuse(done, "making " + search.named());
      return *table;
    }
    connection.rollback();  // made by somebody else at the same moment: look again
    if (first) continue;
    throw sdk::FatalError(search.named() + " can neither be found nor made",
                          {.hint = "make it by hand, or name another one with " + plan.option,
                           .error_id = plan.error_id});
  }
}

}  // namespace sinkway::table
