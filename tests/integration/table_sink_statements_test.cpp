// insert.mode=sql: a statement of the user's own for each record, in the transaction that moves the positions.
#include <set>

#include "tests/integration/table_sink_world.hpp"
#include "tests/support/cutting_proxy.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::number_value;
using sdk::testing::text_value;
using sdk::testing::value_of;
using Rows = std::vector<std::vector<std::string>>;

// Directly the statements are prepared; behind a pooler each is parsed anew.
class TableSinkStatements : public TableSinkTest, public testing::WithParamInterface<bool> {
 protected:
  [[nodiscard]] Entries with(const std::string& sql, Entries more = {}) const {
    more.emplace_back("insert.mode", "sql");
    more.emplace_back("sql", sql);
    if (GetParam()) more.emplace_back("connection.pooled", "true");
    return more;
  }
  // {id, n} at the offsets from `first` on.
  SampleBatch& counts_of(std::int64_t first, const std::vector<std::pair<std::int64_t, std::int64_t>>& rows) {
    SampleBatch& made = batch();
    std::int64_t offset = first;
    for (const auto& [id, n] : rows)
      made.add("weather", 0, offset++, made.object({{"id", value_of(SINKWAY_INT64, id)}, {"n", value_of(SINKWAY_INT64, n)}}));
    made.cover("weather", 0, first, offset);
    return made;
  }
  static Told put_until_settled(SinkTask& task, SampleBatch& made) {
    Told told = task.put(made);
    for (int tries = 0; told.code == SINKWAY_RETRIABLE && tries < 20; ++tries) told = task.put(made);
    return told;
  }
  const std::string kAdd = "INSERT INTO t AS o (id, n) VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = o.n + EXCLUDED.n";
};

