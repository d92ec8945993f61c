// insert.mode before a real PostgreSQL: each mode through arrays, staging and COPY, with keys that come again.
#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::text_value;
using sdk::testing::value_of;

// Every mode is tried by each way of the rows: the same result is wanted.
struct Way {
  std::string name;
  std::string copy_min_rows;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

class TableSinkModes : public TableSinkTest, public ::testing::WithParamInterface<Way> {
 protected:
  Entries with(Entries more) const {
    more.emplace_back("copy.min.rows", GetParam().copy_min_rows);
    return more;
  }
  // One record {id, note, tm} for each row; absent texts are left out.
  SampleBatch& rows(std::int64_t first, const std::vector<std::tuple<std::int64_t, std::string, int>>& values) {
    SampleBatch& made = batch();
    std::int64_t offset = first;
    for (const auto& [id, note, tm] : values)
      made.add("weather", 0, offset++,
               made.object({{"id", value_of(SINKWAY_INT64, id)},
                            {"note", text_value(made.keep(note))},
                            {"tm", value_of(SINKWAY_INT64, tm)}}));
    made.cover("weather", 0, first, offset);
    return made;
  }
  void make(const std::string& more = "") {
    client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text, tm bigint" + more + ")");
  }
  [[nodiscard]] std::string table() {
    std::string all;
    for (const auto& row : client.rows("SELECT id, note, tm FROM weather ORDER BY id"))
      all += row[0] + ":" + row[1] + ":" + row[2] + " ";
    return all;
  }
};

TEST_P(TableSinkModes, UpsertInsertsNewKeysAndSetsTheColumnsOfKnownOnes) {
  make();
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}, {3, "c", 1}})).code, SINKWAY_OK);
  ASSERT_EQ(task.put(rows(3, {{2, "B", 2}, {4, "d", 2}, {2, "BB", 3}, {1, "A", 3}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:A:3 2:BB:3 3:c:1 4:d:2 ");
  EXPECT_EQ(position(), 7);
}

// varchar(n) drops blanks behind its n characters, whatever else it refuses.
TEST_P(TableSinkModes, BlanksThatTheColumnOfTheKeyDropsTellNoKeyApart) {
  client.run("CREATE TABLE weather (id varchar(2) PRIMARY KEY, note text)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}}));
  SampleBatch& made = batch();
  const auto put = [&](std::int64_t offset, std::string_view id, const char* note) {
    const sinkway_value key = made.object({{"id", text_value(id)}});
    made.add("weather", 0, offset, note == nullptr ? value_of(SINKWAY_NULL) : made.object({{"note", text_value(note)}}), key);
  };
  put(0, "ab", "first");
  put(1, "ab  ", "second");
  put(2, "cd", "gone");
  put(3, "ef", "gone");
  put(4, "ef ", nullptr);
  made.cover("weather", 0, 0, 5);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  SampleBatch& removal = batch();
  removal.add("weather", 0, 5, value_of(SINKWAY_NULL), removal.object({{"id", text_value("cd ")}}));
  removal.cover("weather", 0, 5, 6);
  ASSERT_EQ(task.put(removal).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, note FROM weather"), (std::vector<std::vector<std::string>>{{"ab", "second"}}));
  EXPECT_EQ(task.host.recorded("sinkway_table_fallbacks_total"), std::vector<double>()) << "the keys are known to be one";
  EXPECT_TRUE(task.host.errants().empty());
}

TEST_P(TableSinkModes, UpdateTouchesOnlyRowsThatExist) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0), (2, 'y', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "update"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {3, "c", 1}, {1, "A", 2}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:A:2 2:y:0 ");
}

// By a null nothing would be updated or deleted, and nobody would hear of it.
TEST_P(TableSinkModes, AKeyThatIsNullIsRefusedWhereARowHasToBeMet) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0), (2, 'y', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "update"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}}));
  SampleBatch& made = batch();
  const auto key = [&](const sinkway_value& id) { return made.object({{"id", id}}); };
  const auto body = [&](const char* note) { return made.object({{"note", text_value(note)}}); };
  made.add("weather", 0, 0, body("a"), key(value_of(SINKWAY_INT64, 1)));
  made.add("weather", 0, 1, body("nobody"), key(value_of(SINKWAY_NULL)));
  made.add("weather", 0, 2, value_of(SINKWAY_NULL), key(value_of(SINKWAY_NULL)));
  made.add("weather", 0, 3, value_of(SINKWAY_NULL), key(value_of(SINKWAY_INT64, 2)));
  made.cover("weather", 0, 0, 4);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{1, 2}));
  for (const auto& errant : task.host.errants()) EXPECT_EQ(errant.error_id, "table.no_key_in_record");
  EXPECT_EQ(table(), "1:a:0 ");
}

