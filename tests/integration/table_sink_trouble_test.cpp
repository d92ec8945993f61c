// Trouble of the server or of the configuration: what is tried again, what fails, and what it says.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class TableSinkTrouble : public TableSinkTest {
 protected:
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

// Takes connections, as the system does for a server that hangs, and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, any, size) != 0 || listen(socket_, 8) != 0 || getsockname(socket_, any, &size) != 0)
      throw std::runtime_error("no port to listen on");
    host = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }

  std::string host;

 private:
  int socket_;
};

TEST_F(TableSinkTrouble, of_a_host_that_hangs_is_over_with_the_next_one) {
  const SilentServer silent;
  std::string url = with_parameter(uri(), "connect_timeout=1");
  url.insert(url.find('@') + 1, silent.host + ",");
  SinkTask& task = make_task({{"auto.create", "true"}}, url);  // open asks for no table then
  const Told told = task.open(topic());
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  expect_words(told, {"no connection within 2 s"});
  EXPECT_EQ(task.open(topic()).code, SINKWAY_OK);
}

TEST_F(TableSinkTrouble, of_a_database_that_takes_no_connections_is_tried_again) {
  const std::string database = schema + "_closed";
  client.run("CREATE DATABASE " + database);
  const std::string url = with_parameter(postgres_uri(), "dbname=" + database);
  PostgresClient(url).run("CREATE TABLE weather (id bigint, note text)");
  SinkTask& task = open_task({}, url);
  client.run("ALTER DATABASE " + database + " ALLOW_CONNECTIONS false");
  client.run("SELECT pg_terminate_backend(pid) FROM " + backends());
  SampleBatch& made = notes(0, 5);
  (void)task.put(made);  // sees the end of the old connection at the latest
  const Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_RETRIABLE);
  expect_words(told, {"not currently accepting connections"});
  EXPECT_EQ(make_task({}, url).open(topic()).code, SINKWAY_RETRIABLE) << "as little as a server that starts";
  client.run("ALTER DATABASE " + database + " ALLOW_CONNECTIONS true");
  EXPECT_EQ(task.put(made).code, SINKWAY_OK);
  end_tasks();
  client.run("DROP DATABASE " + database + " (FORCE)");
}

TEST_F(TableSinkTrouble, of_a_lost_table_of_positions_is_told_as_that) {
  make_notes();
  for (const int count : {5, 20'000}) {
    SinkTask& task = open_task();
    ASSERT_EQ(task.put(notes(0, count)).code, SINKWAY_OK);
    client.run("DROP TABLE sinkway_offsets");
    const Told told = task.put(notes(count, count));
    EXPECT_EQ(told.code, SINKWAY_FATAL);
    EXPECT_EQ(told.id, "table.offsets_table");
    expect_words(told, {"sinkway_offsets is gone", "offsets.start"});
  }
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

  client.run("REVOKE UPDATE ON sinkway_offsets FROM " + role.name);
  told = task.put(notes(5, 5));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  expect_words(told, {"42501", "sinkway_offsets", "GRANT"});
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

}  // namespace
}  // namespace sinkway::test