TEST_P(TableSinkStatements, AreExecutedOnceForEachRecordInOrder) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint); CREATE TABLE log (place bigserial, id bigint, n bigint)");
  SinkTask& task = open_task(with("WITH l AS (INSERT INTO log (id, n) VALUES (:id, :n)) " + kAdd));
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  std::int64_t sum = 0;
  for (std::int64_t n = 0; n < 3'000; ++n) rows.emplace_back(n * 7 % 10, n), sum += n;
  SampleBatch& made = counts_of(0, rows);
  Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT sum(n) FROM t"), sum);
  EXPECT_EQ(client.number("SELECT count(*) FROM (SELECT n, lag(n) OVER (ORDER BY place) AS before FROM log) l WHERE before > n"), 0);
  EXPECT_EQ(position(), 3'000);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.number("SELECT sum(n) FROM t"), sum) << "the same batch was applied again";
  EXPECT_EQ(task.host.total("sinkway_table_statements_total", "method=pipeline"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=written"), 3'000);
}

TEST_P(TableSinkStatements, CallProceduresAndFunctionsAndThrowTheirRowsAway) {
  client.run("CREATE TABLE readings (id bigint, n bigint, doc jsonb);"
             "CREATE PROCEDURE add_reading(a bigint, b bigint) LANGUAGE sql AS 'INSERT INTO readings VALUES (a, b)';"
             "CREATE FUNCTION f(doc jsonb) RETURNS SETOF bigint LANGUAGE sql AS "
             "'INSERT INTO readings (doc) VALUES (doc); SELECT generate_series(1, 2000)'");
  SinkTask& called = open_task(with("CALL add_reading(:id, :n)"));
  Told told = called.put(counts_of(0, {{1, 10}, {2, 20}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id, n FROM readings ORDER BY id"), (Rows{{"1", "10"}, {"2", "20"}}));
  client.run("TRUNCATE readings; DROP TABLE sinkway_offsets");
  // All fields that have no parameter of their own as one document.
  SinkTask& selected = open_task(with("SELECT f(:doc)", {{"unmatched", "jsonb:doc"}}));
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (std::int64_t n = 0; n < 600; ++n) rows.emplace_back(n, n);
  told = selected.put(counts_of(0, rows));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT count(*) FROM readings WHERE doc->>'id' = doc->>'n' AND jsonb_typeof(doc->'id') = 'number'"), 600);
}

TEST_P(TableSinkStatements, EncodeEachFieldAsAColumnOfItsTypeDoes) {
  const std::string columns =
      "(id bigint, u uuid, j jsonb, x json, tz timestamptz, ts timestamp, d date, m numeric(10,2), ia int[], ta text[], ka kind[], "
      "e kind, ip inet, dom small, b bytea, f real, v varchar(20), ok boolean, iv interval, p pair, h numeric)";
  client.run("CREATE TYPE kind AS ENUM ('rain', 'snow'); CREATE DOMAIN small AS numeric(4,1) CHECK (VALUE < 100);"
             "CREATE TYPE pair AS (a int, b text); CREATE TABLE weather " + columns + "; CREATE TABLE t " + columns);
  std::string names, parameters;
  for (const auto& row : client.rows("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum DESC")) {
    names += (names.empty() ? "" : ", ") + row[0];
    parameters += (parameters.empty() ? ":" : ", :") + row[0];
  }
  SampleBatch& made = batch();
  const auto add = [&](std::int64_t offset, const char* zone) {
    made.add("weather", 0, offset,
             made.object({{"id", value_of(SINKWAY_INT64, offset)}, {"u", text_value("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")},
                          {"j", made.object({{"deep", text_value("x")}})}, {"x", made.items(SINKWAY_ARRAY, {value_of(SINKWAY_INT64, 1)})},
                          {"tz", text_value(zone)}, {"ts", value_of(SINKWAY_INT64, 1'700'000'000'123)}, {"d", text_value("2026-02-28")},
                          {"m", number_value(SINKWAY_FLOAT64, 12.5)},
                          {"ia", made.items(SINKWAY_ARRAY, {value_of(SINKWAY_INT64, 1), value_of(SINKWAY_NULL)})},
                          {"ta", made.items(SINKWAY_ARRAY, {text_value("a,\"b"), text_value("")})},
                          {"ka", made.items(SINKWAY_ARRAY, {text_value("snow")})}, {"e", text_value("rain")}, {"ip", text_value("10.1.2.3/8")},
                          {"dom", number_value(SINKWAY_FLOAT64, 9.5)}, {"b", text_value("\\x00ff")}, {"f", number_value(SINKWAY_FLOAT64, 0.1)},
                          {"v", text_value("Ünïcode")}, {"ok", value_of(SINKWAY_BOOL, 1)}, {"iv", text_value("1 day 02:00")},
                          {"p", made.object({{"a", value_of(SINKWAY_INT64, 7)}, {"b", text_value("x y")}})},
                          {"h", text_value("123456789012345678901234567890.5")}}));
  };
  add(0, "2026-01-02T03:04:05.678901+02:00");
  add(1, "infinity");
  made.cover("weather", 0, 0, 2);
  const Told plain = open_task().put(made);
  ASSERT_EQ(plain.code, SINKWAY_OK) << plain.reason;
  client.run("DROP TABLE sinkway_offsets");
  const Told told = open_task(with("INSERT INTO t (" + names + ") VALUES (" + parameters + ")")).put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT t::text FROM t ORDER BY id"), client.rows("SELECT weather::text FROM weather ORDER BY id"));
  EXPECT_EQ(client.number("SELECT count(*) FROM t WHERE u IS NOT NULL AND p IS NOT NULL AND h = 123456789012345678901234567890.5"), 2);
}

TEST_P(TableSinkStatements, BadRowsAreNamedByTheirExecutionAndTheirNeighboursAreWritten) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, u uuid, n int CHECK (n >= 0)); INSERT INTO t VALUES (-1);"
             "CREATE PROCEDURE add_one(a bigint, b uuid, c int) LANGUAGE plpgsql AS $$BEGIN IF c = 7 THEN RAISE 'private %', c; END IF; "
             "INSERT INTO t VALUES (a, b, c); END$$");
  SinkTask& task = open_task(with("CALL add_one(:id, :u, :n)", {{"dlq.table", "letters"}}));
  SampleBatch& made = batch();
  std::set<std::size_t> bad;
  constexpr int kRows = 5'000;
  for (int n = 0; n < kRows; ++n) {
    std::int64_t id = n, count = 1;
    const char* u = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    if (n % 1'000 == 3) id = -1;                     // a duplicate
    if (n % 1'000 == 4) count = -5;                  // a check
    if (n % 1'000 == 500) u = "private";             // the encoder's finding
    if (n % 1'000 == 501) count = 7;                 // raised
    if (n % 1'000 == 999) count = 3'000'000'000;     // beyond the parameter's type
    const int place = n % 1'000;
    if (place == 3 || place == 4 || place == 500 || place == 501 || place == 999) bad.insert(static_cast<std::size_t>(n));
    made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, id)}, {"u", text_value(u)}, {"n", value_of(SINKWAY_INT64, count)}}));
  }
  made.cover("weather", 0, 0, kRows);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), bad);
  EXPECT_EQ(client.number("SELECT count(*) FROM t"), kRows - static_cast<long>(bad.size()) + 1);
  EXPECT_EQ(client.number("SELECT count(*) FROM t JOIN letters ON id = record_offset"), 0);
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), static_cast<long>(bad.size()));
  EXPECT_EQ(client.rows("SELECT DISTINCT sqlstate FROM letters WHERE sqlstate IS NOT NULL ORDER BY 1"), (Rows{{"23505"}, {"23514"}, {"P0001"}}));
  EXPECT_EQ(position(), kRows);
}

