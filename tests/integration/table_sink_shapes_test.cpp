// Shapes of input before a real PostgreSQL: change events, bare values, nested ones, fields without columns, and where
// the rows go.
#include <gtest/gtest.h>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::text_value;
using sdk::testing::value_of;
using Rows = std::vector<std::vector<std::string>>;

class TableSinkShapes : public TableSinkTest {
 protected:
  // One record for each value at the offsets from 0 on, covered.
  SampleBatch& of(std::string_view topic_name, std::int64_t first = 0) {
    first_ = first;
    name_ = topic_name;
    offset_ = first;
    return current_ = &batch(), *current_;
  }
  void add(sinkway_value value, sinkway_value key = value_of(SINKWAY_NULL)) {
    current_->add(name_, 0, offset_++, value, key);
  }
  Told put(SinkTask& task) {
    current_->cover(name_, 0, first_, offset_);
    return task.put(*current_);
  }
  sinkway_value row(std::int64_t id, std::string_view note) {
    return current_->object({{"id", value_of(SINKWAY_INT64, id)}, {"note", text_value(current_->keep(std::string(note)))}});
  }
  sinkway_value event(std::string_view op, sinkway_value before, sinkway_value after) {
    return current_->object({{"op", text_value(op)}, {"before", before}, {"after", after}, {"ts_ms", value_of(SINKWAY_INT64, 1)}});
  }
  [[nodiscard]] sinkway_value null() const { return value_of(SINKWAY_NULL); }

 private:
  SampleBatch* current_ = nullptr;
  std::string name_;
  std::int64_t first_ = 0, offset_ = 0;
};

TEST_F(TableSinkShapes, ChangeEventsAreUnwrappedIntoPutsAndDeletes) {
  make_notes(", PRIMARY KEY (id)");
  SinkTask& task = open_task({{"insert.mode", "merge"}, {"envelope", "debezium"}});
  of("weather");
  add(event("r", null(), row(1, "read")));
  add(event("c", null(), row(2, "made")));
  add(event("u", row(1, "read"), row(1, "changed")));
  add(event("d", row(2, "made"), null()));
  add(null());                                   // the tombstone behind it
  add(event("t", null(), null()));               // not enabled
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"1", "changed"}}));
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=passed_over"), 2);
}

TEST_F(TableSinkShapes, ATruncateEventEmptiesTheTableInItsPlace) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (7, 'old')");
  SinkTask& task = open_task({{"insert.mode", "merge"}, {"envelope", "auto"}, {"truncate.enabled", "true"}});
  of("weather");
  add(row(1, "before"));
  add(event("t", null(), null()));
  add(row(2, "after"));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"2", "after"}}));
  EXPECT_EQ(position(), 3);
}

TEST_F(TableSinkShapes, TablesThatReferToOneAnotherAreEmptiedTogether) {
  client.run("CREATE TABLE places (id bigint PRIMARY KEY, note text); CREATE TABLE weather (id bigint PRIMARY KEY REFERENCES places, note text);"
             "INSERT INTO places VALUES (1, 'x'); INSERT INTO weather VALUES (1, 'x')");
  SinkTask& task = make_task({{"insert.mode", "merge"}, {"envelope", "auto"}, {"truncate.enabled", "true"}, {"table.name.format", "${source.table}"}});
  ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
  SampleBatch& made = of("weather");
  for (const char* const table : {"places", "weather"})
    add(made.object({{"op", text_value("t")}, {"before", null()}, {"after", null()}, {"source", made.object({{"table", text_value(table)}})}}));
  const Told told = put(task);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.number("SELECT (SELECT count(*) FROM places) + (SELECT count(*) FROM weather)"), 0);
}

