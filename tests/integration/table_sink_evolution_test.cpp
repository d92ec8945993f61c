// Tables made and changed for records, before a real PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::number_value;
using sdk::testing::text_value;
using sdk::testing::value_of;
using Rows = std::vector<std::vector<std::string>>;

class TableSinkEvolution : public TableSinkTest {
 protected:
  SampleBatch& one(std::int64_t offset, const std::vector<std::pair<std::string, sinkway_value>>& fields,
                   sinkway_value key = value_of(SINKWAY_NULL)) {
    SampleBatch& made = batch();
    made.add("weather", 0, offset, made.object(fields), key);
    made.cover("weather", 0, offset, offset + 1);
    return made;
  }
  [[nodiscard]] Rows columns(const std::string& table = "weather") {
    return client.rows("SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute a WHERE "
                       "a.attrelid = '" + table + "'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum");
  }
};

TEST_F(TableSinkEvolution, ATableIsMadeForItsFirstRecord) {
  SinkTask& task = open_task({{"auto.create", "true"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"insert.mode", "upsert"}});
  SampleBatch& made = batch();
  made.add("weather", 0, 0,
           made.object({{"location", text_value("Miami")}, {"temperature", number_value(SINKWAY_FLOAT64, 71.5)},
                        {"seen", value_of(SINKWAY_TIMESTAMP_MS, 0)}, {"good", value_of(SINKWAY_BOOL, 1)},
                        {"tags", made.items(SINKWAY_ARRAY, {text_value("a")})}}),
           made.object({{"id", value_of(SINKWAY_INT64, 7)}}));
  made.cover("weather", 0, 0, 1);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"location", "text", "f"}, {"temperature", "double precision", "f"},
                             {"seen", "timestamp with time zone", "f"}, {"good", "boolean", "f"}, {"tags", "jsonb", "f"}}));
  EXPECT_EQ(client.rows("SELECT id, location, tags FROM weather"), (Rows{{"7", "Miami", "[\"a\"]"}}));
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_index WHERE indrelid = 'weather'::regclass AND indisprimary"), 1);
}