TEST_P(TableSinkStatements, ATableThatRefusesEverythingIsNoFaultOfRecords) {
  client.run("CREATE FUNCTION f(a bigint) RETURNS int LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$");
  SinkTask& task = open_task(with("SELECT f(:id)"));
  const Told told = task.put(counts_of(0, {{1, 1}, {2, 2}, {3, 3}}));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(position(), 0);
}

// Nor is a fault of the statement itself, whatever its class, though the server says which execution it was.
TEST_P(TableSinkStatements, AFunctionThatIsBrokenIsNoFaultOfRecords) {
  for (const char* code : {"XX000", "54000"}) {
    client.run(std::string("CREATE OR REPLACE FUNCTION f(a bigint) RETURNS int LANGUAGE plpgsql AS $$BEGIN RAISE 'no' USING ERRCODE = '") + code +
               "'; END$$");
    SinkTask& task = open_task(with("SELECT f(:id)"));
    const Told told = task.put(counts_of(0, {{1, 1}, {2, 2}, {3, 3}}));
    EXPECT_EQ(told.code, SINKWAY_FATAL) << code << told.reason;
    EXPECT_EQ(position(), 0);
  }
}

TEST_P(TableSinkStatements, DeletesHaveAStatementOfTheirOwnInTheOrderOfTheRecords) {
  client.run("CREATE TABLE t (id bigint, n bigint)");
  SinkTask& task = open_task(with("INSERT INTO t (id, n) VALUES (:id, :n)",
                                  {{"delete.sql", "DELETE FROM t WHERE id = :id"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}}));
  SampleBatch& made = batch();
  const auto key = [](std::int64_t id) { return value_of(SINKWAY_INT64, id); };
  const auto put = [&](std::int64_t offset, std::int64_t id) {
    made.add("weather", 0, offset, made.object({{"n", value_of(SINKWAY_INT64, offset)}}), key(id));
  };
  put(0, 1);
  put(1, 1);
  made.add("weather", 0, 2, value_of(SINKWAY_NULL), key(1));
  put(3, 1);
  put(4, 2);
  made.add("weather", 0, 5, value_of(SINKWAY_NULL), key(2));
  made.add("weather", 0, 6, value_of(SINKWAY_NULL));  // tells no key
  made.cover("weather", 0, 0, 7);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id, n FROM t"), (Rows{{"1", "3"}}));
  EXPECT_EQ(reported(task), std::set<std::size_t>{6});
}

// A null equals no key: nothing would be deleted, and nobody would hear of it.
TEST_P(TableSinkStatements, ADeleteThatDoesNotTellItsKeyIsErrant) {
  client.run("CREATE TABLE t (id bigint, n bigint); INSERT INTO t VALUES (1, 1)");
  for (const char* const mode : {"record_key", "record_header"}) {
    client.run("DROP TABLE IF EXISTS sinkway_offsets");
    SinkTask& task = open_task(with("INSERT INTO t (id, n) VALUES (:id, :n)",
                                    {{"delete.sql", "DELETE FROM t WHERE id = :id"}, {"pk.mode", mode}, {"pk.fields", "id"}}));
    SampleBatch& made = batch();
    made.add("weather", 0, 0, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_NULL)}}));
    made.cover("weather", 0, 0, 1);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    ASSERT_EQ(task.host.errants().size(), 1U) << mode;
    EXPECT_EQ(task.host.errants()[0].error_id, "table.no_key_in_record");
    end_tasks();
  }
  EXPECT_EQ(client.number("SELECT count(*) FROM t"), 1);
}