TEST_P(TableSinkModes, InsertIgnoreKeepsTheFirstRecordOfAKey) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "insert_ignore"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}, {2, "B", 2}, {3, "c", 1}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:x:0 2:b:1 3:c:1 ");
}

TEST_P(TableSinkModes, UpsertIfNewerKeepsTheRowThatIsNewerInTheTableAndInTheBatch) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 5), (2, 'y', NULL)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "tm"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "old", 4}, {2, "b", 1}, {3, "new", 9}, {3, "late", 2}, {4, "d", 1}, {4, "e", 1}})).code,
            SINKWAY_OK);
  EXPECT_EQ(table(), "1:x:5 2:b:1 3:new:9 4:e:1 ");
}

// As soft.delete.column and every other name of a column.
TEST_P(TableSinkModes, TheColumnThatTellsTheNewerRowIsFoundInAnyCase) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 5)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "TM"}}));
  const Told told = task.put(rows(0, {{1, "old", 4}, {2, "b", 1}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:x:5 2:b:1 ");
}

TEST_P(TableSinkModes, UnchangedRowsAreNotWrittenWhenAsked) {
  make(", doc json");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"skip.unchanged", "true"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}})).code, SINKWAY_OK);
  const auto before = client.rows("SELECT xmin FROM weather ORDER BY id");
  ASSERT_EQ(task.put(rows(2, {{1, "a", 1}, {2, "B", 1}})).code, SINKWAY_OK);
  const auto after = client.rows("SELECT xmin FROM weather ORDER BY id");
  EXPECT_EQ(before[0], after[0]);
  EXPECT_NE(before[1], after[1]);
  EXPECT_EQ(table(), "1:a:1 2:B:1 ");
}

// A partial row of a key that exists is no new row: it need not have what a new one must have.
TEST_P(TableSinkModes, PartialRowsOfKnownKeysNeedNotHaveWhatNewOnesMust) {
  for (const std::string mode : {"upsert", "upsert_if_newer", "insert_ignore"}) {
    SCOPED_TRACE(mode);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, note text NOT NULL, tm bigint)");
    client.run("INSERT INTO weather VALUES (1, 'x', 0)");
    SinkTask& task = open_task(with({{"insert.mode", mode}, {"upsert.fields", "present"}, {"upsert.newer.column", "tm"}}));
    SampleBatch& made = batch();
    for (std::int64_t n = 0; n < 2; ++n)
      made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, n + 1)}, {"tm", value_of(SINKWAY_INT64, 7)}}));
    made.cover("weather", 0, 0, 2);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(table(), mode == "insert_ignore" ? "1:x:0 " : "1:x:7 ");
    ASSERT_EQ(task.host.errants().size(), 1U);
    EXPECT_EQ(task.host.errants()[0].record_index, 1U) << "a new row without its note";
    end_tasks();
  }
}

// Nothing would refuse a key that exists: COPY must not be tried, and the mode needs the index.
TEST_P(TableSinkModes, WithoutAUniqueIndexNothingIsDoubled) {
  for (const std::string mode : {"upsert", "insert_ignore"}) {
    SCOPED_TRACE(mode);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint, note text, tm bigint); CREATE INDEX ON weather (id)");
    client.run("INSERT INTO weather VALUES (1, 'x', 0)");
    SinkTask& task = open_task(with({{"insert.mode", mode}, {"pk.mode", "record_value"}, {"pk.fields", "id"}}));
    EXPECT_EQ(task.put(rows(0, {{1, "y", 1}})).code, SINKWAY_FATAL);
    EXPECT_EQ(table(), "1:x:0 ");
    end_tasks();
  }
}