TEST_F(TableSinkEvolution, AColumnOfCountsThatAreTimestampsIsMadeForTimestamps) {
  SinkTask& task = open_task({{"connector.class", "io.confluent.connect.jdbc.JdbcSinkConnector"}, {"auto.create", "true"},
                              {"auto.evolve", "true"}, {"timestamp.fields.list", "seen"}, {"type.hints", "changed:epoch_s"}});
  ASSERT_EQ(task.put(one(0, {{"id", value_of(SINKWAY_INT64, 1)}, {"seen", value_of(SINKWAY_INT64, 1'700'000'000'123'456)}})).code, SINKWAY_OK);
  ASSERT_EQ(task.put(one(1, {{"id", value_of(SINKWAY_INT64, 2)}, {"changed", value_of(SINKWAY_INT32, 60)}})).code, SINKWAY_OK);
  EXPECT_EQ(columns(), (Rows{{"id", "bigint", "f"}, {"seen", "timestamp with time zone", "f"}, {"changed", "timestamp with time zone", "f"}}));
  EXPECT_EQ(client.rows("SELECT seen AT TIME ZONE 'UTC', changed AT TIME ZONE 'UTC' FROM weather ORDER BY id"),
            (Rows{{"2023-11-14 22:13:20.123456", "<null>"}, {"<null>", "1970-01-01 00:01:00"}}));
}

TEST_F(TableSinkEvolution, AKeyOfCountsThatAreTimestampsIsMadeForTimestamps) {
  for (const bool has_fields : {true, false}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    SinkTask& task = open_task({{"auto.create", "true"}, {"type.hints", "at:epoch_s"}, {"pk.mode", "record_key"}, {"pk.fields", "at"},
                                {"insert.mode", "upsert"}});
    SampleBatch& made = batch();
    const sinkway_value at = value_of(SINKWAY_INT64, 60);
    made.add("weather", 0, 0, made.object({{"note", text_value("x")}}), has_fields ? made.object({{"at", at}}) : at);
    made.cover("weather", 0, 0, 1);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    EXPECT_EQ(client.rows("SELECT at AT TIME ZONE 'UTC', note FROM weather"), (Rows{{"1970-01-01 00:01:00", "x"}}));
    end_tasks();
  }
}

// A compacted topic may begin with the deletes of rows that no table ever had.
TEST_F(TableSinkEvolution, NoTableIsMadeForARecordThatSaysNothingOfIt) {
  for (const bool deletes : {true, false}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    SinkTask& task = open_task({{"auto.create", "true"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"insert.mode", "upsert"},
                                {"delete.enabled", deletes ? "true" : "false"}});
    SampleBatch& made = batch();
    const auto key = [&](std::int64_t id) { return made.object({{"id", value_of(SINKWAY_INT64, id)}}); };
    made.add("weather", 0, 0, value_of(SINKWAY_NULL), key(1));
    made.add("weather", 0, 2, made.object({{"note", text_value("x")}}), key(3));
    made.cover("weather", 0, 0, 3);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"note", "text", "f"}}));
    EXPECT_EQ(task.host.errants().size(), deletes ? 0U : 1U);
    EXPECT_EQ(client.rows("SELECT id, note FROM weather"), (Rows{{"3", "x"}}));
    end_tasks();
  }
}

TEST_F(TableSinkEvolution, NoTableIsMadeForARecordWithoutItsKey) {
  for (const bool by_key : {true, false}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    SinkTask& task = open_task({{"auto.create", "true"}, {"pk.mode", by_key ? "record_key" : "record_value"}, {"pk.fields", "id"},
                                {"insert.mode", "upsert"}});
    SampleBatch& made = batch();
    made.add("weather", 0, 0, made.object({{"note", text_value("no key")}}), value_of(SINKWAY_NULL));
    made.add("weather", 0, 1, made.object({{"id", value_of(SINKWAY_INT64, 3)}, {"note", text_value("x")}}), value_of(SINKWAY_INT64, 3));
    made.cover("weather", 0, 0, 2);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"note", "text", "f"}}));
    ASSERT_EQ(task.host.errants().size(), 1U);
    EXPECT_EQ(task.host.errants()[0].error_id, "table.no_key_in_record");
    EXPECT_EQ(client.rows("SELECT id, note FROM weather"), (Rows{{"3", "x"}}));
    end_tasks();
  }
}

TEST_F(TableSinkEvolution, NamesMayLookLikeParametersAndOnesThatCannotBeAreTheirRecordsFault) {
  SinkTask& task = open_task({{"auto.create", "true"}, {"auto.evolve", "true"}, {"identifier.case", "lower"}});
  SampleBatch& made = batch();
  const auto id = [](std::int64_t number) { return value_of(SINKWAY_INT64, number); };
  made.add("weather", 0, 0, made.object({{"id", id(0)}, {std::string("no\0name", 7), text_value("x")}}));
  made.add("weather", 0, 1, made.object({{"id", id(1)}, {"price$1", text_value("x")}}));
  made.add("weather", 0, 2, made.object({{"id", id(2)}, {"it's $2", text_value("y")}}));
  made.add("weather", 0, 3, made.object({{"id", id(3)}, {std::string(70, 'n'), text_value("x")}}));
  made.add("weather", 0, 4, made.object({{"id", id(4)}, {"xMin", text_value("x")}}));
  made.cover("weather", 0, 0, 5);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id, coalesce(\"price$1\", '-'), coalesce(\"it's $2\", '-') FROM weather ORDER BY id"),
            (Rows{{"1", "x", "-"}, {"2", "-", "y"}}));
  EXPECT_EQ(reported(task), (std::set<std::size_t>{0, 3, 4}));
}

