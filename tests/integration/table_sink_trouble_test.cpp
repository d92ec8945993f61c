// Trouble of the server or of the configuration: what is tried again, what fails, and what it says.
#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class TableSinkTrouble : public TableSinkTest {
 protected:
  // A role without rights, dropped with the test.
  struct Role {
    Role(PostgresClient& client_in, std::string name_in) : client(client_in), name(std::move(name_in)) {
      client.run("CREATE ROLE " + name + " LOGIN PASSWORD 'a-secret'");
    }
    ~Role() {
      client.run("DROP OWNED BY " + name);
      client.run("DROP ROLE " + name);
    }
    Role(const Role&) = delete;
    Role& operator=(const Role&) = delete;
    PostgresClient& client;
    std::string name;
  };
  Entries as(const Role& role) { return {{"connection.user", role.name}, {"connection.password", "a-secret"}}; }
  // The server processes of this test's tasks.
  [[nodiscard]] std::string backends() const { return "pg_stat_activity WHERE application_name = 'sinkway " + schema +
    "'"; }
  static void expect_words(const Told& told, std::initializer_list<const char*> words) {
    for (const char* word : words) EXPECT_NE((told.reason + " " + told.hint).find(word), std::string::npos) <<
        told.reason << " " << told.hint;
  }
};

TEST_F(TableSinkTrouble, d8_of_a_server_that_ends_the_connection_costs_nothing) {
  make_notes();
  SinkTask& task = open_task();
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(client.number("SELECT count(pg_terminate_backend(pid)) FROM " + backends()), 1);
    SampleBatch& made = notes(i * 10, 10);
    Told told = task.put(made);
    for (int tries = 0; told.code == SINKWAY_RETRIABLE && tries < 5; ++tries) told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  }
  EXPECT_EQ(counts(), std::pair(100L, 100L));
  EXPECT_TRUE(task.host.errants().empty());
}

TEST_F(TableSinkTrouble, of_a_server_that_cannot_be_reached_is_tried_again) {
  SinkTask& task = make_task({}, "jdbc:postgresql://127.0.0.1:1/nowhere?user=somebody&password=a-secret");
  const Told told = task.open(topic());
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  expect_words(told, {"127.0.0.1", "nowhere", "refused", "connection.url"});
  EXPECT_EQ(told.reason.find("a-secret"), std::string::npos);
}

TEST_F(TableSinkTrouble, of_a_database_that_does_not_exist_is_fatal) {
  SinkTask& task = make_task({}, with_parameter(uri(), "dbname=no_such_database"));
  const Told told = task.open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.no_such_database");
  expect_words(told, {"no_such_database", "3D000"});
}

TEST_F(TableSinkTrouble, of_a_role_that_does_not_exist_is_fatal) {
  const Told told = make_task({{"connection.user", "no_such_role"}}).open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"connection.user"});
}

TEST_F(TableSinkTrouble, of_a_missing_table_is_fatal_and_names_it) {
  const Told told = make_task().open(topic("hurricanes"));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.no_such_table");
  expect_words(told, {"hurricanes", "create the table"});
}

TEST_F(TableSinkTrouble, of_a_field_without_a_column_is_fatal_and_names_it) {
  client.run("CREATE TABLE weather (id bigint)");
  SinkTask& task = open_task();
  const Told told = task.put(notes(0, 1));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"note", "weather"});
  EXPECT_EQ(position(), 0);
}

TEST_F(TableSinkTrouble, of_missing_rights_says_what_to_grant) {
  make_notes();
  const Role role(client, schema + "_role");
  client.run("GRANT USAGE ON SCHEMA " + schema + " TO " + role.name);
  Told told = make_task(as(role)).open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.permission_denied");
  expect_words(told, {"GRANT INSERT ON", "weather"});

  client.run("GRANT INSERT ON weather TO " + role.name);
  told = make_task(as(role)).open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"sinkway_offsets", "GRANT CREATE ON SCHEMA", "offsets.table", "delivery=at_least_once"});

  (void)open_task();  // makes the table of positions as its owner
  told = make_task(as(role)).open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"GRANT SELECT, INSERT, UPDATE ON", "sinkway_offsets"});

  client.run("GRANT SELECT, INSERT, UPDATE ON sinkway_offsets TO " + role.name);
  SinkTask& task = make_task(as(role));
  told = task.open(topic());
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(task.put(notes(0, 5)).code, SINKWAY_OK);

  client.run("REVOKE INSERT ON weather FROM " + role.name);
  told = task.put(notes(5, 5));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"42501", "GRANT"});
  EXPECT_TRUE(task.host.errants().empty()) << "missing rights are no record's fault";
  EXPECT_EQ(position(), 5);
}