// Debezium's source sends a tombstone behind each delete event; its sink passes over what names no table.
TEST_F(TableSinkShapes, ATombstoneAmongEventsThatNameTheirTableAsksForNothing) {
  make_notes(", PRIMARY KEY (id)");
  SinkTask& task = make_task({{"connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"}, {"insert.mode", "upsert"},
                              {"delete.enabled", "true"}, {"primary.key.mode", "record_key"}, {"primary.key.fields", "id"},
                              {"collection.name.format", "${source.table}"}, {"topics.to.tables.mapping", "flat:weather"}});
  ASSERT_EQ(task.open(topic("shop.weather")).code, SINKWAY_OK);
  SampleBatch& made = of("shop.weather");
  const auto key = [&](std::int64_t id) { return made.object({{"id", value_of(SINKWAY_INT64, id)}}); };
  const auto told_by = [&](std::string_view op, sinkway_value before, sinkway_value after) {
    return made.object({{"op", text_value(op)}, {"before", before}, {"after", after},
                        {"source", made.object({{"table", text_value("weather")}})}});
  };
  add(told_by("c", null(), row(1, "gone")), key(1));
  add(told_by("c", null(), row(2, "here")), key(2));
  add(told_by("d", row(1, "gone"), null()), key(1));
  add(null(), key(1));
  const Told told = put(task);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"2", "here"}}));
  ASSERT_EQ(task.open(topic("flat")).code, SINKWAY_OK);
  SampleBatch& flat = batch();
  flat.add("flat", 0, 0, null(), flat.object({{"id", value_of(SINKWAY_INT64, 2)}}));
  flat.cover("flat", 0, 0, 1);
  ASSERT_EQ(task.put(flat).code, SINKWAY_OK);
  EXPECT_EQ(counts().first, 0) << "the map names the table of its topic";
}

// What PostgreSQL's log leaves out of an update is no value.
TEST_F(TableSinkShapes, AValueThatTheSourceDoesNotKnowLeavesItsColumnAlone) {
  make_notes(", PRIMARY KEY (id)");
  SinkTask& task = open_task({{"insert.mode", "merge"}, {"envelope", "auto"}});
  of("weather");
  add(event("c", null(), row(1, "a long text")));
  add(event("c", null(), row(2, "another")));
  add(event("u", null(), row(1, "__debezium_unavailable_value")));
  add(event("u", null(), row(2, "changed")));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather ORDER BY id"), (Rows{{"1", "a long text"}, {"2", "changed"}}));
  of("weather", 4);
  add(row(2, "__debezium_unavailable_value"));
  add(row(1, "flat"));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather ORDER BY id"), (Rows{{"1", "flat"}, {"2", "changed"}}));
}

TEST_F(TableSinkShapes, AFieldTellsTheOperation) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (1, 'x'), (2, 'y')");
  SinkTask& task = open_task({{"insert.mode", "merge"}, {"merge.op.field", "what"}});
  SampleBatch& made = of("weather");
  const auto with_operation = [&](std::int64_t id, std::string_view note, std::string_view what) {
    add(made.object({{"id", value_of(SINKWAY_INT64, id)}, {"note", text_value(note)}, {"what", text_value(what)}}));
  };
  with_operation(1, "", "delete");
  with_operation(2, "changed", "update");
  with_operation(3, "new", "insert");
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather ORDER BY id"), (Rows{{"2", "changed"}, {"3", "new"}}));
}

TEST_F(TableSinkShapes, BareValuesGoIntoTheOnlyColumn) {
  client.run("CREATE TABLE weather (line text)");
  SinkTask& task = open_task();
  of("weather");
  add(text_value("one"));
  add(value_of(SINKWAY_INT64, 2));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"one"}, {"2"}}));
}

TEST_F(TableSinkShapes, BareValuesGoBesideTheKeyAndIntoTheNamedColumn) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, doc jsonb, extra text)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"value.column", "doc"}});
  SampleBatch& made = of("weather");
  add(made.items(SINKWAY_ARRAY, {value_of(SINKWAY_INT64, 1), text_value("a")}), value_of(SINKWAY_INT64, 5));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, doc, extra FROM weather"), (Rows{{"5", "[1, \"a\"]", "<null>"}}));
}