// A null has no type: a column made for it would be text, and the numbers behind it would not fit.
TEST_F(TableSinkEvolution, TheFirstValueOfAFieldTellsItsType) {
  SinkTask& task = open_task({{"auto.create", "true"}, {"auto.evolve", "true"}, {"pk.mode", "record_value"}, {"pk.fields", "id"},
                              {"insert.mode", "upsert"}});
  SampleBatch& made = batch();
  std::int64_t offset = 0;
  for (const sinkway_value wind : {value_of(SINKWAY_NULL), value_of(SINKWAY_NULL), value_of(SINKWAY_INT64, 7), value_of(SINKWAY_NULL)}) {
    made.add("weather", 0, offset, made.object({{"id", value_of(SINKWAY_INT64, offset)}, {"wind", wind}}));
    ++offset;
  }
  made.cover("weather", 0, 0, offset);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"wind", "bigint", "f"}}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 4);
  EXPECT_EQ(client.rows("SELECT id FROM weather WHERE wind = 7"), (Rows{{"2"}}));
}

// Debezium's sink leaves its names unquoted, unless it is told to quote them.
TEST_F(TableSinkEvolution, NamesAreMadeAsTheSinkOfTheClassMakesThem) {
  const std::string name = "Shop.Public.Orders";
  for (const bool quotes : {false, true}) {
    SinkTask& task = make_task({{"connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"}, {"schema.evolution", "basic"},
                                {"primary.key.mode", "record_key"}, {"primary.key.fields", "ID"}, {"insert.mode", "upsert"},
                                {"quote.identifiers", quotes ? "true" : "false"}, {"offsets.table", quotes ? "second" : "first"}});
    ASSERT_EQ(task.open(topic(name)).code, SINKWAY_OK);
    for (std::int64_t offset = 0; offset < 2; ++offset) {
      SampleBatch& made = batch();
      made.add(name, 0, offset, made.object({{"ID", value_of(SINKWAY_INT64, 7)}, {"Note", text_value(offset == 0 ? "old" : "new")}}),
               made.object({{"ID", value_of(SINKWAY_INT64, 7)}}));
      made.cover(name, 0, offset, offset + 1);
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    }
    end_tasks();
    const std::string table = quotes ? "\"Shop_Public_Orders\"" : "shop_public_orders";
    EXPECT_EQ(columns(table), quotes ? (Rows{{"ID", "bigint", "t"}, {"Note", "text", "f"}}) : (Rows{{"id", "bigint", "t"}, {"note", "text", "f"}}));
    EXPECT_EQ(client.rows("SELECT * FROM " + table), (Rows{{"7", "new"}}));
    client.run("DROP TABLE " + table);  // it would be found whatever its case
  }
}

TEST_F(TableSinkEvolution, NamesOfTheMapAreMadeInLowerCaseWhereNamesAreNotQuoted) {
  for (const bool quotes : {false, true}) {
    SinkTask& task = make_task({{"sql.quote.identifiers", quotes ? "true" : "false"}, {"auto.create", "true"},
                                {"topics.to.tables.mapping", "weather:Readings"}, {"offsets.table", quotes ? "second" : "first"}});
    ASSERT_EQ(task.open(topic()).code, SINKWAY_OK);
    const Told told = task.put(notes(0, 1));
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    end_tasks();
    const std::string table = quotes ? "\"Readings\"" : "readings";
    EXPECT_EQ(counts(table).first, 1);
    client.run("DROP TABLE " + table);  // it would be found whatever its case
  }
}

TEST_F(TableSinkEvolution, ColumnsThatOptionsNameAreMadeInLowerCaseWhereNamesAreNotQuoted) {
  SinkTask& task = open_task({{"quote.sql.identifiers", "NEVER"}, {"auto.create", "true"}, {"pk.mode", "kafka"}, {"pk.fields", "Topic,Part,Place"},
                              {"string.output.value.column.name", "Body"}, {"insert.mode", "upsert"}});
  for (std::int64_t offset = 0; offset < 2; ++offset) {
    SampleBatch& made = batch();
    made.add("weather", 0, offset, text_value("x"));
    made.cover("weather", 0, offset, offset + 1);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  }
  EXPECT_EQ(columns(), (Rows{{"topic", "text", "t"}, {"part", "integer", "t"}, {"place", "bigint", "t"}, {"body", "text", "f"}}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 2);
}

TEST_F(TableSinkEvolution, KeysAreSpeltAsTheColumnsAre) {
  struct Case {
    const char* mode;
    Rows columns;
  };
  const Case cases[] = {{"record_key", {{"sensor_id", "bigint", "t"}, {"wind_speed", "bigint", "f"}}},
                        {"record_value", {{"sensor_id", "bigint", "t"}, {"wind_speed", "bigint", "f"}}}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.mode);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    SinkTask& task = open_task({{"auto.create", "true"}, {"pk.mode", each.mode}, {"pk.fields", "sensorId"}, {"insert.mode", "upsert"},
                                {"identifier.case", "snake"}});
    for (std::int64_t offset = 0; offset < 2; ++offset) {
      SampleBatch& made = batch();
      made.add("weather", 0, offset, made.object({{"sensorId", value_of(SINKWAY_INT64, 3)}, {"windSpeed", value_of(SINKWAY_INT64, offset)}}),
               made.object({{"sensorId", value_of(SINKWAY_INT64, 3)}}));
      made.cover("weather", 0, offset, offset + 1);
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    }
    EXPECT_EQ(columns(), each.columns);
    EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"3", "1"}}));
    end_tasks();
  }
}