TEST_P(TableSinkStatements, AValueThatTheSourceDoesNotKnowIsNull) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, note text); INSERT INTO t VALUES (1, 'long')");
  SinkTask& task = open_task(with("INSERT INTO t VALUES (:id, :note) ON CONFLICT (id) DO UPDATE SET note = COALESCE(EXCLUDED.note, t.note)"));
  SampleBatch& made = batch();
  made.add("weather", 0, 0, note(made, 1, "__debezium_unavailable_value"));
  made.cover("weather", 0, 0, 1);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM t"), (Rows{{"1", "long"}}));
}

TEST_P(TableSinkStatements, ChangeEventsLendTheirRowsToBothStatements) {
  client.run("CREATE TABLE t (id bigint, note text); CREATE TABLE gone (id bigint, note text, at bigint)");
  SinkTask& task = open_task(with("INSERT INTO t (id, note) VALUES (:id, :note)",
                                  {{"envelope", "auto"},
                                   {"delete.sql", "WITH d AS (DELETE FROM t WHERE id = :id) INSERT INTO gone VALUES (:id, :note, :__offset)"}}));
  SampleBatch& made = batch();
  const auto event = [&](std::int64_t offset, const char* op, const char* part, std::int64_t id) {
    made.add("weather", 0, offset, made.object({{"op", text_value(op)}, {part, note(made, id)}}));
  };
  event(0, "c", "after", 1);
  event(1, "c", "after", 2);
  event(2, "d", "before", 1);
  made.cover("weather", 0, 0, 3);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id FROM t"), (Rows{{"2"}}));
  EXPECT_EQ(client.rows("SELECT * FROM gone"), (Rows{{"1", "fine", "2"}}));
}

TEST_P(TableSinkStatements, WithoutAStatementForDeletesTombstonesAreErrantAndThoseAmongChangeEventsPassedOver) {
  client.run("CREATE TABLE t (id bigint)");
  for (const bool events : {false, true}) {
    client.run("TRUNCATE t; DROP TABLE IF EXISTS sinkway_offsets");
    SinkTask& task = open_task(with("INSERT INTO t VALUES (:id)", {{"envelope", events ? "auto" : "none"}}));
    SampleBatch& made = batch();
    made.add("weather", 0, 0, note(made, 1));
    made.add("weather", 0, 1, value_of(SINKWAY_NULL));
    if (events) made.add("weather", 0, 2, made.object({{"op", text_value("d")}, {"before", note(made, 1)}}));
    made.cover("weather", 0, 0, 3);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    EXPECT_EQ(client.number("SELECT count(*) FROM t"), 1);
    EXPECT_EQ(reported(task), events ? std::set<std::size_t>{} : std::set<std::size_t>{1});
    end_tasks();
  }
}

TEST_P(TableSinkStatements, MetadataAndKeysAreParametersToo) {
  client.run("CREATE TABLE t (topic text, part int, at bigint, seen timestamptz, key jsonb, place text, nothing text)");
  SinkTask& task = open_task(with("INSERT INTO t VALUES (:__topic, :__partition, :o, :__timestamp, :__key, :place, :nothing)",
                                  {{"metadata.columns", "offset:o"}, {"pk.mode", "record_key"}}));
  SampleBatch& made = batch();
  for (int n = 0; n < 2; ++n)
    made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, 1)}}), made.object({{"place", text_value("Miami")}}));
  made.cover("weather", 0, 0, 2);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT topic, part, at, extract(epoch FROM seen)::bigint, key, place, nothing FROM t WHERE at = 1"),
            (Rows{{"weather", "0", "1", "1700000000", "{\"place\": \"Miami\"}", "Miami", "<null>"}}));
  const auto lines = task.host.log_lines();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
              return line.starts_with("WARN") && line.find("parameter=nothing") != std::string::npos;
            }), 1) << "a parameter that no field fills is told once";
}

TEST_P(TableSinkStatements, TroubleOfTheServerIsNoRecordsFault) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
  SinkTask& task = open_task(with(kAdd, {{"lock.timeout.ms", "200"}}));
  PostgresClient other(uri());
  other.run("BEGIN; LOCK TABLE t");
  SampleBatch& made = counts_of(0, {{1, 1}, {2, 2}});
  EXPECT_EQ(task.put(made).code, SINKWAY_RETRIABLE);
  other.run("COMMIT");
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  client.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema + "'");
  ASSERT_EQ(put_until_settled(task, counts_of(2, {{1, 10}})).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, n FROM t ORDER BY id"), (Rows{{"1", "11"}, {"2", "2"}}));
  EXPECT_TRUE(task.host.errants().empty());
}

