// A server that is ill in the ways of SQLSTATE classes 40, 53, 55, 57 and 58: the batch is put again whole, and no record is blamed (D8).
#include <filesystem>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class ServerIllness : public TableSinkTest {
 protected:
  // The put is refused for this reason, and done once the cause is gone.
  void expect_again(SinkTask& task, const SampleBatch& made, const char* sqlstate) {
    const Told told = task.put(made);
    EXPECT_EQ(told.code, SINKWAY_RETRIABLE) << told.reason;
    EXPECT_NE(told.reason.find(sqlstate), std::string::npos) << told.reason;
    EXPECT_EQ(told.reason.find("private"), std::string::npos) << told.reason;
  }
  void expect_done(SinkTask& task, const SampleBatch& made, long rows, long next) {
    const Told told = task.put(made);
    EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(counts(), std::pair(rows, rows));
    EXPECT_EQ(position(), next);
    EXPECT_TRUE(task.host.errants().empty()) << "a record is blamed";
    EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 0);
  }
  // Until the sink's session waits for a lock.
  void await_lock() {
    while (client.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema +
                         "' AND wait_event_type = 'Lock'") == 0)
      std::this_thread::yield();
  }
  SampleBatch& with_ids(std::initializer_list<std::int64_t> ids, std::int64_t offset = 0) {
    SampleBatch& made = batch();
    std::int64_t next = offset;
    for (const std::int64_t id : ids) made.add("weather", 0, next++, note(made, id, "private words"));
    made.cover("weather", 0, offset, next);
    return made;
  }
};

// Every class of trouble, as the answer to each kind of statement.
TEST_F(ServerIllness, of_every_kind_is_waited_for_in_every_mode) {
  make_notes(", PRIMARY KEY (id)");
  client.run("CREATE SEQUENCE fuse MINVALUE -9 START 1; CREATE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('fuse') <= 0 "
             "THEN RAISE EXCEPTION 'private' USING ERRCODE = current_setting('fuse.code'); END IF; RETURN NULL; END $$; CREATE TRIGGER blow "
             "BEFORE INSERT OR UPDATE OR DELETE ON weather FOR EACH STATEMENT EXECUTE FUNCTION blow()");
  for (const char* mode : {"insert", "upsert", "update"}) {
    for (const char* copy_min_rows : {"1", "100000"}) {
      for (const char* code : {"53000", "53100", "53200", "53300", "40001", "40P01", "55P03", "57014", "58030", "25006"}) {
        client.run("DELETE FROM weather; DROP TABLE IF EXISTS sinkway_offsets");
        client.run("INSERT INTO weather SELECT generate_series(0, 9), 'old'");
        const bool inserts = std::string_view(mode) == "insert";
        SinkTask& task = open_task({{"insert.mode", mode}, {"pk.mode", "record_value"}, {"pk.fields", "id"}, {"copy.min.rows", copy_min_rows},
                                    {"dlq.table", "letters"}, {"session.settings", std::string("fuse.code=") + code}});
        SampleBatch& made = inserts ? with_ids({10, 11, 12}) : with_ids({0, 1, 2});
        client.run("SELECT setval('fuse', -1, false)");
        expect_again(task, made, code);
        expect_again(task, made, code);
        expect_done(task, made, inserts ? 13 : 10, 3);
        end_tasks();
      }
    }
  }
}

// The sink is the victim: the rival waits longer than anybody may.
TEST_F(ServerIllness, of_a_deadlock_costs_another_attempt) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (1, 'old'), (5, 'old'), (9, 'old')");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"dlq.table", "letters"}, {"session.settings", "deadlock_timeout=10ms"}});
  PostgresClient rival(uri()), gate(uri());
  rival.run("SET deadlock_timeout = '1h'; BEGIN; SELECT FROM weather WHERE id = 9 FOR UPDATE");
  gate.run("BEGIN; SELECT FROM weather WHERE id = 5 FOR UPDATE");
  SampleBatch& made = with_ids({1, 5, 9});
  std::thread sink([&] { expect_again(task, made, "40P01"); });
  await_lock();  // it has row 1 and waits for 5
  std::thread other([&] { rival.run("SELECT FROM weather WHERE id = 1 FOR UPDATE"); });
  while (client.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = " + std::to_string(rival.process())) == 0)
    std::this_thread::yield();
  gate.run("COMMIT");
  sink.join();
  other.join();
  rival.run("COMMIT");
  expect_done(task, made, 3, 3);
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'private words'"), 3);
}

TEST_F(ServerIllness, of_a_serialization_failure_costs_another_attempt) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (1, 'old'), (5, 'old')");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"dlq.table", "letters"},
                              {"session.settings", "default_transaction_isolation=repeatable read"}});
  PostgresClient rival(uri());
  rival.run("BEGIN; UPDATE weather SET note = 'between' WHERE id = 5");
  SampleBatch& made = with_ids({1, 5});
  std::thread sink([&] { expect_again(task, made, "40001"); });
  await_lock();
  rival.run("COMMIT");
  sink.join();
  expect_done(task, made, 2, 2);
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'private words'"), 2);
}

TEST_F(ServerIllness, of_a_statement_that_takes_too_long_costs_another_attempt) {
  make_notes(", PRIMARY KEY (id)");
  SinkTask& task = open_task({{"dlq.table", "letters"}, {"statement.timeout.ms", "200"}});
  PostgresClient rival(uri());
  rival.run("BEGIN; LOCK TABLE weather");
  SampleBatch& made = with_ids({1, 5});
  expect_again(task, made, "57014");
  rival.run("COMMIT");
  expect_done(task, made, 2, 2);
}

// The kernel's own answer: the file of the table is a device that is always full.
TEST_F(ServerIllness, of_a_full_disk_is_waited_for) {
  namespace fs = std::filesystem;
  make_notes();
  SinkTask& task = open_task({{"dlq.table", "letters"}});
  client.run("TRUNCATE weather; CHECKPOINT");
  const fs::path file = fs::path(client.cell("SHOW data_directory")) / client.cell("SELECT pg_relation_filepath('weather')");
  const fs::path aside = file.string() + ".aside";
  fs::rename(file, aside);
  fs::create_symlink("/dev/full", file);
  SampleBatch& made = batch();
  for (int n = 0; n < 20'000; ++n) made.add("weather", 0, n, note(made, n, "private words"));
  made.cover("weather", 0, 0, 20'000);
  expect_again(task, made, "53100");
  expect_again(task, made, "53100");
  fs::remove(file);
  fs::rename(aside, file);
  client.run("ALTER TABLE weather ALTER note SET STATISTICS 10");  // sessions open the file again
  expect_done(task, made, 20'000, 20'000);
}

}  // namespace
}  // namespace sinkway::test