TEST_F(TableSinkEvolution, AMissingTableStaysAnErrorUnlessItMayBeMade) {
  SinkTask& task = make_task({{"auto.evolve", "true"}});
  const Told told = task.open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.no_such_table");
}

// Each that is made must not cost a look at all the others.
TEST_F(TableSinkEvolution, ManyTablesAreMadeForOneBatch) {
  constexpr int kTables = 150;
  SinkTask& task = open_task({{"auto.create", "true"}, {"table.name.format", "t${field:id}"}});
  const Told told = task.put(notes(0, kTables));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_class WHERE relnamespace = '" + schema + "'::regnamespace AND relname ~ '^t[0-9]+$'"), kTables);
  EXPECT_EQ(client.rows("SELECT id FROM t149"), (std::vector<std::vector<std::string>>{{"149"}}));
}

TEST_F(TableSinkEvolution, AColumnIsAddedForAFieldThatHasNone) {
  make_notes();
  SinkTask& task = open_task({{"schema.evolution", "add"}, {"identifier.case", "snake"}});
  ASSERT_EQ(task.put(notes(0, 10)).code, SINKWAY_OK);
  ASSERT_EQ(task.put(one(10, {{"id", value_of(SINKWAY_INT64, 10)}, {"windSpeed", number_value(SINKWAY_FLOAT64, 3.5)}})).code, SINKWAY_OK);
  ASSERT_EQ(task.put(notes(11, 10)).code, SINKWAY_OK);
  EXPECT_EQ(columns().back(), (std::vector<std::string>{"wind_speed", "double precision", "f"}));
  EXPECT_EQ(counts(), std::pair(21L, 21L));
  EXPECT_EQ(client.rows("SELECT wind_speed FROM weather WHERE id = 10"), (Rows{{"3.5"}}));
}

