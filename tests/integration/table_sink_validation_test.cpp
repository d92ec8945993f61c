// What validation says of a configuration, its server and its tables, without writing anything.
#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class Validation : public TableSinkTest {
 protected:
  Validated::Lines findings(Entries config) {
    Validated all = validated(std::move(config));
    warnings = all.warnings();
    return std::move(all.findings);
  }
  // Nothing is found wrong with upserts into this table, and they are written.
  void check_upserts(const std::string& name, const Entries& more) {
    Entries options{{"delivery", "at_least_once"}, {"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}};
    options.insert(options.end(), more.begin(), more.end());
    Entries config = options;
    config.insert(config.end(), {{"connection.url", uri()}, {"topics", name}});
    for (const auto& [key, message] : findings(config)) ADD_FAILURE() << name << ", " << key << ": " << message;
    SinkTask& task = make_task(options);
    ASSERT_EQ(task.open(topic(name)).code, SINKWAY_OK) << name;
    const Told told = task.put(notes(0, 3, 0, name));
    EXPECT_EQ(told.code, SINKWAY_OK) << name << ": " << told.reason;
    EXPECT_TRUE(task.host.errants().empty()) << name;
    end_tasks();
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
      {{{"connection.url", "jdbc:mysql://h/d"}, {"topics", "weather"}}, "connection.url", "PostgreSQL"},
      {{{"connection.url", with_parameter(uri(), "sslmode=full")}, {"topics", "weather"}}, "connection.url", "verify-full"},
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
  EXPECT_EQ(keys_of({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "NOTE"}, {"pk.mode", "record_value"}, {"pk.fields", "id,note"}}), "");
  client.run("ALTER TABLE weather ADD n int, ADD gone boolean, ADD at timestamptz");
  for (const auto& [soft, expected] : {std::pair("n", "soft.delete.column "), {"gone", ""}, {"AT", ""}, {"note", ""}})
    EXPECT_EQ(keys_of({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id,note"}, {"delete.enabled", "true"},
                       {"soft.delete.column", soft}}),
              expected);
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
  client.run("CREATE SCHEMA " + role + "; CREATE TABLE " + role + ".\"Odd \"\"name\" (connector text)");
  EXPECT_EQ(keys_of({{"topics", "weather"}, {"offsets.table", role + ".\"Odd \"\"name\""}}), "delivery ") << "the schema may not be used";
  client.run("DROP SCHEMA " + role + " CASCADE");
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

TEST_F(Validation, looks_for_the_columns_that_every_record_fills) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text, Seen bigint)");
  const auto keys_of = [&](Entries more) {
    more.insert(more.end(), {{"connection.url", uri()}, {"topics", "weather"}});
    std::string keys;
    for (const auto& [key, message] : findings(std::move(more))) keys += key + " ";
    return keys;
  };
  EXPECT_EQ(keys_of({{"metadata.columns", "topic:note,offset:SEEN"}}), "") << "tasks find them so";
  EXPECT_EQ(keys_of({{"metadata.columns", "topic:place,offset:seen"}}), "metadata.columns ");
  EXPECT_EQ(keys_of({{"unmatched", "jsonb:rest"}}), "unmatched ");
  EXPECT_EQ(keys_of({{"pk.mode", "kafka"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"pk.mode", "record_header"}, {"pk.fields", "note,place"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"pk.mode", "record_value"}, {"pk.fields", "place"}}), "") << "a field that no record need have";
  EXPECT_EQ(keys_of({{"pk.mode", "record_value"}, {"pk.fields", "place"}, {"insert.mode", "update"}}), "pk.fields ");
  EXPECT_EQ(keys_of({{"metadata.columns", "topic:place"}, {"unmatched", "jsonb:rest"}, {"auto.evolve", "true"}}), "") << "made";
}

TEST_F(Validation, takes_a_missing_table_for_no_fault_when_it_will_be_created) {
  EXPECT_TRUE(findings({{"connection.url", uri()}, {"topics", "hurricanes"}, {"auto.create", "true"}}).empty());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("hurricanes"), std::string::npos) << warnings[0];
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_class WHERE relname = 'hurricanes'"), 0);
}

TEST_F(Validation, refuses_only_what_tasks_could_not_do) {
  const Role role(client, schema + "_role");
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text, secret text); CREATE VIEW shown AS SELECT id, note FROM weather; GRANT USAGE "
             "ON SCHEMA " + schema + " TO " + role.name + "; GRANT SELECT (id, note), INSERT (id, note), UPDATE (id, note) ON weather TO " + role.name);
  check_upserts("weather", as(role));  // privileges for single columns
  check_upserts("shown", {});          // the unique index of the table under a view
}

TEST_F(Validation, knows_tables_that_are_not_the_sinks_own) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text)");
  const Entries config{{"connection.url", uri()}, {"topics", "weather"}, {"offsets.table", "weather"}, {"dlq.table", schema + ".weather"}};
  const auto found = findings(config);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first, "offsets.table");
  EXPECT_NE(found[0].second.find("connector, topic, part, next_offset"), std::string::npos) << found[0].second;
  EXPECT_EQ(found[1].first, "dlq.table");
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  ASSERT_EQ(task.put(notes(0, 1)).code, SINKWAY_OK);
  client.run("ALTER TABLE letters DROP record_headers");
  EXPECT_TRUE(findings({{"connection.url", uri()}, {"topics", "weather"}, {"dlq.table", "letters"}}).empty()) << "made by an earlier version";
}