// COPY FROM is an error there for a role that the policies bind (PostgreSQL manual, COPY): rows go by INSERT, many as few.
TEST_F(TableSinkTrouble, none_comes_of_row_level_security) {
  make_notes(", PRIMARY KEY (id)");
  const Role role(client, schema + "_role");
  client.run("ALTER TABLE weather ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON weather USING (true) WITH CHECK (note = "
             "'fine'); GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + role.name + "; GRANT ALL ON weather TO " + role.name);
  Entries inserts = as(role), upserts = as(role);
  upserts.push_back({"insert.mode", "upsert"});
  EXPECT_EQ(open_task(std::move(inserts)).put(notes(0, 6'000)).code, SINKWAY_OK);
  const Told told = open_task(std::move(upserts)).put(notes(6'000, 6'000));
  EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts(), std::pair(12'000L, 12'000L));
  end_tasks();
}

TEST_F(TableSinkTrouble, d8_of_a_server_that_refuses_to_write_is_no_records_fault) {
  make_notes();
  const Role role(client, schema + "_role");
  client.run("GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + role.name + "; GRANT INSERT ON weather TO " +
             role.name);
  SinkTask& task = make_task(as(role));
  ASSERT_EQ(task.open(topic()).code, SINKWAY_OK);
  ASSERT_EQ(task.put(notes(0, 5)).code, SINKWAY_OK);
  const auto writable = [&](const char* read_only) {
    client.run("ALTER ROLE " + role.name + " SET default_transaction_read_only = " + read_only);
    client.run("SELECT pg_terminate_backend(pid) FROM " + backends());
  };
  writable("on");
  SampleBatch& made = notes(5, 5);
  (void)task.put(made);  // sees the end of the old connection at the latest
  const Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  expect_words(told, {"25006", "targetServerType=primary"});
  writable("off");
  Told last = task.put(made);
  for (int tries = 0; last.code == SINKWAY_RETRIABLE && tries < 5; ++tries) last = task.put(made);
  EXPECT_EQ(last.code, SINKWAY_OK) << last.reason;
  EXPECT_EQ(counts(), std::pair(10L, 10L));
  EXPECT_TRUE(task.host.errants().empty());
}

TEST_F(TableSinkTrouble, of_a_lock_is_tried_again_after_the_lock_timeout) {
  make_notes();
  SinkTask& task = open_task({{"lock.timeout.ms", "200"}});
  PostgresClient other(uri());
  other.run("BEGIN; LOCK TABLE weather");
  SampleBatch& made = notes(0, 5);
  const Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  expect_words(told, {"55P03"});
  other.run("COMMIT");
  EXPECT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(5L, 5L));
}

TEST_F(TableSinkTrouble, ends_soon_when_the_host_wants_the_call_back) {
  make_notes();
  for (const int count : {5, 20'000}) {
    client.run("TRUNCATE weather; DROP TABLE IF EXISTS sinkway_offsets");
    SinkTask& task = open_task();
    PostgresClient other(uri());
    other.run("BEGIN; LOCK TABLE weather");
    SampleBatch& made = notes(0, count);
    Told told;
    const auto begun = std::chrono::steady_clock::now();
    std::thread writer([&] { told = task.put(made); });
    while (client.number("SELECT count(*) FROM " + backends() +
                         " AND wait_event_type = 'Lock'") == 0) std::this_thread::yield();
    task.host.cancel();
    writer.join();
    EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    task.host.calm();
    other.run("COMMIT");
    told = task.put(made);
    EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(counts(), std::pair(static_cast<long>(count), static_cast<long>(count)));
  }
}

TEST_F(TableSinkTrouble, of_a_table_that_changed_is_looked_at_again) {
  make_notes();
  SinkTask& task = open_task({{"copy.min.rows", "100"}});
  ASSERT_EQ(task.put(notes(0, 5)).code, SINKWAY_OK);
  client.run("ALTER TABLE weather ALTER COLUMN id TYPE numeric, ALTER COLUMN note TYPE text");
  Told told = task.put(notes(5, 5));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  told = task.put(notes(10, 500));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  client.run("ALTER TABLE weather RENAME TO old_weather; CREATE TABLE weather (note text, id bigint)");
  told = task.put(notes(510, 500));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts("old_weather").first, 510);
  EXPECT_EQ(counts("weather").first, 500);
  client.run("ALTER TABLE weather DROP COLUMN note");
  told = task.put(notes(1'010, 5));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"note"});
  client.run("ALTER TABLE weather ADD COLUMN note text");
  EXPECT_EQ(task.put(notes(1'010, 5)).code, SINKWAY_OK);
}

// COPY BINARY would take eight bytes for whatever eight bytes may mean now, and bytes for a text that is none.
TEST_F(TableSinkTrouble, of_columns_of_another_type_is_noticed_before_commit) {
  for (const char* mode : {"insert", "upsert"}) {
    for (const char* change : {"id TYPE numeric", "id TYPE double precision", "id TYPE timestamp USING to_timestamp(id / 1000.0) AT TIME ZONE 'UTC'",
                               "note TYPE bytea USING note::bytea", "id TYPE text"}) {
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
      make_notes(", PRIMARY KEY (id)");
      SinkTask& task = open_task({{"insert.mode", mode}, {"copy.min.rows", "1"}});
      ASSERT_EQ(task.put(notes(0, 5)).code, SINKWAY_OK);
      client.run(std::string("ALTER TABLE weather ALTER ") + change);
      client.run("CREATE TABLE wanted (LIKE weather)");
      const Told told = task.put(notes(5, 5));
      ASSERT_EQ(told.code, SINKWAY_OK) << change << ": " << told.reason;
      // What a task says that has never seen the table otherwise.
      SinkTask fresh(schema + "_fresh", {{"connection.url", uri()}, {"table.name.format", "wanted"}, {"delivery", "at_least_once"}});
      ASSERT_EQ(fresh.start().code, SINKWAY_OK);
      ASSERT_EQ(fresh.open(topic(), {0}).code, SINKWAY_OK);
      ASSERT_EQ(fresh.put(notes(0, 10)).code, SINKWAY_OK);
      EXPECT_EQ(client.number("SELECT count(*) FROM (SELECT * FROM weather EXCEPT SELECT * FROM wanted) wrong"), 0) << mode << ", " << change;
      EXPECT_EQ(counts().first, 10) << mode << ", " << change;
      EXPECT_TRUE(task.host.errants().empty()) << change;
      end_tasks();
      client.run("DROP TABLE wanted");
    }
  }
}

// What the encoder finds wrong is a fault of the record only while the table is what the encoder knows.
TEST_F(TableSinkTrouble, of_a_column_that_was_widened_meanwhile_costs_no_record) {
  for (const char* mode : {"insert", "upsert"}) {
    for (const char* copy_min_rows : {"1", "100000"}) {
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
      make_notes(", PRIMARY KEY (id), CHECK (id <> 13)");
      SinkTask& task = open_task({{"insert.mode", mode}, {"copy.min.rows", copy_min_rows}});
      const auto put = [&](std::int64_t first, std::int64_t last) {
        SampleBatch& made = batch();
        for (std::int64_t id = first; id < last; ++id)
          made.add("weather", 0, id, note(made, id, id % 2 == 0 ? "fine" : "words that are longer than twenty"));
        made.cover("weather", 0, first, last);
        task.host.forget_errants();
        return task.put(made);
      };
      ASSERT_EQ(put(0, 4).code, SINKWAY_OK);
      EXPECT_EQ(task.host.errants().size(), 2U);
      client.run("ALTER TABLE weather ALTER note TYPE varchar(60)");
      ASSERT_EQ(put(4, 10).code, SINKWAY_OK);
      EXPECT_TRUE(task.host.errants().empty()) << mode << ", " << copy_min_rows;
      // The same beside a row that the server refuses.
      client.run("ALTER TABLE weather ALTER note TYPE varchar(20) USING left(note, 20)");
      ASSERT_EQ(put(10, 11).code, SINKWAY_OK);
      ASSERT_EQ(put(11, 12).code, SINKWAY_OK);
      EXPECT_EQ(task.host.errants().size(), 1U) << "it knows the narrower column now";
      client.run("ALTER TABLE weather ALTER note TYPE varchar(60)");
      ASSERT_EQ(put(12, 20).code, SINKWAY_OK);
      EXPECT_EQ(task.host.errants().size(), 1U) << "row 13 alone";
      EXPECT_EQ(counts().first, 20 - 2 - 1 - 1) << mode << ", " << copy_min_rows;
      end_tasks();
    }
  }
}

TEST_F(TableSinkTrouble, of_a_bad_option_fails_the_start) {
  for (const auto& [key, value] : {std::pair("insert.mode", "replace"), std::pair("connection.url", "jdbc:mysql://h/d"),
                                   std::pair("connection.url", "postgresql://h/d?sslmod=a-secret")}) {
    Entries config{{key, value}};
    if (std::string_view(key) != "connection.url") config.emplace_back("connection.url", "jdbc:postgresql://h/d");
    SinkTask wrong("c", std::move(config));
    const Told told = wrong.start();
    EXPECT_EQ(told.code, SINKWAY_FATAL);
    expect_words(told, {key});
    EXPECT_EQ(told.reason.find("a-secret"), std::string::npos);
  }
}

class Validation : public TableSinkTrouble {
 protected:
  Validated::Lines findings(Entries config) {
    Validated all = validated(std::move(config));
    warnings = all.warnings();
    return std::move(all.findings);
  }
  std::vector<std::string> warnings;
};

TEST_F(Validation, finds_nothing_wrong_with_what_works) {
  make_notes();
  EXPECT_TRUE(findings({{"connection.url", uri()}, {"topics", "weather"}}).empty());
  EXPECT_TRUE(warnings.empty());
}

TEST_F(Validation, finds_hints_policies_and_zones_that_mean_nothing) {
  make_notes();
  struct Case {
    const char* key;
    const char* value;
    const char* word;
  };
  for (const auto& [key, value, word] :
       {Case{"type.hints", "tm:epoch", "epoch_ms"}, Case{"policy.nul", "note:keep", "replace"},
        Case{"policy.too_long", "shorten", "truncate"}, Case{"db.timezone", "Mars/Base", "tzdata"}}) {
    const auto found = findings({{"connection.url", uri()}, {"topics", "weather"}, {key, value}});
    ASSERT_EQ(found.size(), 1U) << key;
    EXPECT_EQ(found[0].first, key);
    EXPECT_NE(found[0].second.find(word), std::string::npos) << found[0].second;
  }
}

// Whether the server of this run takes no role without a password: its URI holds one then, user:password@host.
bool asks_for_passwords(const std::string& uri) {
  return uri.find("password=") != uri.npos || uri.find(':', uri.find("://") + 3) < uri.find('@');
}

TEST_F(Validation, names_the_option_at_fault) {
  make_notes();
  const Role role(client, schema + "_role");
  struct Case {
    Entries config;
    std::string key;
    std::string word;
  };
  const Case cases[] = {
      {{{"connection.url", uri()}, {"topics", "hurricanes"}}, "table.name.format", "hurricanes"},
      {{{"connection.url", uri()}, {"topics", "weather"}, {"table.name.format", "no_${topic}"}}, "table.name.format",
       "no_weather"},
      {{{"connection.url", with_parameter(uri(), "dbname=no_such_database")}, {"topics", "weather"}}, "connection.url",
       "no_such_database"},
      // A server that asks for passwords does not tell a wrong role from a wrong password.
      {{{"connection.url", uri()}, {"connection.user", "no_such_role"}, {"topics", "weather"}},
       asks_for_passwords(uri()) ? "connection.password" : "connection.user", "no_such_role"},
      {{{"connection.url", uri()}, {"topics", "weather"}, {"insert.mode", "replace"}}, "insert.mode",
       "upsert_if_newer"},
      {{{"connection.url", "jdbc:mysql://h/d"}, {"topics", "weather"}}, "connection.url", "PostgreSQL"},
      {{{"connection.url", with_parameter(uri(), "sslmod=x")}, {"topics", "weather"}}, "connection.url", "sslmod"},
  };
  for (const Case& one : cases) {
    const auto found = findings(one.config);
    ASSERT_EQ(found.size(), 1u) << one.word;
    EXPECT_EQ(found[0].first, one.key);
    EXPECT_NE(found[0].second.find(one.word), std::string::npos) << found[0].second;
  }
}

TEST_F(Validation, looks_for_the_key_the_privileges_and_the_columns_of_a_keyed_mode) {
  client.run("CREATE TABLE weather (id bigint, note text, UNIQUE (id, note)); CREATE UNIQUE INDEX part ON weather (id) WHERE id > 0");
  const auto keys_of = [&](Entries more) {
    more.emplace_back("connection.url", uri());
    more.emplace_back("topics", "weather");
    std::string keys;
    for (const auto& [key, message] : findings(std::move(more))) keys += key + " ";
    return keys;
  };
  EXPECT_EQ(keys_of({{"insert.mode", "upsert"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}}), "pk.fields ");  // partial
  EXPECT_EQ(keys_of({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "note,id"}}), "");
  EXPECT_EQ(keys_of({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "NOTE,Id"}}), "") << "tasks find them so";
  EXPECT_EQ(keys_of({{"insert.mode", "insert_ignore"}}), "");
  EXPECT_EQ(keys_of({{"insert.mode", "update"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"pk.mode", "record_key"}, {"delete.enabled", "true"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"insert.mode", "update"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}}), "");
  EXPECT_EQ(keys_of({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "tm"}, {"pk.mode", "record_value"}, {"pk.fields", "id,note"},
                     {"soft.delete.column", "gone"}}),
            "upsert.newer.column soft.delete.column ");
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_class WHERE relname = 'sinkway_offsets' AND relnamespace = '" + schema +
                          "'::regnamespace"), 0) << "validation has written something";
}

TEST_F(Validation, tells_what_cannot_be_made) {
  const std::string role = schema + "_reader";
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY); CREATE ROLE " + role + " LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA " + schema +
             " TO " + role + "; GRANT INSERT ON weather TO " + role);
  const auto keys_of = [&](Entries more) {
    for (auto& entry : Entries{{"connection.url", uri()}, {"connection.user", role}, {"connection.password", "x"}})
      more.push_back(std::move(entry));
    std::string keys;
    for (const auto& [key, message] : findings(std::move(more))) keys += key + " ";
    return keys;
  };
  EXPECT_EQ(keys_of({{"topics", "weather"}, {"delivery", "at_least_once"}}), "");
  EXPECT_EQ(keys_of({{"topics", "weather"}}), "delivery ");
  client.run("CREATE TABLE sinkway_offsets (connector text); CREATE TABLE letters (connector text); GRANT SELECT ON sinkway_offsets TO " + role);
  EXPECT_EQ(keys_of({{"topics", "weather"}, {"dlq.table", "letters"}}), "delivery dlq.table ") << "they are there, and not this role's";
  client.run("DROP TABLE sinkway_offsets, letters");
  EXPECT_EQ(keys_of({{"topics", "weather"}, {"delivery", "at_least_once"}, {"insert.mode", "upsert"}, {"pk.mode", "record_key"},
                     {"pk.fields", "id"}, {"delete.enabled", "true"}, {"dlq.table", "letters"}}),
            "dlq.table insert.mode insert.mode delete.enabled ");
  EXPECT_EQ(keys_of({{"topics", "other"}, {"delivery", "at_least_once"}, {"auto.create", "true"}}), "auto.create ");
  client.run("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

TEST_F(Validation, warns_of_keys_of_other_sinks_without_effect_and_refuses_those_that_would_change_rows) {
  make_notes();
  const Entries fine{{"connection.url", uri()}, {"topics", "weather"}};
  Entries config = fine;
  config.insert(config.end(), {{"max.retries", "a-value"}, {"dialect.name", "PostgreSqlDatabaseDialect"}});
  EXPECT_TRUE(findings(config).empty());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("max.retries has no effect"), std::string::npos) << warnings[0];
  EXPECT_EQ(warnings[0].find("a-value"), std::string::npos) << warnings[0];
  config = fine;
  config.insert(config.end(), {{"dialect.name", "OracleDatabaseDialect"}, {"column.naming.style", "snake_case"}});
  const auto found = findings(config);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first, "dialect.name");
  EXPECT_EQ(found[1].first, "column.naming.style");
  EXPECT_NE(found[1].second.find("identifier.case"), std::string::npos) << found[1].second;
}

TEST_F(Validation, takes_a_missing_table_for_no_fault_when_it_will_be_created) {
  EXPECT_TRUE(findings({{"connection.url", uri()}, {"topics", "hurricanes"}, {"auto.create", "true"}}).empty());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("hurricanes"), std::string::npos) << warnings[0];
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_class WHERE relname = 'hurricanes'"), 0);
}

TEST_F(Validation, does_not_guess_tables_behind_transformations) {
  EXPECT_TRUE(findings({{"connection.url", uri()}, {"topics", "hurricanes"}, {"transforms", "route"}}).empty());
}

TEST_F(Validation, only_warns_of_a_server_that_is_away) {
  EXPECT_TRUE(findings({{"connection.url", "jdbc:postgresql://127.0.0.1:1/d"}, {"topics", "weather"}}).empty());
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("127.0.0.1:1/d"), std::string::npos);
}

}  // namespace
}  // namespace sinkway::test