TEST_F(TableSinkEvolution, TextThatDoesNotFitMakesItsColumnText) {
  client.run("CREATE TABLE weather (id bigint, note varchar(5))");
  SinkTask& task = open_task({{"schema.evolution", "widen"}});
  SampleBatch& made = notes(0, 3);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  ASSERT_EQ(task.put(one(3, {{"id", value_of(SINKWAY_INT64, 3)}, {"note", text_value("much too long")}})).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(columns()[1][1], "text");
  EXPECT_EQ(counts(), std::pair(4L, 4L));
}

TEST_F(TableSinkEvolution, TextKeepsTheCollationOfItsColumn) {
  client.run("CREATE TABLE weather (id bigint, note varchar(5) COLLATE \"C\")");
  SinkTask& task = open_task({{"schema.evolution", "widen"}});
  ASSERT_EQ(task.put(one(0, {{"id", value_of(SINKWAY_INT64, 3)}, {"note", text_value("much too long")}})).code, SINKWAY_OK);
  EXPECT_EQ(columns()[1][1], "text");
  EXPECT_EQ(client.cell("SELECT attcollation::regcollation FROM pg_attribute WHERE attrelid = 'weather'::regclass AND attname = 'note'"), "\"C\"");
}

// The change waits for every lock of the table, those of the batch's own transaction, too.
TEST_F(TableSinkEvolution, AColumnIsWidenedForARowAmongGoodOnes) {
  for (const char* copy : {"1", "100000"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint, note varchar(5))");
    SinkTask& task = open_task({{"schema.evolution", "widen"}, {"copy.min.rows", copy}});
    SampleBatch& made = batch();
    for (std::int64_t n = 0; n < 3; ++n) made.add("weather", 0, n, note(made, n, n == 1 ? "much too long" : "ok"));
    made.cover("weather", 0, 0, 3);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(columns()[1][1], "text");
    EXPECT_EQ(counts(), std::pair(3L, 3L));
    EXPECT_TRUE(task.host.errants().empty());
    end_tasks();
  }
}

// Some change is allowed, but not this one: the row is at fault, and nothing is changed for it in the middle of the search.
TEST_F(TableSinkEvolution, ANullThatMayNotTakeNotNullOffIsItsRowsFault) {
  client.run("CREATE TABLE weather (id bigint, note varchar(20) NOT NULL)");
  SinkTask& task = open_task({{"auto.create", "true"}, {"auto.evolve", "true"}});
  SampleBatch& made = batch();
  for (std::int64_t n = 0; n < 30; ++n)
    made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, n)}, {"note", n == 17 ? value_of(SINKWAY_NULL) : text_value("ok")}}));
  made.cover("weather", 0, 0, 30);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  ASSERT_EQ(task.host.errants().size(), 1U);
  EXPECT_EQ(task.host.errants()[0].record_index, 17U);
  EXPECT_EQ(counts(), std::pair(29L, 29L));
}

// The first attempt ends in the middle of the batch, behind rows of the table that is changed.
TEST_F(TableSinkEvolution, AColumnIsAddedInTheMiddleOfABatchOfAKeyedMode) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text)");
  SinkTask& task = open_task({{"auto.evolve", "true"}, {"insert.mode", "upsert"}, {"copy.min.rows", "1"}});
  SampleBatch& made = batch();
  for (std::int64_t n = 0; n < 100; ++n) {
    std::vector<std::pair<std::string, sinkway_value>> fields{{"id", value_of(SINKWAY_INT64, n)}, {"note", text_value("ok")}};
    if (n == 60) fields.emplace_back("wind", value_of(SINKWAY_INT64, 5));
    made.add("weather", 0, n, made.object(fields));
  }
  made.cover("weather", 0, 0, 100);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts(), std::pair(100L, 100L));
  EXPECT_EQ(client.rows("SELECT id, wind FROM weather WHERE wind IS NOT NULL"), (Rows{{"60", "5"}}));
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=written"), 100);
}

TEST_F(TableSinkEvolution, ANullTakesNotNullOffExceptFromAKey) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note varchar(20) NOT NULL)");
  SinkTask& task = open_task({{"schema.evolution", "relax"}});
  ASSERT_EQ(task.put(one(0, {{"id", value_of(SINKWAY_INT64, 1)}, {"note", value_of(SINKWAY_NULL)}})).code, SINKWAY_OK);
  EXPECT_EQ(columns()[1][2], "f");
  const Told told = task.put(one(1, {{"id", value_of(SINKWAY_NULL)}, {"note", text_value("x")}}));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.evolution_refused");
  EXPECT_EQ(position(), 1);
}

TEST_F(TableSinkEvolution, TasksThatRaceForTheSameChangesAllGoOn) {
  constexpr int kTasks = 4;
  std::vector<SinkTask*> tasks;
  std::vector<SampleBatch*> batches;
  for (int n = 0; n < kTasks; ++n) {
    tasks.push_back(&make_task({{"auto.create", "true"}, {"auto.evolve", "true"}}));
    ASSERT_EQ(tasks.back()->open(topic(), {n}).code, SINKWAY_OK);
    for (const char* field : {"note", "wind", "rain"}) {
      SampleBatch& made = batch();
      const auto offset = static_cast<std::int64_t>(batches.size() % 3);
      made.add("weather", n, offset, made.object({{"id", value_of(SINKWAY_INT64, n * 10 + offset)}, {field, text_value("x")}}));
      made.cover("weather", n, offset, offset + 1);
      batches.push_back(&made);
    }
  }
  std::vector<std::thread> threads;
  std::array<Told, kTasks> told;
  for (std::size_t n = 0; n < kTasks; ++n)
    threads.emplace_back([&, n] {
      for (std::size_t m = 0; m < 3; ++m) {
        do told[n] = tasks[n]->put(*batches[n * 3 + m]);
        while (told[n].code == SINKWAY_RETRIABLE);
        if (told[n].code != SINKWAY_OK) return;
      }
    });
  for (auto& thread : threads) thread.join();
  for (const Told& one : told) EXPECT_EQ(one.code, SINKWAY_OK) << one.reason;
  EXPECT_EQ(counts(), std::pair(12L, 12L));
  EXPECT_EQ(columns().size(), 4U);
}