TEST_P(TableSinkModes, ARecordWithoutItsKeyIsItsOwnFault) {
  make();
  for (const std::string from : {"record_value", "record_key"}) {
    SCOPED_TRACE(from);
    client.run("TRUNCATE weather; DROP TABLE IF EXISTS sinkway_offsets");
    client.run("INSERT INTO weather VALUES (9, 'stays', 9)");
    SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", from}, {"pk.fields", from == "record_key" ? "" : "id"}, {"delete.enabled", "true"}}));
    SampleBatch& made = batch();
    const auto key = [&](std::int64_t id) { return made.object({{"id", value_of(SINKWAY_INT64, id)}}); };
    made.add("weather", 0, 0, note(made, 1, "a"), key(1));
    made.add("weather", 0, 1, made.object({{"note", text_value("nobody's")}}));
    made.add("weather", 0, 2, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_NULL)}}));
    made.add("weather", 0, 3, note(made, 2, "b"), key(2));
    made.cover("weather", 0, 0, 4);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    std::set<std::size_t> errant;
    for (const auto& one : task.host.errants()) errant.insert(one.record_index);
    EXPECT_EQ(errant, (std::set<std::size_t>{1, 2}));
    EXPECT_EQ(table(), "1:a:<null> 2:b:<null> 9:stays:9 ");
    end_tasks();
  }
}

TEST_P(TableSinkModes, ARecordWithoutTheNewerColumnIsNewerThanNothing) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0), (2, 'y', NULL)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "tm"}}));
  SampleBatch& made = batch();
  for (std::int64_t n = 0; n < 3; ++n) made.add("weather", 0, n, note(made, n + 1, "new"));
  made.cover("weather", 0, 0, 3);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:x:0 2:new:<null> 3:new:<null> ");
}

// The first record of a new key gives the column its default, which is newer than nothing: the second one comes too late. Where the row has
// none, the last one counts.
TEST_P(TableSinkModes, ARecordWithoutTheNewerColumnIsNoNewerThanItsDefault) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text, tm bigint DEFAULT 0); INSERT INTO weather VALUES (2, 'x', NULL), (3, 'x', 1)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "tm"}}));
  SampleBatch& made = batch();
  std::int64_t offset = 0;
  for (const char* const text : {"first", "second"})
    for (const std::int64_t id : {1, 2, 3}) made.add("weather", 0, offset++, note(made, id, text));
  made.cover("weather", 0, 0, offset);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:first:0 2:second:<null> 3:x:1 ");
}

// A null in a key equals no other, on the server as in the batch.
TEST_P(TableSinkModes, KeysWithANullAreAllDifferent) {
  client.run("CREATE TABLE weather (id bigint, note text, tm bigint, UNIQUE (id, note))");
  SinkTask& task = open_task(with({{"insert.mode", "upsert_if_newer"}, {"upsert.newer.column", "tm"}, {"pk.mode", "record_value"}, {"pk.fields", "id,note"}}));
  SampleBatch& made = batch();
  for (std::int64_t n = 0; n < 3; ++n)
    made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"note", n < 2 ? value_of(SINKWAY_NULL) : text_value("a")},
                                           {"tm", value_of(SINKWAY_INT64, n)}}));
  made.cover("weather", 0, 0, 3);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT note, tm FROM weather ORDER BY tm"),
            (std::vector<std::vector<std::string>>{{"<null>", "0"}, {"<null>", "1"}, {"a", "2"}}));
}

TEST_P(TableSinkModes, ASoftDeleteNeverRemovesForWantOfItsColumn) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"},
                                   {"soft.delete.column", "gone"}}));
  SampleBatch& made = batch();
  made.add("weather", 0, 0, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_INT64, 1)}}));
  made.cover("weather", 0, 0, 1);
  const Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_NE(told.reason.find("soft.delete.column"), std::string::npos) << told.reason;
  client.run("ALTER TABLE weather ADD \"Gone\" boolean");
  ASSERT_EQ(open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"},
                            {"soft.delete.column", "gone"}})).put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, \"Gone\" FROM weather"), (std::vector<std::vector<std::string>>{{"1", "t"}}));
}