TEST_F(TableSinkShapes, FieldsWithoutAColumnGoWhereItIsSaid) {
  client.run("CREATE TABLE weather (id bigint, rest jsonb)");
  SampleBatch& made = of("weather");
  const auto wide = [&](std::int64_t id) {
    return made.object({{"id", value_of(SINKWAY_INT64, id)}, {"note", text_value("n\"1")}, {"deep", made.object({{"a", null()}})}});
  };
  SinkTask& remainder = open_task({{"unmatched", "jsonb:rest"}});
  add(wide(1));
  add(made.object({{"id", value_of(SINKWAY_INT64, 2)}}));
  ASSERT_EQ(put(remainder).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, rest FROM weather ORDER BY id"),
            (Rows{{"1", R"({"deep": {"a": null}, "note": "n\"1"})"}, {"2", "<null>"}}));
}

TEST_F(TableSinkShapes, FieldsWithoutAColumnAreIgnoredRejectedOrEndTheTask) {
  for (const auto& [unmatched, code, errants] : {std::tuple("ignore", SINKWAY_OK, 0U), std::tuple("dlq", SINKWAY_OK, 1U),
                                                 std::tuple("fail", SINKWAY_FATAL, 0U)}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint)");
    SinkTask& task = open_task({{"unmatched", unmatched}});
    of("weather");
    add(row(1, "x"));
    const Told told = put(task);
    EXPECT_EQ(told.code, code) << unmatched;
    EXPECT_EQ(task.host.errants().size(), errants) << unmatched;
    EXPECT_EQ(told.hint.find("transformation"), std::string::npos) << "the worker has none: " << told.hint;
    if (errants == 1) {
      EXPECT_EQ(task.host.errants()[0].field, "note");
    }
  }
}

TEST_F(TableSinkShapes, FieldsAreChosenAndRenamed) {
  client.run("CREATE TABLE weather (id bigint, text text)");
  SinkTask& task = open_task({{"field.rename", "note:text"}, {"field.exclude.list", "weather:secret.*,other:id"}});
  SampleBatch& made = of("weather");
  add(made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"note", text_value("x")}, {"secret_code", text_value("y")}}));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"1", "x"}}));
}

// As in the other sinks, lists of fields are for the columns beside the key.
TEST_F(TableSinkShapes, FieldsOfTheKeyNeedBeInNoList) {
  const Entries lists[] = {{{"fields.whitelist", "note"}}, {{"field.include.list", "weather:note"}}, {{"field.exclude.list", "secret,id"}}};
  for (const Entries& list : lists) {
    SCOPED_TRACE(list.front().first);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, note text)");
    Entries config{{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}};
    config.insert(config.end(), list.begin(), list.end());
    SinkTask& task = open_task(std::move(config));
    SampleBatch& made = of("weather");
    add(made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"note", text_value("x")}, {"secret", text_value("y")}}));
    const Told told = put(task);
    EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(client.rows("SELECT * FROM weather"), (Rows{{"1", "x"}}));
    end_tasks();
  }
}

TEST_F(TableSinkShapes, InnerFieldsAreFlattened) {
  client.run("CREATE TABLE weather (id bigint, place_city text, place_at_lat float8)");
  SinkTask& task = open_task({{"nested", "flatten"}});
  SampleBatch& made = of("weather");
  const auto at = [&](double lat) { return made.object({{"lat", sdk::testing::number_value(SINKWAY_FLOAT64, lat)}}); };
  const auto whole = [&](std::int64_t id, sinkway_value place) {
    return made.object({{"id", value_of(SINKWAY_INT64, id)}, {"place", place}});
  };
  add(whole(1, made.object({{"city", text_value("Miami")}, {"at", at(25.5)}})));
  add(whole(2, made.object({{"at", at(30)}, {"city", text_value("Tampa")}})));  // the same fields in another order
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT * FROM weather ORDER BY id"), (Rows{{"1", "Miami", "25.5"}, {"2", "Tampa", "30"}}));
}

