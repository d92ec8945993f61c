// What is sorted of the next batch while one is written: taken when that batch comes, and of no effect before or otherwise.
#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::text_value;
using sdk::testing::value_of;

class RowsAhead : public TableSinkTest {
 protected:
  // Statements on the table take a moment, so that the next batch is seen meanwhile in any case.
  void make_slow_notes(const std::string& more = ", PRIMARY KEY (id)") {
    make_notes(more);
    client.run("CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END $$");
    client.run("CREATE TRIGGER doze AFTER INSERT ON weather FOR EACH STATEMENT EXECUTE FUNCTION doze()");
  }
  // Notes with these ids and texts at the offsets from `first` on.
  SampleBatch& told(std::int64_t first, const std::vector<std::pair<std::int64_t, std::string>>& rows) {
    SampleBatch& made = batch();
    std::int64_t next = first;
    for (const auto& [id, text] : rows) made.add("weather", 0, next++, note(made, id, text));
    made.cover("weather", 0, first, next);
    return made;
  }
  [[nodiscard]] std::string written() { return client.rows("SELECT coalesce(string_agg(id || ' ' || note, ', ' ORDER BY id), '') FROM weather").at(0).at(0); }
  static double ahead(SinkTask& task, const std::string& outcome) {
    return task.host.total("sinkway_table_batches_ahead_total", "outcome=" + outcome);
  }
  const Entries keyed{{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}};
};

TEST_F(RowsAhead, AreTakenWhenTheirBatchComes) {
  make_slow_notes();
  for (const char* copy_min_rows : {"1", "1000"}) {
    client.run("TRUNCATE weather; DROP TABLE IF EXISTS sinkway_offsets");
    end_tasks();
    Entries options = keyed;
    options.emplace_back("copy.min.rows", copy_min_rows);
    SinkTask& task = open_task(options);
    SampleBatch &first = told(0, {{1, "a"}, {2, "b"}, {1, "c"}}), &second = told(3, {{3, "d"}, {1, "e"}, {3, "f"}}), &third = told(6, {{4, "g"}});
    ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
    EXPECT_EQ(written(), "1 c, 2 b");
    ASSERT_EQ(task.put(second, &third).code, SINKWAY_OK);
    EXPECT_EQ(written(), "1 e, 2 b, 3 f");
    ASSERT_EQ(task.put(third).code, SINKWAY_OK);
    EXPECT_EQ(written(), "1 e, 2 b, 3 f, 4 g");
    EXPECT_EQ(ahead(task, "used"), 2) << copy_min_rows;
    EXPECT_EQ(ahead(task, "dropped"), 0);
    EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=written"), 2 + 2 + 1);
    EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=folded"), 2) << "counted with their own batch, once";
  }
}

TEST_F(RowsAhead, AreDroppedWhenAnotherBatchComes) {
  make_slow_notes();
  SinkTask& task = open_task(keyed);
  SampleBatch &first = told(0, {{1, "a"}}), &forecast = told(1, {{2, "never"}}), &second = told(1, {{3, "b"}});
  ASSERT_EQ(task.put(first, &forecast).code, SINKWAY_OK);
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 a, 3 b");
  EXPECT_EQ(ahead(task, "used"), 0);
  EXPECT_EQ(ahead(task, "dropped"), 1);
}