// CREATE TABLE IF NOT EXISTS does not spare the second of two that make the table at once.
TEST_F(TableSinkEvolution, ATableThatARivalMakesAtOnceIsFound) {
  SinkTask& task = open_task({{"auto.create", "true"}});
  PostgresClient rival(uri());
  rival.run("BEGIN; CREATE TABLE weather (id bigint, note text)");
  std::thread commit([&] {
    const std::string waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema + "' AND wait_event_type = 'Lock'";
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (client.number(waiting) == 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    rival.run("COMMIT");
  });
  const Told told = task.put(notes(0, 2));
  commit.join();
  EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts(), std::pair(2L, 2L));
}

TEST_F(TableSinkEvolution, ANameThatIsTakenByWhatIsNoTableIsTold) {
  for (const char* kind : {"MATERIALIZED VIEW weather AS SELECT 1 AS id", "SEQUENCE weather"}) {
    client.run(std::string("CREATE ") + kind);
    SinkTask& task = open_task({{"auto.create", "true"}});
    const Told told = task.put(notes(0, 1));
    EXPECT_EQ(told.code, SINKWAY_FATAL) << told.reason;
    EXPECT_EQ(told.id, "table.evolution_refused");
    EXPECT_NE(told.reason.find("no table"), std::string::npos) << told.reason;
    end_tasks();
    client.run(std::string("DROP ") + (kind[0] == 'M' ? "MATERIALIZED VIEW" : "SEQUENCE") + " weather; DROP TABLE sinkway_offsets");
  }
}

TEST_F(TableSinkEvolution, NoTableIsMadeWithoutTheKeyThatItNeeds) {
  for (const char* mode : {"none", "record_value"}) {
    SinkTask& task = open_task({{"auto.create", "true"}, {"insert.mode", "upsert"}, {"pk.mode", mode}});
    const Told told = task.put(notes(0, 3));
    EXPECT_EQ(told.code, SINKWAY_FATAL);
    EXPECT_NE(told.reason.find("pk.fields"), std::string::npos) << told.reason;
    EXPECT_EQ(client.cell("SELECT to_regclass('weather')"), "<null>") << "it would stand in the way of the one with a key";
    end_tasks();
  }
}

// As in a table that is there already.
TEST_F(TableSinkEvolution, TheFieldsOfAKeyAreFoundInAnyCase) {
  for (const char* mode : {"none", "record_value"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    SinkTask& task = open_task({{"auto.create", "true"}, {"insert.mode", "upsert"}, {"pk.mode", mode}, {"pk.fields", "ID"}});
    const Told told = task.put(notes(0, 3));
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_TRUE(task.host.errants().empty());
    EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"note", "text", "f"}}));
    EXPECT_EQ(counts(), std::pair(3L, 3L));
    end_tasks();
  }
}