TEST_F(TableSinkShapes, AnObjectThatIsNullIsNullInEachColumnOfIts) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, place_city text, place_at_lat float8)");
  SinkTask& task = open_task({{"nested", "flatten"}, {"insert.mode", "upsert"}});
  SampleBatch& made = of("weather");
  const auto at = [&](double lat) { return made.object({{"lat", sdk::testing::number_value(SINKWAY_FLOAT64, lat)}}); };
  const auto place = [&](sinkway_value inner) { return made.object({{"city", text_value("Miami")}, {"at", inner}}); };
  const auto whole = [&](std::int64_t id, sinkway_value one) { return made.object({{"id", value_of(SINKWAY_INT64, id)}, {"place", one}}); };
  add(whole(1, place(at(25.5))));
  add(whole(2, place(at(25.5))));
  add(whole(3, place(null())));
  add(whole(1, null()));
  add(whole(2, place(null())));
  const Told told = put(task);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(client.rows("SELECT id, coalesce(place_city, '-'), coalesce(place_at_lat::text, '-') FROM weather ORDER BY id"),
            (Rows{{"1", "-", "-"}, {"2", "Miami", "-"}, {"3", "Miami", "-"}}));
}

TEST_F(TableSinkShapes, MetadataGoesIntoColumnsOnRequest) {
  client.run("CREATE TABLE weather (id bigint, note text, kafka_topic text, kafka_part int, kafka_offset bigint, kafka_time timestamptz, "
             "kafka_key text, kafka_headers jsonb)");
  SinkTask& task = open_task({{"metadata.columns",
                               "topic:kafka_topic,partition:kafka_part,offset:kafka_offset,timestamp:kafka_time,key:kafka_key,"
                               "headers:kafka_headers"}});
  of("weather");
  add(row(1, "x"), text_value("k1"));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT kafka_topic, kafka_part, kafka_offset, kafka_key, kafka_headers, extract(epoch FROM kafka_time)::bigint "
                        "FROM weather"),
            (Rows{{"weather", "0", "0", "k1", "<null>", "1700000000"}}));
}

TEST_F(TableSinkShapes, RecordsOfOneTopicGoToTheTablesThatTheirFieldsName) {
  client.run("CREATE TABLE notes_a (id bigint, note text); CREATE TABLE notes_b (id bigint, note text)");
  SinkTask& task = open_task({{"table.name.format", "notes_${field:note}"}});
  of("weather");
  add(row(1, "a"));
  add(row(2, "b"));
  add(row(3, "a"));
  add(row(4, "a.b"));  // names no table: dots of records never name a schema
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id FROM notes_a ORDER BY id"), (Rows{{"1"}, {"3"}}));
  EXPECT_EQ(client.rows("SELECT id FROM notes_b"), (Rows{{"2"}}));
  ASSERT_EQ(task.host.errants().size(), 1U);
  EXPECT_EQ(task.host.errants()[0].error_id, "table.no_route");
}

// Else one value of one record would end the task.
TEST_F(TableSinkShapes, RecordsThatNameATableThatCannotBeAreErrant) {
  for (const char* creates : {"true", "false"}) {
    client.run("DROP TABLE IF EXISTS fine, sinkway_offsets; CREATE TABLE fine (id bigint, note text)");
    SinkTask& task = open_task({{"table.name.format", "${field:note}"}, {"auto.create", creates}});
    (void)of("weather");
    add(row(1, "fine"));
    add(row(2, std::string(64, 'n')));
    add(row(3, "broken \xff"));
    add(row(4, "fine"));
    add(row(5, std::string("fine\0", 5)));
    const Told told = put(task);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{1, 2, 4}));
    EXPECT_EQ(client.rows("SELECT id FROM fine ORDER BY id"), (Rows{{"1"}, {"4"}}));
    end_tasks();
  }
}