TEST_P(TableSinkModes, FieldsOfTheKeyNeedNotBeInTheWhitelist) {
  make();
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}, {"fields.whitelist", "tm"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "left out", 5}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:<null>:5 ");
}

// The server compares as the column does: by its collation, and rounded as it rounds.
TEST_P(TableSinkModes, KeysAreComparedAsTheColumnStoresThem) {
  client.run("CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
  struct Case {
    const char* type;
    const char* first;
    const char* again;
  };
  for (const Case& each : {Case{"text COLLATE caseless", "a", "A"}, Case{"numeric(6,1)", "1.31", "1.29"},
                           Case{"timestamp(0)", "2026-01-01 00:00:00.2", "2026-01-01 00:00:00.1"},
                           Case{"numeric(6,1)[]", "{1.3}", "{1.29}"}, Case{"interval minute to second", "1:30", "00:01:30"}}) {
    SCOPED_TRACE(each.type);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (k " + std::string(each.type) + " PRIMARY KEY, tm bigint)");
    client.run("INSERT INTO weather VALUES ('" + std::string(each.first) + "', 0)");
    SinkTask& task = open_task(with({{"insert.mode", "update"}, {"pk.mode", "record_key"}, {"pk.fields", "k"}, {"delete.enabled", "true"}}));
    SampleBatch& made = batch();
    const auto key = [&](const char* text) { return made.object({{"k", text_value(text)}}); };
    made.add("weather", 0, 0, made.object({{"tm", value_of(SINKWAY_INT64, 1)}}), key(each.again));
    made.add("weather", 0, 1, made.object({{"tm", value_of(SINKWAY_INT64, 2)}}), key(each.first));
    made.cover("weather", 0, 0, 2);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(client.number("SELECT tm FROM weather"), 2);
    SampleBatch& gone = batch();
    gone.add("weather", 0, 2, value_of(SINKWAY_NULL), gone.object({{"k", text_value(each.again)}}));
    gone.cover("weather", 0, 2, 3);
    ASSERT_EQ(task.put(gone).code, SINKWAY_OK);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 0);
    end_tasks();
  }
}

TEST_P(TableSinkModes, DomainsOverEnumsAreComparedThoughTheyHaveNoOperators) {
  client.run("CREATE TYPE mood AS ENUM ('calm', 'wild'); CREATE DOMAIN feeling AS mood; CREATE TABLE weather (k feeling PRIMARY KEY, x feeling)");
  client.run("INSERT INTO weather VALUES ('calm', 'calm'), ('wild', 'wild')");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"skip.unchanged", "true"}, {"pk.mode", "record_key"}, {"pk.fields", "k"}, {"delete.enabled", "true"}}));
  SampleBatch& made = batch();
  const auto key = [&](const char* text) { return made.object({{"k", text_value(text)}}); };
  made.add("weather", 0, 0, made.object({{"x", text_value("wild")}}), key("calm"));
  made.add("weather", 0, 1, value_of(SINKWAY_NULL), key("wild"));
  made.cover("weather", 0, 0, 2);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT k, x FROM weather"), (std::vector<std::vector<std::string>>{{"calm", "wild"}}));
}