TEST_F(RowsAhead, AreSortedAnewWhenSomeOfThemWereWrittenBefore) {
  make_slow_notes();
  SinkTask& task = open_task(keyed);
  SampleBatch &first = told(0, {{1, "a"}, {2, "b"}}), &second = told(1, {{9, "written before"}, {3, "c"}});
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 a, 2 b, 3 c") << "offset 1 is applied once";
  EXPECT_EQ(ahead(task, "dropped"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=skipped"), 1);
}

TEST_F(RowsAhead, OutliveABatchThatIsPutAgain) {
  make_slow_notes();
  Entries options = keyed;
  options.emplace_back("lock.timeout.ms", "100");
  SinkTask& task = open_task(options);
  SampleBatch &first = told(0, {{1, "a"}}), &second = told(1, {{1, "b"}, {2, "c"}, {2, "d"}});
  PostgresClient rival(uri());
  rival.run("BEGIN; LOCK TABLE weather");
  EXPECT_EQ(task.put(first, &second).code, SINKWAY_RETRIABLE);
  rival.run("COMMIT");
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 a");
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 b, 2 d");
  EXPECT_EQ(ahead(task, "used"), 1);
}

TEST_F(RowsAhead, AreSortedAnewWhenTheTableHasChanged) {
  make_slow_notes();
  SinkTask& task = open_task(keyed);
  SampleBatch &first = told(0, {{1, "a"}}), &second = told(1, {{1, "b"}, {2, "c"}}), &third = told(3, {{3, "d"}});
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  client.run("ALTER TABLE weather ALTER id TYPE numeric");
  ASSERT_EQ(task.put(second, &third).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 b, 2 c");
  ASSERT_EQ(task.put(third).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 b, 2 c, 3 d");
}

TEST_F(RowsAhead, OfBadRecordsAreLeftUntilTheirBatchComes) {
  make_slow_notes();
  SinkTask& task = open_task(keyed);
  SampleBatch &first = told(0, {{1, "a"}}), &second = batch();
  second.add("weather", 0, 1, text_value("not a struct"));
  second.add("weather", 0, 2, note(second, 2));
  second.cover("weather", 0, 1, 3);
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty()) << "record 0 of the running batch is good";
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(reported(task), (std::set<std::size_t>{0}));
  EXPECT_EQ(written(), "1 a, 2 fine");
  EXPECT_EQ(ahead(task, "used") + ahead(task, "dropped"), 0);
}

TEST_F(RowsAhead, DoNotHoldUpACallThatIsCancelled) {
  make_notes(", PRIMARY KEY (id)");
  client.run("CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$");
  client.run("CREATE TRIGGER doze AFTER INSERT ON weather FOR EACH STATEMENT EXECUTE FUNCTION doze()");
  SinkTask& task = open_task(keyed);
  SampleBatch &first = told(0, {{1, "a"}}), &second = told(1, {{1, "b"}, {2, "c"}});
  const auto began = std::chrono::steady_clock::now();
  std::thread canceller([&] {
    PostgresClient watcher(uri());
    while (watcher.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema + "' AND wait_event = 'PgSleep'") == 0)
      std::this_thread::yield();
    task.host.cancel();
  });
  EXPECT_EQ(task.put(first, &second).code, SINKWAY_RETRIABLE);
  canceller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  task.host.calm();
  client.run("CREATE OR REPLACE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END $$");
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 b, 2 c");
  EXPECT_EQ(ahead(task, "used"), 1);
}

TEST_F(RowsAhead, OfATableThatIsEmptiedAreTheSame) {
  make_slow_notes();
  Entries options = keyed;
  options.insert(options.end(), {{"envelope", "auto"}, {"truncate.enabled", "true"}, {"delete.enabled", "true"}});
  SinkTask& task = open_task(options);
  const auto event = [](SampleBatch& made, std::string_view op, sinkway_value after) {
    return made.object({{"op", text_value(op)}, {"before", value_of(SINKWAY_NULL)}, {"after", after}});
  };
  SampleBatch &first = told(0, {{1, "a"}, {2, "b"}}), &second = batch();
  second.add("weather", 0, 2, event(second, "c", note(second, 3, "gone")));
  second.add("weather", 0, 3, event(second, "t", value_of(SINKWAY_NULL)));
  second.add("weather", 0, 4, event(second, "c", note(second, 4, "stays")));
  second.cover("weather", 0, 2, 5);
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "1 a, 2 b");
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_EQ(written(), "4 stays");
  EXPECT_EQ(ahead(task, "used"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=folded"), 1);
}

TEST_F(RowsAhead, MakeNoTableAndChangeNone) {
  make_slow_notes();
  Entries options = keyed;
  options.emplace_back("auto.create", "true");
  options.emplace_back("auto.evolve", "true");
  SinkTask& task = make_task(options);
  ASSERT_EQ(task.open(topic()).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("sea")).code, SINKWAY_OK);
  SampleBatch &first = told(0, {{1, "a"}}), &second = batch(), &third = batch();
  second.add("weather", 0, 1, second.object({{"id", value_of(SINKWAY_INT64, 2)}, {"note", text_value("b")}, {"wind", value_of(SINKWAY_INT64, 7)}}));
  second.cover("weather", 0, 1, 2);
  third.add("sea", 0, 0, note(third, 5));
  third.cover("sea", 0, 0, 1);
  const auto columns = [&] { return client.number("SELECT count(*) FROM information_schema.columns WHERE table_schema = '" + schema + "' AND table_name = 'weather'"); };
  ASSERT_EQ(task.put(first, &second).code, SINKWAY_OK);
  EXPECT_EQ(columns(), 2) << "its turn has not come";
  ASSERT_EQ(task.put(second, &third).code, SINKWAY_OK);
  EXPECT_EQ(columns(), 3);
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_tables WHERE schemaname = '" + schema + "' AND tablename = 'sea'"), 0);
  ASSERT_EQ(task.put(third).code, SINKWAY_OK);
  EXPECT_EQ(client.number("SELECT count(*) FROM sea"), 1);
}

}  // namespace
}  // namespace sinkway::test