TEST_F(TableSinkEvolution, HintsTellTheTypesOfColumnsThatAreMade) {
  SinkTask& task = open_task({{"auto.create", "true"}, {"auto.evolve", "true"}, {"timestamp.fields.list", "seen"},
                              {"type.hints", "Port:unsigned,bits:unsigned,at:epoch_s,day:yyyy/MM/dd,blob:base64,dump:hex,id:epoch_s"},
                              {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"insert.mode", "upsert"}});
  const auto key = value_of(SINKWAY_INT64, 1'700'000'000);
  ASSERT_EQ(task.put(one(0, {{"port", value_of(SINKWAY_INT32, -1)}, {"bits", value_of(SINKWAY_INT64, -1)}, {"at", value_of(SINKWAY_INT64, 0)}}, key)).code,
            SINKWAY_OK);
  ASSERT_EQ(task.put(one(1, {{"day", text_value("2024/01/02")}, {"blob", text_value("aGk=")}, {"dump", text_value("ff")},
                             {"seen", value_of(SINKWAY_INT64, 1'000)}}, key)).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty());
  const std::string moment = "timestamp with time zone";
  EXPECT_EQ(columns(), (Rows{{"id", moment, "t"}, {"port", "bigint", "f"}, {"bits", "numeric", "f"}, {"at", moment, "f"}, {"day", moment, "f"},
                             {"blob", "bytea", "f"}, {"dump", "bytea", "f"}, {"seen", moment, "f"}}));
  client.run("SET timezone = 'UTC'");
  EXPECT_EQ(client.rows("SELECT * FROM weather"),
            (Rows{{"2023-11-14 22:13:20+00", "4294967295", "18446744073709551615", "1970-01-01 00:00:00+00", "2024-01-02 00:00:00+00", "\\x6869",
                   "\\xff", "1970-01-01 00:00:01+00"}}));
}

// Its columns are those of the tables under it, which nobody has asked to change.
TEST_F(TableSinkEvolution, WhatDoesNotFitIntoAViewIsItsRowsFault) {
  client.run("CREATE TABLE base (id int, note varchar(5)); CREATE VIEW weather AS SELECT * FROM base");
  SinkTask& task = open_task({{"schema.evolution", "widen"}, {"schema.evolution.rewrite", "true"}});
  SampleBatch& made = batch();
  made.add("weather", 0, 0, note(made, 0, "much too long"));
  made.add("weather", 0, 1, note(made, 3'000'000'000, "far"));
  made.add("weather", 0, 2, note(made, 2, "good"));
  made.cover("weather", 0, 0, 3);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{0, 1}));
  EXPECT_EQ(client.rows("SELECT * FROM base"), (Rows{{"2", "good"}}));
}

TEST_F(TableSinkEvolution, ANullThatATriggerMeetsElsewhereTakesNoNotNullOff) {
  client.run("CREATE TABLE weather (id bigint, note text NOT NULL); CREATE TABLE log (note text NOT NULL); CREATE FUNCTION f() RETURNS trigger "
             "LANGUAGE plpgsql AS $$BEGIN INSERT INTO log VALUES (NULL); RETURN NEW; END$$; CREATE TRIGGER t AFTER INSERT ON weather FOR EACH "
             "ROW WHEN (NEW.id = 2) EXECUTE FUNCTION f()");
  SinkTask& task = open_task({{"schema.evolution", "relax"}});
  const Told told = task.put(notes(0, 5));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{2}));
  EXPECT_EQ(columns()[1][2], "t");
}

TEST_F(TableSinkEvolution, NotNullGoesFromATableWithItsPartitions) {
  client.run("CREATE TABLE weather (id bigint, note text NOT NULL) PARTITION BY RANGE (id); CREATE TABLE few PARTITION OF weather FOR VALUES FROM "
             "(0) TO (10)");
  SinkTask& task = open_task({{"schema.evolution", "relax"}});
  ASSERT_EQ(task.put(one(0, {{"id", value_of(SINKWAY_INT64, 1)}, {"note", value_of(SINKWAY_NULL)}})).code, SINKWAY_OK);
  EXPECT_EQ(columns("few")[1][2], "f");
  EXPECT_EQ(counts().first, 1L);
}

// A null equals no other: each record of that key would be a row more.
TEST_F(TableSinkEvolution, NotNullStaysOnTheKeyOfTheRecordsAndOnIdentities) {
  client.run("CREATE TABLE weather (id bigint NOT NULL UNIQUE, n bigint GENERATED BY DEFAULT AS IDENTITY)");
  SinkTask& task = open_task({{"schema.evolution", "relax"}, {"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "ID"}});
  for (const char* lacks : {"id", "n"}) {
    const auto value = [&](const char* name) { return std::string_view(name) == lacks ? value_of(SINKWAY_NULL) : value_of(SINKWAY_INT64, 1); };
    const Told told = task.put(one(0, {{"id", value("id")}, {"n", value("n")}}));
    EXPECT_EQ(told.id, "table.evolution_refused") << told.reason;
    EXPECT_NE(told.reason.find("\"" + std::string(lacks) + "\""), std::string::npos) << told.reason;
  }
  EXPECT_EQ(columns(), (Rows{{"id", "bigint", "t"}, {"n", "bigint", "t"}}));
}

// Questions to the catalog are over in seconds; what rewrites a table is not.
TEST_F(TableSinkEvolution, AChangeMayTakeAsLongAsAnyStatement) {
  client.run("CREATE TABLE pause (seconds float8); INSERT INTO pause VALUES (0); CREATE FUNCTION slow(n bigint) RETURNS bigint IMMUTABLE LANGUAGE "
             "plpgsql AS $$BEGIN PERFORM pg_sleep(seconds) FROM " + schema + ".pause; RETURN n; END$$; CREATE TABLE weather (id bigint, n int); "
             "CREATE INDEX ON weather (slow(n)) WHERE id = 1; INSERT INTO weather VALUES (1, 1); UPDATE pause SET seconds = 5.5");
  SinkTask& task = open_task({{"schema.evolution", "widen"}, {"schema.evolution.rewrite", "true"}});
  const Told told = task.put(one(0, {{"id", value_of(SINKWAY_INT64, 2)}, {"n", value_of(SINKWAY_INT64, 3'000'000'000)}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(columns()[1][1], "bigint");
}

TEST_F(TableSinkEvolution, WithoutThePrivilegeTheGrantIsNamed) {
  const std::string role = schema + "_role";
  client.run("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'; CREATE TABLE weather (id bigint); GRANT USAGE ON SCHEMA " + schema +
             " TO " + role + "; GRANT SELECT, INSERT ON weather TO " + role);
  {
    SinkTask& task = make_task({{"connection.user", role}, {"connection.password", "secret"}, {"auto.evolve", "true"},
                                {"delivery", "at_least_once"}});
    ASSERT_EQ(task.open(topic()).code, SINKWAY_OK);
    const Told told = task.put(one(0, {{"id", value_of(SINKWAY_INT64, 1)}, {"wind", text_value("x")}}));
    EXPECT_EQ(told.code, SINKWAY_FATAL);
    EXPECT_NE((told.reason + told.hint).find("42501"), std::string::npos) << told.reason;
  }
  end_tasks();
  client.run("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

// What the table is stands in the way of the change, whatever the options allow: the record does not fit, and the others do.
TEST_F(TableSinkEvolution, AChangeThatTheServerRefusesMakesItsRecordErrantAndIsTriedOnce) {
  for (const std::string table : {"CREATE TABLE weather (id bigint, note varchar(20)); CREATE VIEW notes AS SELECT note FROM weather",
                                  "CREATE TABLE base (id bigint, note varchar(20)); CREATE TABLE weather () INHERITS (base)",
                                  "CREATE TABLE weather (id bigint, note varchar(20), size int GENERATED ALWAYS AS (length(note)) STORED)"}) {
    SCOPED_TRACE(table);
    client.run("DROP TABLE IF EXISTS weather, base, sinkway_offsets CASCADE; " + table);
    SinkTask& task = open_task({{"schema.evolution", "widen"}});
    for (const std::int64_t first : {0, 3}) {
      SampleBatch& made = batch();
      for (std::int64_t n = first; n < first + 3; ++n) made.add("weather", 0, n, note(made, n, n == first + 1 ? std::string(30, 'x') : "fine"));
      made.cover("weather", 0, first, first + 3);
      task.host.forget_errants();
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
      EXPECT_EQ(reported(task), (std::set<std::size_t>{1}));
    }
    EXPECT_EQ(counts().first, 4);
    EXPECT_EQ(std::ranges::count_if(task.host.log_lines(), [](const std::string& line) { return line.find("ALTER TABLE") != std::string::npos; }), 2)
        << "one line for the attempt, one for its end";
    end_tasks();
  }
}

}  // namespace
}  // namespace sinkway::test