// What a type calls equal is not what people see: the area of boxes, the scale of a numeric, the case of a collation without it.
TEST_P(TableSinkModes, AChangeThatTheEqualityOfATypeDoesNotSeeIsWritten) {
  const std::vector<std::pair<std::string, std::string>> columns[] = {{{"numeric", "1.0"}, {"numeric", "1.00"}},
                                                                     {{"box", "(2,2),(0,0)"}, {"box", "(4,1),(0,0)"}},
                                                                     {{"circle", "<(0,0),1>"}, {"circle", "<(5,5),1>"}},
                                                                     {{"json[]", "{1}"}, {"json[]", "{2}"}},
                                                                     {{"jsonb", R"({"a":1.0})"}, {"jsonb", R"({"a":1.00})"}},
                                                                     {{"text COLLATE caseless", "calm"}, {"text COLLATE caseless", "Calm"}},
                                                                     {{"xml", "<a/>"}, {"xml", "<b/>"}}};
  client.run("CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
  for (const std::string mode : {"upsert", "update"}) {
    for (const auto& change : columns) {
      SCOPED_TRACE(mode + " " + change[0].first);
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, v " + change[0].first + ")");
      client.run("INSERT INTO weather VALUES (1, '" + change[0].second + "'), (2, '" + change[1].second + "')");
      const std::string kept = client.cell("SELECT xmin FROM weather WHERE id = 2");
      SinkTask& task = open_task(with({{"insert.mode", mode}, {"skip.unchanged", "true"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}}));
      SampleBatch& made = batch();
      for (std::int64_t n = 0; n < 2; ++n)
        made.add("weather", 0, n, made.object({{"id", value_of(SINKWAY_INT64, n + 1)}, {"v", text_value(made.keep(change[1].second))}}));
      made.cover("weather", 0, 0, 2);
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
      EXPECT_EQ(client.number("SELECT count(DISTINCT v::text COLLATE \"C\") FROM weather"), 1);
      EXPECT_EQ(client.cell("SELECT xmin FROM weather WHERE id = 2"), kept);
      end_tasks();
    }
  }
}

TEST_P(TableSinkModes, PresentFieldsLeaveTheOthersAsTheyAre) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 5)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"upsert.fields", "present"}}));
  SampleBatch& made = batch();
  const sinkway_value absent{};
  made.add("weather", 0, 0, made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"note", text_value("n")}, {"tm", absent}}));
  made.add("weather", 0, 1, made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"note", absent}, {"tm", value_of(SINKWAY_INT64, 7)}}));
  made.add("weather", 0, 2, made.object({{"id", value_of(SINKWAY_INT64, 2)}, {"note", absent}, {"tm", value_of(SINKWAY_INT64, 8)}}));
  made.cover("weather", 0, 0, 3);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:n:7 2:<null>:8 ");
}

TEST_P(TableSinkModes, KeysThatOnlyTheServerCanCompareAreFoldedThere) {
  client.run("CREATE TABLE weather (id numeric PRIMARY KEY, note text, tm bigint)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  SampleBatch& made = batch();
  int offset = 0;
  for (const char* id : {"1.0", "1.00", "2", "1", "2.0"}) {
    const auto value = made.object({{"id", text_value(id)}, {"note", text_value(id)}, {"tm", value_of(SINKWAY_INT64, offset)}});
    made.add("weather", 0, offset++, value);
  }
  made.cover("weather", 0, 0, offset);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  // The key is spelt as the first record has it: an upsert sets the other columns.
  EXPECT_EQ(client.rows("SELECT id, note FROM weather ORDER BY id"), (std::vector<std::vector<std::string>>{{"1.0", "1"}, {"2", "2.0"}}));
}

TEST_P(TableSinkModes, BadRowsOfAnUpsertAreLeftOutAndTheirNeighboursWritten) {
  make(", CHECK (tm < 100)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 100}, {3, "c", 1}, {4, "d", 200}, {5, "e", 5}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:a:1 3:c:1 5:e:5 ");
  EXPECT_EQ(task.host.errants().size(), 2U);
  EXPECT_EQ(position(), 5);
}

TEST_P(TableSinkModes, TombstonesDeleteAndTheOrderOfAKeyIsKept) {
  make();
  client.run("INSERT INTO weather VALUES (1, 'x', 0), (2, 'y', 0), (3, 'z', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}}));
  SampleBatch& made = batch();
  std::int64_t offset = 0;
  const auto put = [&](std::int64_t id, std::string_view text) {
    made.add("weather", 0, offset, made.object({{"note", text_value(text)}, {"tm", value_of(SINKWAY_INT64, offset)}}),
             made.object({{"id", value_of(SINKWAY_INT64, id)}}));
    ++offset;
  };
  const auto remove = [&](std::int64_t id) {
    made.add("weather", 0, offset++, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_INT64, id)}}));
  };
  remove(1);            // gone
  put(2, "new");        // there, then gone
  remove(2);
  remove(3);            // gone, then there again
  put(3, "back");
  put(4, "four");
  remove(99);           // never was
  made.cover("weather", 0, 0, offset);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(table(), "3:back:4 4:four:5 ");
  SampleBatch& keyless = batch();
  keyless.add("weather", 0, offset, value_of(SINKWAY_NULL));
  keyless.cover("weather", 0, offset, offset + 1);
  ASSERT_EQ(task.put(keyless).code, SINKWAY_OK);
  ASSERT_EQ(task.host.errants().size(), 1U);
  EXPECT_EQ(task.host.errants()[0].error_id, "table.no_key_in_record");
}