// The server keeps a prepared statement until the session ends.
TEST_F(TableSinkShapes, ManyTablesDoNotFillTheSessionWithStatements) {
  constexpr int kTables = 300;
  client.run("DO $$ BEGIN FOR n IN 1.." + std::to_string(kTables) + " LOOP EXECUTE format('CREATE TABLE t%s (id bigint, note text)', n); END LOOP; END $$;"
             "CREATE TABLE told (statements bigint); CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO told "
             "SELECT count(*) FROM pg_prepared_statements; RETURN NEW; END'; CREATE TRIGGER tells BEFORE INSERT ON t300 FOR EACH ROW "
             "EXECUTE FUNCTION tell()");
  SinkTask& task = open_task({{"table.name.format", "t${field:id}"}, {"copy.min.rows", "1000000"}});
  of("weather");
  for (int id = 1; id <= kTables; ++id) add(row(id, "x"));
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT count(*) FROM t1 JOIN t300 USING (note)"), (Rows{{"1"}}));
  const long statements = client.number("SELECT max(statements) FROM told");
  EXPECT_GT(statements, 100) << "arrays are prepared";
  EXPECT_LT(statements, kTables);
}

TEST_F(TableSinkShapes, TopicsGoToTheTablesOfTheMapAndByPattern) {
  client.run("CREATE TABLE readings (id bigint, note text); CREATE TABLE weather (id bigint, note text)");
  SinkTask& task = make_task({{"topics.to.tables.mapping", "old:readings"}, {"table.name.regex", "^prod\\."}, {"table.name.replacement", ""}});
  ASSERT_EQ(task.open(topic("old")).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("prod.weather")).code, SINKWAY_OK);
  ASSERT_EQ(task.put(notes(0, 3, 0, "old")).code, SINKWAY_OK);
  ASSERT_EQ(task.put(notes(0, 2, 0, "prod.weather")).code, SINKWAY_OK);
  EXPECT_EQ(counts("readings").first, 3);
  EXPECT_EQ(counts().first, 2);
}

// Children come first in the batch; their parents must be written first, and be deleted last.
TEST_F(TableSinkShapes, SeveralTablesOfOneTransactionGoInTheOrderOfTheirForeignKeys) {
  client.run("CREATE TABLE parent (id bigint PRIMARY KEY); "
             "CREATE TABLE child (id bigint PRIMARY KEY, parent bigint REFERENCES parent)");
  SinkTask& task = make_task({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}});
  ASSERT_EQ(task.open(topic("child")).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("parent")).code, SINKWAY_OK);
  SampleBatch& first = batch();
  const auto id = [](std::int64_t number) { return value_of(SINKWAY_INT64, number); };
  const auto key = [&](SampleBatch& made, std::int64_t number) { return made.object({{"id", id(number)}}); };
  first.add("child", 0, 0, first.object({{"parent", id(1)}}), key(first, 10));
  first.add("parent", 0, 0, first.object({{"id", id(1)}}), key(first, 1));
  first.cover("child", 0, 0, 1);
  first.cover("parent", 0, 0, 1);
  ASSERT_EQ(task.put(first).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty());
  SampleBatch& second = batch();
  second.add("parent", 0, 1, value_of(SINKWAY_NULL), key(second, 1));
  second.add("child", 0, 1, value_of(SINKWAY_NULL), key(second, 10));
  second.cover("child", 0, 1, 2);
  second.cover("parent", 0, 1, 2);
  ASSERT_EQ(task.put(second).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(client.number("SELECT count(*) FROM parent") + client.number("SELECT count(*) FROM child"), 0);
}

