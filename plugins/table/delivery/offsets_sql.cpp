#include "plugins/table/delivery/offsets_sql.hpp"

namespace sinkway::table::offsets {
namespace {

std::string with_table(std::string_view before, std::string_view table, std::string_view after) {
  return std::string(before) + std::string(table) + std::string(after);
}

constexpr std::string_view kOurProcess =
    "pg_backend_pid(), (SELECT a.backend_start FROM pg_stat_activity a WHERE a.pid = pg_backend_pid())";

std::string_view process(bool pooled) { return pooled ? "NULL::int, NULL::timestamptz" : kOurProcess; }

}  // namespace

std::string create_sql(std::string_view table) {
  return with_table("CREATE TABLE IF NOT EXISTS ", table,
                    " (connector text, topic text, part int, next_offset bigint NOT NULL, epoch bigint NOT NULL, "
                    "owner text, pid int, backend_start timestamptz, updated timestamptz DEFAULT now(), "
                    "PRIMARY KEY (connector, topic, part)) WITH (fillfactor = 50)");
}

std::string acquire_sql(std::string_view table, bool pooled, bool known_only) {
  if (known_only) {
    // The start is a parameter of both forms; here nothing begins with it.
    return with_table("UPDATE ", table, " SET (pid, backend_start) = (SELECT ") + std::string(process(pooled)) +
           "), epoch = epoch + 1, owner = $5::text, updated = now() WHERE connector = $1::text AND topic = $2::text "
           "AND part = $3::int AND $4::bigint IS NOT NULL RETURNING next_offset, epoch";
  }
  return with_table("INSERT INTO ", table,
                    " AS o (connector, topic, part, next_offset, epoch, owner, pid, backend_start) ") +
         "SELECT $1::text, $2::text, $3::int, $4::bigint, 1, $5::text, " + std::string(process(pooled)) +
         " ON CONFLICT (connector, topic, part) DO UPDATE SET epoch = o.epoch + 1, owner = excluded.owner, "
         "pid = excluded.pid, backend_start = excluded.backend_start, updated = now() RETURNING next_offset, epoch";
}

std::string advance_sql(std::string_view table, bool pooled) {
  const std::string name(table);
  // A connection may have taken the place of the one that acquired, with the same number when the server has been started again. The
  // sub-select is run only then.
  const std::string process = pooled ? ""
                                     : ", pid = pg_backend_pid(), backend_start = CASE WHEN o.pid = pg_backend_pid() AND o.backend_start >= "
                                       "pg_postmaster_start_time() THEN o.backend_start ELSE (SELECT a.backend_start FROM pg_stat_activity a "
                                       "WHERE a.pid = pg_backend_pid()) END";
  return "WITH v(t, p, e, n, ep) AS "
         "(SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])), "
         "l AS MATERIALIZED (SELECT o.topic, o.part FROM " +
         name +
         " o WHERE o.connector = $1::text AND (o.topic, o.part) IN (SELECT v.t, v.p FROM v) "
         "ORDER BY o.topic, o.part FOR UPDATE OF o), "
         "u AS (UPDATE " +
         name +
         " o SET next_offset = v.n, updated = now()" +
         process +
         " FROM v, l WHERE l.topic = v.t AND l.part = v.p "
         "AND o.connector = $1::text AND o.topic = v.t AND o.part = v.p AND o.next_offset = v.e AND o.epoch = v.ep "
         "RETURNING 1) SELECT count(*) FROM u";
}

std::string reclaim_sql(std::string_view table, bool pooled) {
  return with_table("UPDATE ", table, " SET (pid, backend_start, updated) = (SELECT ") + std::string(process(pooled)) +
         ", now()) WHERE connector = $1::text AND topic = $2::text AND part = $3::int AND epoch = $4::bigint "
         "RETURNING next_offset";
}

std::string end_holder_sql(std::string_view table) {
  // Found first, ended then: in one condition the planner may end every process before it looks whose it is.
  return with_table("WITH holder AS MATERIALIZED (SELECT a.pid FROM ", table,
                    " o JOIN pg_stat_activity a ON a.pid = o.pid AND a.backend_start = o.backend_start "
                    "WHERE o.connector = $1::text AND o.topic = $2::text AND o.part = $3::int AND a.pid <> "
                    "pg_backend_pid()) "
                    "SELECT pg_terminate_backend(holder.pid) FROM holder");
}

}  // namespace sinkway::table::offsets