// A child moves away before its parent is deleted, and is put once more behind that.
TEST_P(TableSinkModes, InATableThatRefersToItselfDeletesKeepTheirPlace) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, parent bigint REFERENCES weather, note text); "
             "INSERT INTO weather VALUES (1, NULL, 'root'), (2, 1, 'leaves'), (3, 2, 'child'), (4, 2, 'child')");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}}));
  SampleBatch& made = batch();
  std::int64_t offset = 0;
  const auto put = [&](std::int64_t id, std::int64_t parent, std::string_view text) {
    made.add("weather", 0, offset++, made.object({{"parent", value_of(SINKWAY_INT64, parent)}, {"note", text_value(text)}}),
             made.object({{"id", value_of(SINKWAY_INT64, id)}}));
  };
  const auto remove = [&](std::int64_t id) {
    made.add("weather", 0, offset++, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_INT64, id)}}));
  };
  put(3, 1, "moved");
  put(4, 3, "moved");
  remove(2);
  put(3, 1, "renamed");
  remove(4);
  made.cover("weather", 0, 0, offset);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  std::string all;
  for (const auto& row : client.rows("SELECT id, coalesce(parent, 0), note FROM weather ORDER BY id")) all += row[0] + ":" + row[1] + ":" + row[2] + " ";
  EXPECT_EQ(all, "1:0:root 3:1:renamed ");
}

TEST_P(TableSinkModes, ASoftDeleteMarksTheRowUntilItIsPutAgain) {
  make(", deleted_at timestamptz");
  client.run("INSERT INTO weather VALUES (1, 'x', 0), (2, 'y', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"},
                                   {"delete.enabled", "true"}, {"soft.delete.column", "deleted_at"}}));
  const auto key = [](SampleBatch& made, std::int64_t id) { return made.object({{"id", value_of(SINKWAY_INT64, id)}}); };
  SampleBatch& made = batch();
  made.add("weather", 0, 0, value_of(SINKWAY_NULL), key(made, 1));
  made.add("weather", 0, 1, value_of(SINKWAY_NULL), key(made, 2));
  made.add("weather", 0, 2, made.object({{"note", text_value("again")}, {"tm", value_of(SINKWAY_INT64, 1)}}), key(made, 2));
  made.cover("weather", 0, 0, 3);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:x:0 2:again:1 ");
  EXPECT_EQ(client.number("SELECT id FROM weather WHERE deleted_at IS NOT NULL"), 1);
}