TEST_F(Validation, refuses_settings_that_the_server_does_not_have) {
  make_notes();
  for (const char* setting : {"no_such_parameter=1", "work_mem=much"}) {
    const auto found = findings({{"connection.url", uri()}, {"topics", "weather"}, {"session.settings", setting}});
    ASSERT_EQ(found.size(), 1U) << setting;
    EXPECT_EQ(found[0].first, "session.settings");
    SinkTask& task = make_task({{"session.settings", setting}});
    const Told told = task.open(topic());
    EXPECT_EQ(told.code, SINKWAY_FATAL) << setting;
    EXPECT_NE(told.reason.find("session.settings"), std::string::npos) << told.reason;
  }
}

TEST_F(Validation, warns_of_a_default_whose_sequence_the_role_may_not_use) {
  const Role role(client, schema + "_role");
  client.run("CREATE TABLE weather (id bigserial, note text, n bigint GENERATED BY DEFAULT AS IDENTITY); GRANT USAGE ON SCHEMA " + schema + " TO " +
             role.name + "; GRANT INSERT ON weather TO " + role.name);
  Entries config = as(role);
  config.insert(config.end(), {{"connection.url", uri()}, {"topics", "weather"}, {"delivery", "at_least_once"}});
  EXPECT_TRUE(findings(config).empty()) << "records may have the field";
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("GRANT USAGE ON SEQUENCE " + schema + ".weather_id_seq"), std::string::npos) << warnings[0];
  client.run("GRANT USAGE ON SEQUENCE weather_id_seq TO " + role.name);
  EXPECT_TRUE(findings(config).empty());
  EXPECT_TRUE(warnings.empty());
}

TEST_F(Validation, wants_no_right_to_insert_for_updates) {
  const Role role(client, schema + "_role");
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text); INSERT INTO weather VALUES (1, 'old'); GRANT USAGE ON SCHEMA " + schema + " TO " +
             role.name + "; GRANT SELECT, UPDATE ON weather TO " + role.name);
  Entries options = as(role);
  options.insert(options.end(), {{"delivery", "at_least_once"}, {"insert.mode", "update"}});
  Entries config = options;
  config.insert(config.end(), {{"connection.url", uri()}, {"topics", "weather"}});
  for (const auto& [key, message] : findings(config)) ADD_FAILURE() << key << ": " << message;
  SinkTask& task = open_task(options);
  const Told told = task.put(notes(0, 3));
  EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (std::vector<std::vector<std::string>>{{"1", "fine"}}));
  client.run("REVOKE USAGE ON SCHEMA " + schema + " FROM " + role.name);
  config.emplace_back("table.name.format", schema + ".${topic}");
  const auto found = findings(config);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].second.find("GRANT USAGE ON SCHEMA"), std::string::npos) << found[0].second;
}

TEST_F(Validation, knows_that_rules_and_triggers_of_a_view_take_no_upserts) {
  client.run("CREATE TABLE base (id bigint PRIMARY KEY, note text); CREATE VIEW ruled AS SELECT * FROM base; CREATE RULE r AS ON INSERT TO ruled DO "
             "INSTEAD INSERT INTO base VALUES (NEW.id, NEW.note); CREATE VIEW joined AS SELECT a.id, b.note FROM base a JOIN base b USING (id)");
  for (const char* name : {"ruled", "joined"}) {
    const auto found = findings({{"connection.url", uri()}, {"topics", name}, {"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}});
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found[0].first, "pk.fields");
  }
}

// The control connection logs in as another role than the one that writes.
TEST_F(Validation, takes_a_missing_right_for_no_fault_where_init_sql_may_set_the_role) {
  const Role role(client, schema + "_role"), writer(client, schema + "_writer");
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text); GRANT USAGE ON SCHEMA " + schema + " TO " + role.name + ", " + writer.name +
             "; GRANT SELECT, INSERT, UPDATE ON weather TO " + writer.name + "; ALTER ROLE " + role.name + " NOINHERIT; GRANT " + writer.name + " TO " +
             role.name);
  Entries options = as(role);
  options.emplace_back("init.sql", "SET ROLE " + writer.name);
  check_upserts("weather", options);
  ASSERT_FALSE(warnings.empty());
  EXPECT_NE(warnings[0].find("unless init.sql sets a role that may"), std::string::npos) << warnings[0];
}

TEST_F(Validation, tells_where_a_table_cannot_be_made) {
  const Role role(client, schema + "_role");
  client.run("GRANT USAGE ON SCHEMA " + schema + " TO " + role.name + "; CREATE SCHEMA AUTHORIZATION " + role.name);  // that comes second
  Entries config{{"connection.url", with_parameter(postgres_uri(), "options=-csearch_path%3D" + schema + "%2C" + role.name)},
                 {"topics", "weather"}, {"auto.create", "true"}, {"delivery", "at_least_once"}};
  for (const auto& entry : as(role)) config.push_back(entry);
  const auto found = findings(config);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].first, "auto.create");
  EXPECT_NE(found[0].second.find("none in schema " + schema), std::string::npos) << found[0].second;
}

TEST_F(Validation, tells_of_a_table_that_would_be_made_without_its_key) {
  Entries config{{"connection.url", uri()}, {"topics", "weather"}, {"auto.create", "true"}, {"insert.mode", "upsert"}};
  const auto found = findings(config);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].first, "pk.fields");
  config.emplace_back("pk.mode", "record_key");
  EXPECT_TRUE(findings(config).empty()) << "records tell it";
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