TEST_P(TableSinkStatements, EndSoonWhenTheHostWantsTheCallBack) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
  SinkTask& task = open_task(with(kAdd));
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (std::int64_t n = 0; n < 20'000; ++n) rows.emplace_back(n, 1);
  SampleBatch& made = counts_of(0, rows);
  PostgresClient other(uri());
  other.run("BEGIN; LOCK TABLE t");
  Told told;
  std::thread writer([&] { told = task.put(made); });
  while (client.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema + "' AND wait_event_type = 'Lock'") == 0)
    std::this_thread::yield();
  task.host.cancel();
  writer.join();
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  task.host.calm();
  other.run("COMMIT");
  told = put_until_settled(task, made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT sum(n) FROM t"), 20'000);
}

TEST_P(TableSinkStatements, AreLookedAtAgainWhenTheirTableChanges) {
  client.run("CREATE TABLE t (id int PRIMARY KEY, n bigint)");
  SinkTask& task = open_task(with("INSERT INTO t (id, n) VALUES (:id, :n) RETURNING *"));
  ASSERT_EQ(task.put(counts_of(0, {{1, 1}})).code, SINKWAY_OK);
  // Types of the same width, so that a statement that was not planned anew would write rubbish.
  client.run("DROP TABLE t; CREATE TABLE t (n float8, id real)");
  Told told = task.put(counts_of(1, {{2, 20}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id, n FROM t"), (Rows{{"2", "20"}}));
  client.run("DROP TABLE t");
  told = task.put(counts_of(2, {{3, 3}}));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_NE(told.reason.find("\"t\" does not exist"), std::string::npos) << told.reason;
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
  EXPECT_EQ(task.put(counts_of(2, {{3, 3}})).code, SINKWAY_OK);
  EXPECT_EQ(client.number("SELECT n FROM t WHERE id = 3"), 3);
}

TEST_P(TableSinkStatements, APartOfABatchThatWasAppliedIsNotExecutedAgain) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
  SinkTask& task = open_task(with(kAdd));
  ASSERT_EQ(task.put(counts_of(0, {{1, 1}, {1, 1}})).code, SINKWAY_OK);
  SampleBatch& both = batch();
  for (std::int64_t offset = 0; offset < 3; ++offset)
    both.add("weather", 0, offset, both.object({{"id", value_of(SINKWAY_INT64, 1)}, {"n", value_of(SINKWAY_INT64, 1)}}));
  both.cover("weather", 0, 0, 3);
  ASSERT_EQ(task.put(both).code, SINKWAY_OK);
  EXPECT_EQ(client.number("SELECT n FROM t"), 3);
}

INSTANTIATE_TEST_SUITE_P(Ways, TableSinkStatements, testing::Bool(),
                         [](const auto& one) { return one.param ? std::string("pooled") : std::string("direct"); });

class StatementsWithLostCommit : public TableSinkTest, public testing::WithParamInterface<CuttingProxy::Cut> {};

TEST_P(StatementsWithLostCommit, AreAppliedOnceAllTheSame) {
  client.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
  CuttingProxy proxy(static_cast<std::uint16_t>(client.number("SHOW port")));
  const std::string proxied = with_parameter(uri(), "host=127.0.0.1&sslmode=disable&gssencmode=disable&port=" + std::to_string(proxy.port()));
  SinkTask& task = open_task({{"insert.mode", "sql"},
                              {"sql", "INSERT INTO t AS o (id, n) VALUES (1, :id) ON CONFLICT (id) DO UPDATE SET n = o.n + EXCLUDED.n"}}, proxied);
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(task.put(notes(round * 20, 10)).code, SINKWAY_OK);
    proxy.arm(GetParam());
    SampleBatch& made = notes(round * 20 + 10, 10);
    Told told = task.put(made);
    for (int tries = 0; told.code == SINKWAY_RETRIABLE && tries < 20; ++tries) told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  }
  EXPECT_EQ(proxy.cuts(), 5);
  EXPECT_EQ(client.number("SELECT n FROM t"), 99 * 100 / 2);
  EXPECT_EQ(position(), 100);
}

INSTANTIATE_TEST_SUITE_P(Cuts, StatementsWithLostCommit,
                         testing::Values(CuttingProxy::Cut::before, CuttingProxy::Cut::after));

class StatementValidation : public TableSinkTest {
 protected:
  [[nodiscard]] Validated told(const std::string& sql, Entries more = {}) const {
    for (auto& entry : Entries{{"connection.url", uri()}, {"topics", "weather"}, {"insert.mode", "sql"}, {"sql", sql}})
      more.push_back(std::move(entry));
    return validated(std::move(more));
  }
};

TEST_F(StatementValidation, PlansTheStatementsWithoutRunningThem) {
  client.run("CREATE TABLE t (id bigint, doc jsonb)");
  const Validated fine = told("INSERT INTO t (id, doc) VALUES (:id, :doc)", {{"delete.sql", "DELETE FROM t WHERE id = :id"}});
  EXPECT_TRUE(fine.findings.empty()) << fine.findings[0].second;
  const auto has = [&](const char* key, const char* words) {
    return std::any_of(fine.notes.begin(), fine.notes.end(), [&](const auto& note) {
      return note.first == key && note.second.find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(has("sql", "id bigint, doc jsonb"));
  EXPECT_TRUE(has("delete.sql", "id bigint"));
  EXPECT_TRUE(has("offsets.table", "CREATE TABLE"));
  const std::string plan = asked("validated", {{"connection.url", uri()}, {"topics", "weather"}, {"insert.mode", "sql"}, {"sql", "CALL p(:id)"}},
                                 "plan", R"({"value": {"id": 1}})");
  EXPECT_NE(plan.find("sinkway_offsets"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("weather"), std::string::npos) << "no table of the topic is touched: " << plan;
  EXPECT_EQ(client.number("SELECT count(*) FROM t"), 0);
}

TEST_F(StatementValidation, NamesTheOptionAndWhatTheServerSays) {
  client.run("CREATE TABLE t (id bigint, n text)");
  struct Case {
    std::string sql;
    Entries more;
    const char* key;
    const char* word;
  };
  const Case cases[] = {
      {"INSERT INTO nowhere VALUES (:id)", {}, "sql", "relation \"nowhere\" does not exist"},
      {"INSERT INTO t (id, wind) VALUES (:id, :wind)", {}, "sql", "\"wind\""},
      {"INSERT INTO t VALUS (:id)", {}, "sql", "syntax error"},
      {"SELECT no_such_function(:id)", {}, "sql", "no_such_function"},
      {"SELECT :id = :id", {}, "sql", ""},
      {"INSERT INTO t VALUES (:id); DELETE FROM t", {}, "sql", "more than one"},
      {"COMMIT", {}, "sql", "transaction"},
      {"INSERT INTO t VALUES (:id)", {{"delete.sql", "DELETE FROM nowhere WHERE id = :id"}}, "delete.sql", "nowhere"},
      {"INSERT INTO t VALUES (:id)", {{"delete.enabled", "true"}}, "delete.enabled", "delete.sql"},
      {"INSERT INTO t VALUES (:id)", {{"auto.create", "true"}}, "insert.mode", "makes and changes no tables"},
      {"INSERT INTO t VALUES (:id)", {{"truncate.enabled", "true"}}, "truncate.enabled", "no table"},
      {"INSERT INTO t VALUES (:id)", {{"soft.delete.column", "gone"}, {"delete.sql", "DELETE FROM t WHERE id = :id"}}, "soft.delete.column", "delete.sql"},
      {"", {}, "sql", "must be given"},
  };
  for (const Case& one : cases) {
    const Validated said = told(one.sql, one.more);
    if (*one.word == '\0') continue;  // the server may or may not find a type
    ASSERT_EQ(said.findings.size(), 1U) << one.sql;
    EXPECT_EQ(said.findings[0].first, one.key) << one.sql;
    EXPECT_NE(said.findings[0].second.find(one.word), std::string::npos) << said.findings[0].second;
  }
  const Validated other = validated({{"connection.url", uri()}, {"topics", "t"}, {"sql", "INSERT INTO t VALUES (:id)"}});
  ASSERT_EQ(other.findings.size(), 1U);
  EXPECT_EQ(other.findings[0].first, "sql");
}

TEST_F(StatementValidation, WhatTheServerCallsByItsNumberIsToldByItsName) {
  const Validated said = told("SELECT pg_typeof(:id), f(:\"Wind speed\")");
  ASSERT_EQ(said.findings.size(), 1U);
  EXPECT_EQ(said.findings[0].second.find("$"), std::string::npos) << said.findings[0].second;
}

}  // namespace
}  // namespace sinkway::test