// Keys that only the server can compare go in runs, so the parents have several waves; a child may leave a parent that goes.
TEST_F(TableSinkShapes, ForeignKeysAreKeptAcrossWavesAndMoves) {
  client.run("CREATE TABLE parent (id numeric PRIMARY KEY); INSERT INTO parent VALUES (8), (9); "
             "CREATE TABLE child (id bigint PRIMARY KEY, parent numeric REFERENCES parent); INSERT INTO child VALUES (20, 8)");
  SinkTask& task = make_task({{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}});
  ASSERT_EQ(task.open(topic("child")).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("parent")).code, SINKWAY_OK);
  SampleBatch& made = batch();
  const auto id = [](std::int64_t number) { return value_of(SINKWAY_INT64, number); };
  const auto key = [&](std::int64_t number) { return made.object({{"id", id(number)}}); };
  made.add("parent", 0, 0, made.object({{"id", id(1)}}), key(1));
  made.add("parent", 0, 1, value_of(SINKWAY_NULL), key(9));
  made.add("parent", 0, 2, made.object({{"id", id(2)}}), key(2));
  made.add("child", 0, 0, made.object({{"parent", id(2)}}), key(10));
  made.add("child", 0, 1, made.object({{"parent", id(1)}}), key(20));
  made.add("parent", 0, 3, value_of(SINKWAY_NULL), key(8));
  made.cover("child", 0, 0, 2);
  made.cover("parent", 0, 0, 4);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(client.rows("SELECT id FROM parent ORDER BY id"), (Rows{{"1"}, {"2"}}));
  EXPECT_EQ(client.rows("SELECT id, parent FROM child ORDER BY id"), (Rows{{"10", "2"}, {"20", "1"}}));
}

TEST_F(TableSinkShapes, TwoFieldsNeverShareAColumnInSilence) {
  client.run("CREATE TABLE weather (a_b bigint)");
  SinkTask& task = open_task({{"nested", "flatten"}});
  SampleBatch& made = batch();
  made.add("weather", 0, 0, made.object({{"a_b", value_of(SINKWAY_INT64, 1)}, {"a", made.object({{"b", value_of(SINKWAY_INT64, 2)}})}}));
  made.cover("weather", 0, 0, 1);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  ASSERT_EQ(task.host.errants().size(), 1U);
  EXPECT_EQ(task.host.errants()[0].error_id, "table.ambiguous_field");
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 0);
}

TEST_F(TableSinkShapes, AFieldWithTheNameOfTheColumnForTheOthersHidesNone) {
  client.run("CREATE TABLE weather (id bigint, rest jsonb)");
  SinkTask& task = open_task({{"unmatched", "jsonb:rest"}});
  SampleBatch& made = of("weather");
  const auto rest = made.object({{"a", value_of(SINKWAY_INT64, 1)}});
  add(made.object({{"id", value_of(SINKWAY_INT64, 1)}, {"rest", rest}}));
  add(made.object({{"id", value_of(SINKWAY_INT64, 2)}, {"rest", rest}, {"note", text_value("lost")}}));
  // A shape of many records: each has some of its names.
  const auto wide = [&](std::int64_t id, sinkway_value own, sinkway_value other) {
    add(made.object({{"id", value_of(SINKWAY_INT64, id)}, {"rest", own}, {"note", other}, {"more", value_of(SINKWAY_ABSENT)}}));
  };
  const sinkway_value none = value_of(SINKWAY_ABSENT);
  wide(3, rest, none);
  wide(4, none, text_value("kept"));
  wide(5, rest, text_value("lost"));
  wide(6, none, none);
  wide(7, rest, none);
  ASSERT_EQ(put(task).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT id, rest FROM weather ORDER BY id"),
            (Rows{{"1", R"({"a": 1})"}, {"3", R"({"a": 1})"}, {"4", R"({"note": "kept"})"}, {"6", "<null>"}, {"7", R"({"a": 1})"}}));
  ASSERT_EQ(reported(task), (std::set<std::size_t>{1, 4}));
  EXPECT_EQ(task.host.errants()[0].error_id, "table.ambiguous_field");
}

}  // namespace
}  // namespace sinkway::test