// Whoever looks for rows that are there asks for false, and must find them however often they were put.
TEST_P(TableSinkModes, ARowIsNotMarkedFromItsFirstPutOn) {
  make(", gone boolean");
  client.run("INSERT INTO weather VALUES (3, 'x', 0, true)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}, {"delete.enabled", "true"},
                                   {"soft.delete.column", "gone"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}, {3, "c", 1}})).code, SINKWAY_OK);
  ASSERT_EQ(task.put(rows(3, {{2, "b", 2}, {4, "d", 2}, {4, "d", 3}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:a:1 2:b:2 3:c:1 4:d:3 ");
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE NOT gone"), 4);
}

// The last record of a key stands for those before it; when it is bad, the one before it must not be lost with it.
TEST_P(TableSinkModes, ABadRecordDoesNotTakeTheGoodOneBeforeItAway) {
  make(", CHECK (tm < 100)");
  client.run("INSERT INTO weather VALUES (3, 'here', 0)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {1, "bad", 100}, {2, "bad", 100}, {2, "b", 2}, {3, "c", 3}, {3, "bad", 200}, {3, "worse", 300}})).code,
            SINKWAY_OK);
  EXPECT_EQ(table(), "1:a:1 2:b:2 3:c:3 ");
  EXPECT_EQ(position(), 7);
}

TEST_P(TableSinkModes, ATableWithoutAKeyIsRefusedWithWhatToChange) {
  client.run("CREATE TABLE weather (id bigint, note text, tm bigint)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  const Told told = task.put(rows(0, {{1, "a", 1}}));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.no_key");
  EXPECT_NE(told.hint.find("pk.fields"), std::string::npos);
}

TEST_P(TableSinkModes, AUniqueIndexOfThePkFieldsIsEnough) {
  client.run("CREATE TABLE weather (id bigint UNIQUE, note text, tm bigint)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}})).code, SINKWAY_OK);
  ASSERT_EQ(task.put(rows(2, {{1, "A", 2}})).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:A:2 2:b:1 ");
}

// The server alone sees that Z1 is z1. When the rows go in parts because of a bad one, the later record still wins, though its bytes
// come first.
TEST_P(TableSinkModes, KeysThatOnlyTheServerCanCompareKeepTheirOrderInParts) {
  constexpr int kKeys = 1'500;
  client.run("CREATE COLLATION either_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false); "
             "CREATE TABLE weather (id text COLLATE either_case PRIMARY KEY, note text); "
             "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.note = 'bad' THEN RAISE EXCEPTION 'no'; END IF; "
             "RETURN NEW; END $$; CREATE TRIGGER refuses BEFORE INSERT ON weather FOR EACH ROW EXECUTE FUNCTION refuse()");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  for (const int bad : {-1, kKeys + 700}) {
    SampleBatch& made = batch();
    const int first = bad < 0 ? 0 : 2 * kKeys;
    for (int n = 0; n < 2 * kKeys; ++n) {
      const bool is_later = n >= kKeys;
      const std::string id = (is_later ? "Z" : "z") + std::to_string(n * 7'919 % kKeys);  // in no order
      made.add("weather", 0, first + n,
               made.object({{"id", text_value(made.keep(id))}, {"note", text_value(n == bad ? "bad" : is_later ? "new" : "old")}}));
    }
    made.cover("weather", 0, first, first + 2 * kKeys);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'new'"), kKeys - (bad < 0 ? 0 : 1));
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), kKeys);
  }
}

// Row 1 takes what row 2 gives away; in the order of the keys it comes first.
TEST_P(TableSinkModes, RowsMayTakeWhatAnExclusionConstraintKeptForAnother) {
  make(", EXCLUDE USING gist (int8range(tm, tm + 10) WITH &&)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 0}, {2, "b", 10}, {3, "c", 20}})).code, SINKWAY_OK);
  const Told told = task.put(rows(3, {{2, "b", 50}, {1, "a", 5}, {3, "c", 21}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:a:5 2:b:50 3:c:21 ");
}

// Two rows that give each other the value of another unique constraint: where it is deferrable, as it has to be in the source, all
// rows of a statement are looked at together.
TEST_P(TableSinkModes, RowsMaySwapTheValuesOfADeferrableConstraint) {
  make(", UNIQUE (note) DEFERRABLE");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}, {3, "c", 1}})).code, SINKWAY_OK);
  const Told told = task.put(rows(3, {{1, "b", 2}, {2, "a", 2}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:b:2 2:a:2 3:c:1 ");
}

// A source without such a constraint needs a value between, and folding leaves it out.
TEST_P(TableSinkModes, RowsMaySwapTheValuesOfAConstraintByAValueBetween) {
  make(", UNIQUE (note)");
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  ASSERT_EQ(task.put(rows(0, {{1, "a", 1}, {2, "b", 1}, {3, "c", 1}})).code, SINKWAY_OK);
  const Told told = task.put(rows(3, {{1, "between", 2}, {2, "a", 2}, {1, "b", 3}}));
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(table(), "1:b:3 2:a:2 3:c:1 ");
}

TEST_P(TableSinkModes, RedeliveryAfterALostAnswerChangesNothing) {
  make();
  SinkTask& task = open_task(with({{"insert.mode", "upsert"}}));
  SampleBatch& first = rows(0, {{1, "a", 1}, {2, "b", 1}});
  ASSERT_EQ(task.put(first).code, SINKWAY_OK);
  client.run("UPDATE weather SET note = 'by hand'");
  ASSERT_EQ(task.put(first).code, SINKWAY_OK);
  EXPECT_EQ(table(), "1:by hand:1 2:by hand:1 ");
}

INSTANTIATE_TEST_SUITE_P(Ways, TableSinkModes, testing::Values(Way{"arrays", "1000000"}, Way{"copy", "1"}),
                         [](const auto& one) { return one.param.name; });

class TableSinkOptimism : public TableSinkTest {};

// An identity that is always the server's own takes the key of a record nevertheless: it says which row is meant.
TEST_F(TableSinkOptimism, TheKeyOfARecordMayBeAnIdentity) {
  for (const char* const copy_min_rows : {"1", "1000000"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text)");
    SinkTask& task = open_task({{"insert.mode", "upsert"}, {"delete.enabled", "true"}, {"pk.mode", "record_value"}, {"copy.min.rows", copy_min_rows}});
    ASSERT_EQ(task.put(notes(0, 20)).code, SINKWAY_OK);
    SampleBatch& again = batch();
    for (int i = 0; i < 20; ++i) again.add("weather", 0, 20 + i, note(again, 10 + i, "again"));
    again.cover("weather", 0, 20, 40);
    const Told told = task.put(again);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 30);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE id BETWEEN 10 AND 29 AND note = 'again'"), 20);
    end_tasks();
  }
}

TEST_F(TableSinkOptimism, DeletesGoByArraysOfTheirKeysHoweverManyTheyAre) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note varchar(20)); INSERT INTO weather SELECT generate_series(1, 100)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}, {"copy.min.rows", "10"}});
  SampleBatch& made = batch();
  for (int i = 0; i < 99; ++i)
    made.add("weather", 0, i, value_of(SINKWAY_NULL), made.object({{"id", value_of(SINKWAY_INT64, i + 1)}}));
  made.cover("weather", 0, 0, 99);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id FROM weather"), (std::vector<std::vector<std::string>>{{"100"}}));
  EXPECT_EQ(task.host.total("sinkway_table_statements_total", "method=arrays"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_statements_total"), 1);
}

// Each group is tried behind a savepoint, and a table that refers to itself makes a group of every run of records with the same fields.
TEST_F(TableSinkOptimism, AsManyGroupsAsThereAreRecordsAreCopied) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, parent bigint REFERENCES weather, note text)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"copy.min.rows", "1"}});
  constexpr int kRows = 25'000;
  SampleBatch& made = batch();
  for (int n = 0; n < kRows; ++n)
    made.add("weather", 0, n, n % 2 == 0 ? note(made, n) : made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, n)}}));
  made.cover("weather", 0, 0, kRows);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts(), std::pair(long{kRows}, long{kRows}));
}

TEST_F(TableSinkOptimism, NewKeysAreCopiedStraightIntoTheTableAndAConflictFallsBack) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note varchar(20))");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"copy.min.rows", "10"}});
  const auto statements = [&](const std::string& method) {
    return task.host.total("sinkway_table_statements_total", "method=" + method);
  };
  ASSERT_EQ(task.put(notes(0, 100)).code, SINKWAY_OK);
  EXPECT_EQ(statements("optimistic_copy"), 1);
  SampleBatch& again = batch();
  for (int i = 0; i < 100; ++i) again.add("weather", 0, 100 + i, note(again, 50 + i, "again"));
  again.cover("weather", 0, 100, 200);
  ASSERT_EQ(task.put(again).code, SINKWAY_OK);
  EXPECT_EQ(statements("staging"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_fallbacks_total"), 1);
  EXPECT_EQ(counts(), std::pair(150L, 150L));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'again'"), 100);
  // The next batch goes without an attempt, the one after it tries again.
  ASSERT_EQ(task.put(notes(200, 50)).code, SINKWAY_OK);
  EXPECT_EQ(statements("staging"), 2);
  ASSERT_EQ(task.put(notes(250, 50)).code, SINKWAY_OK);
  EXPECT_EQ(statements("optimistic_copy"), 2);
}

}  // namespace
}  // namespace sinkway::test
