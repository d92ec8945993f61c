// Rows that only look bad: the order in which they are written, or another row, is what stands in their way.
#include <set>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class GoodRows : public TableSinkTest {};

// Row 1 takes what row 2 gives away, and so on: in the order of the records all are good, in that of the keys none but the last.
TEST_F(GoodRows, are_those_that_only_stood_in_one_anothers_way) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text UNIQUE); INSERT INTO weather SELECT i, i::text FROM generate_series(1, 50) i");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  SampleBatch& made = batch();
  for (int id = 50; id >= 1; --id)
    made.add("weather", 0, 50 - id, note(made, id, made.keep(std::to_string(id + 1))));
  made.add("weather", 0, 50, note(made, 60, "7"));  // as row 6 has it then
  made.cover("weather", 0, 0, 51);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{50}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = (id + 1)::text"), 50);
}

// Children have smaller keys than their parent: whatever part of the rows is tried first, the parent may not be there yet. Of those that the
// bad row is an ancestor of none is good.
TEST_F(GoodRows, are_those_whose_parents_in_the_same_table_come_behind_them) {
  struct Family {
    int rows;
    bool orphan;  // else the bad row breaks a check
    int descendants;
  };
  for (const std::string mode : {"insert", "upsert"})
    for (const auto& [rows, orphan, descendants] :
         {Family{40, false, 0}, {40, true, 0}, {40, true, 3}, {4'000, false, 0}, {4'000, true, 0}, {4'000, true, 3}, {4'000, true, 50}}) {
      SCOPED_TRACE(mode + " " + std::to_string(rows) + (orphan ? " orphan " : " check ") + std::to_string(descendants));
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, parent bigint REFERENCES weather, "
                 "note text CHECK (note <> 'bad'))");
      SinkTask& task = open_task({{"insert.mode", mode}});
      SampleBatch& made = batch();
      std::set<std::size_t> bad;
      const int first = rows / 2;
      for (int n = 0; n < rows; ++n) {
        const bool descends = n > first && n <= first + descendants;
        const int parent = n == first && orphan ? 1'000'000 : descends ? rows - n + 1 : rows;
        made.add("weather", 0, n, made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, rows - n)},
                                               {"parent", sdk::testing::value_of(SINKWAY_INT64, parent)},
                                               {"note", sdk::testing::text_value(n == first && !orphan ? "bad" : "good")}}));
        if (n == first || descends) bad.insert(static_cast<std::size_t>(n));
      }
      made.cover("weather", 0, 0, rows);
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
      EXPECT_EQ(reported(task), bad);
      EXPECT_EQ(client.number("SELECT count(*) FROM weather"), rows - static_cast<long>(bad.size()));
      end_tasks();
    }
}

// Neither the place nor its keeper can be first. Of a key that refers to a partitioned table the server keeps one for each partition, too.
TEST_F(GoodRows, are_those_that_refer_to_one_another_by_deferrable_constraints) {
  const std::string partitioned = " PARTITION BY HASH (id); CREATE TABLE weather_a PARTITION OF weather FOR VALUES WITH (MODULUS 2, REMAINDER 0); "
                                  "CREATE TABLE weather_b PARTITION OF weather FOR VALUES WITH (MODULUS 2, REMAINDER 1)";
  for (const auto& [deferred, parts] : {std::pair(true, std::string()), std::pair(false, std::string()), std::pair(true, partitioned)}) {
    SCOPED_TRACE(parts + (deferred ? ", deferred" : ""));
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets CASCADE; CREATE TABLE kinds (id bigint PRIMARY KEY, note text); "
               "CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds)" + parts +
               "; ALTER TABLE kinds ADD keeper bigint REFERENCES weather DEFERRABLE" + (deferred ? " INITIALLY DEFERRED" : ""));
    SinkTask& task = make_task({{"insert.mode", "upsert"}});
    ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
    ASSERT_EQ(task.open(topic("kinds")).code, SINKWAY_OK);
    const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
    SampleBatch& made = batch();
    made.add("kinds", 0, 0, made.object({{"id", id(1)}, {"keeper", id(7)}}));
    made.add("kinds", 0, 1, made.object({{"id", id(2)}, {"keeper", id(8)}}));
    made.add("weather", 0, 0, made.object({{"id", id(7)}, {"kind", id(1)}}));
    made.add("weather", 0, 1, made.object({{"id", id(8)}, {"kind", id(2)}}));
    made.cover("kinds", 0, 0, 2);
    made.cover("weather", 0, 0, 2);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_TRUE(reported(task).empty());
    EXPECT_EQ(client.number("SELECT count(*) FROM weather JOIN kinds ON kinds.id = kind AND keeper = weather.id"), 2);
    SampleBatch& orphan = batch();
    orphan.add("kinds", 0, 2, orphan.object({{"id", id(3)}, {"keeper", id(99)}}));
    orphan.add("kinds", 0, 3, orphan.object({{"id", id(4)}, {"keeper", id(7)}}));
    orphan.cover("kinds", 0, 2, 4);
    ASSERT_EQ(task.put(orphan).code, SINKWAY_OK);
    EXPECT_EQ(reported(task), std::set<std::size_t>{0});
    EXPECT_EQ(client.number("SELECT count(*) FROM kinds"), 3);
    // One circle, and an orphan with those that hang on it.
    SampleBatch& both = batch();
    both.add("kinds", 0, 4, both.object({{"id", id(5)}, {"keeper", id(11)}}));
    both.add("kinds", 0, 5, both.object({{"id", id(6)}, {"keeper", id(99)}}));
    both.add("weather", 0, 2, both.object({{"id", id(11)}, {"kind", id(5)}}));
    both.add("weather", 0, 3, both.object({{"id", id(12)}, {"kind", id(6)}}));
    both.add("kinds", 0, 6, both.object({{"id", id(7)}, {"keeper", id(12)}}));
    both.cover("kinds", 0, 4, 7);
    both.cover("weather", 0, 2, 4);
    task.host.forget_errants();
    ASSERT_EQ(task.put(both).code, SINKWAY_OK);
    EXPECT_EQ(reported(task), (std::set<std::size_t>{1, 3, 4}));
    EXPECT_EQ(client.number("SELECT count(*) FROM weather JOIN kinds ON kinds.id = kind AND keeper = weather.id"), 3);
    end_tasks();
  }
}

// The parent has fewer columns than the rows before it and behind it: it is no part of their statement.
TEST_F(GoodRows, are_those_whose_parents_in_the_same_table_have_other_columns) {
  for (const std::string mode : {"insert", "upsert"}) {
    SCOPED_TRACE(mode);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, parent bigint REFERENCES weather, "
               "note text DEFAULT 'none')");
    SinkTask& task = open_task({{"insert.mode", mode}, {"upsert.fields", "present"}});
    SampleBatch& made = batch();
    const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
    made.add("weather", 0, 0, made.object({{"id", id(1)}, {"note", sdk::testing::text_value("first")}}));
    made.add("weather", 0, 1, made.object({{"id", id(9)}}));
    made.add("weather", 0, 2, made.object({{"id", id(2)}, {"parent", id(9)}, {"note", sdk::testing::text_value("child")}}));
    made.add("weather", 0, 3, made.object({{"id", id(3)}, {"parent", id(2)}}));
    made.add("weather", 0, 4, made.object({{"id", id(4)}, {"parent", id(3)}, {"note", sdk::testing::text_value("child")}}));
    made.cover("weather", 0, 0, 5);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_TRUE(reported(task).empty());
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 5);
    end_tasks();
  }
}

// The bad record had a good one folded away, which the child refers to.
TEST_F(GoodRows, are_those_that_only_followed_from_a_bad_one_of_another_key) {
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY, note text CHECK (note <> 'bad')); "
             "CREATE TABLE weather (id bigint PRIMARY KEY REFERENCES kinds, note text)");
  SinkTask& task = make_task({{"insert.mode", "upsert"}});
  ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("kinds")).code, SINKWAY_OK);
  SampleBatch& made = batch();
  made.add("kinds", 0, 0, note(made, 1, "good"));
  made.add("kinds", 0, 1, note(made, 1, "bad"));
  made.add("weather", 0, 0, note(made, 1, "child"));
  made.add("weather", 0, 1, note(made, 2, "orphan"));
  made.cover("kinds", 0, 0, 2);
  made.cover("weather", 0, 0, 2);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{1, 3}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather JOIN kinds USING (id) WHERE kinds.note = 'good' AND weather.note = 'child'"), 1);
}

// A circle that the source has closed row by row: no order of the tables is that of the records.
TEST_F(GoodRows, are_those_that_came_before_what_refers_to_them_in_another_table) {
  for (const std::string mode : {"insert", "upsert", "insert_ignore"}) {
    SCOPED_TRACE(mode);
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets CASCADE; CREATE TABLE kinds (id bigint PRIMARY KEY); "
               "CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds); ALTER TABLE kinds ADD keeper bigint REFERENCES weather");
    SinkTask& task = make_task({{"insert.mode", mode}});
    ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
    ASSERT_EQ(task.open(topic("kinds")).code, SINKWAY_OK);
    const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
    SampleBatch& made = batch();
    made.add("kinds", 0, 0, made.object({{"id", id(1)}, {"keeper", sdk::testing::value_of(SINKWAY_NULL)}}));
    made.add("weather", 0, 0, made.object({{"id", id(7)}, {"kind", id(1)}}));
    made.add("kinds", 0, 1, made.object({{"id", id(2)}, {"keeper", id(7)}}));
    made.add("weather", 0, 1, made.object({{"id", id(8)}, {"kind", id(2)}}));
    made.add("weather", 0, 2, made.object({{"id", id(9)}, {"kind", id(3)}}));
    made.cover("kinds", 0, 0, 2);
    made.cover("weather", 0, 0, 3);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{4}));
    EXPECT_EQ(client.number("SELECT count(*) FROM weather JOIN kinds ON kinds.id = kind"), 2);
    EXPECT_EQ(client.number("SELECT keeper FROM kinds WHERE id = 2"), 7);
    end_tasks();
  }
}

// Between topics records have no order: children may be read before their parents, and an orphan among them changes nothing of that.
TEST_F(GoodRows, are_those_that_came_before_their_parents_and_beside_an_orphan) {
  struct Case {
    std::string mode;
    std::string constraint;
    int children;
  };
  for (const auto& [mode, constraint, children] :
       {Case{"insert", "", 3}, Case{"upsert", "", 3}, Case{"insert", "", 3'000}, Case{"upsert", "", 3'000},
        Case{"upsert", " DEFERRABLE", 3'000}}) {
    SCOPED_TRACE(mode + constraint + " " + std::to_string(children));
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets CASCADE; CREATE TABLE kinds (id bigint PRIMARY KEY); "
               "CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds" + constraint + ")");
    SinkTask& task = make_task({{"insert.mode", mode}});
    ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
    ASSERT_EQ(task.open(topic("kinds")).code, SINKWAY_OK);
    const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
    SampleBatch& made = batch();
    for (int n = 0; n < children; ++n) made.add("weather", 0, n, made.object({{"id", id(n)}, {"kind", id(n == 1 ? 1'000'000 : n)}}));
    for (int n = 0; n < children; ++n) made.add("kinds", 0, n, made.object({{"id", id(n)}}));
    made.cover("weather", 0, 0, children);
    made.cover("kinds", 0, 0, children);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{1}));
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), children - 1);
    end_tasks();
  }
}

// Neither the order of the tables nor that of the records is right for all: what the one is wrong for goes behind the others.
TEST_F(GoodRows, are_those_that_no_single_order_fits) {
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY); CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds); "
             "ALTER TABLE kinds ADD keeper bigint REFERENCES weather");
  SinkTask& task = make_task({{"insert.mode", "upsert"}});
  ASSERT_EQ(task.open(topic("weather")).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("kinds")).code, SINKWAY_OK);
  const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
  const auto none = sdk::testing::value_of(SINKWAY_NULL);
  SampleBatch& made = batch();
  made.add("weather", 0, 0, made.object({{"id", id(6)}, {"kind", id(5)}}));  // before its parent
  made.add("weather", 0, 1, made.object({{"id", id(66)}, {"kind", id(5)}}));
  made.add("kinds", 0, 0, made.object({{"id", id(1)}, {"keeper", none}}));
  made.add("weather", 0, 2, made.object({{"id", id(7)}, {"kind", id(1)}}));
  made.add("kinds", 0, 1, made.object({{"id", id(2)}, {"keeper", id(7)}}));
  made.add("weather", 0, 3, made.object({{"id", id(8)}, {"kind", id(2)}}));
  made.add("weather", 0, 4, made.object({{"id", id(9)}, {"kind", id(99)}}));  // the orphan
  made.add("kinds", 0, 2, made.object({{"id", id(5)}, {"keeper", none}}));
  made.cover("weather", 0, 0, 5);
  made.cover("kinds", 0, 0, 3);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{6}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather JOIN kinds ON kinds.id = kind"), 4);
  EXPECT_EQ(client.number("SELECT keeper FROM kinds WHERE id = 2"), 7);
}

// What an orphan refers to is in another table, of which the batch has no rows: their order changes nothing, and costs nothing.
TEST_F(GoodRows, are_written_together_beside_an_orphan_of_a_table_that_is_not_in_the_batch) {
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds VALUES (1); "
             "CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds, note text)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
  constexpr int kRows = 400;
  SampleBatch& made = batch();
  for (int n = 0; n < kRows; ++n) {
    const sinkway_value kind = id(n == kRows / 2 ? 2 : 1);
    made.add("weather", 0, n, n % 2 == 0 ? made.object({{"id", id(n)}, {"kind", kind}})
                                         : made.object({{"id", id(n)}, {"kind", kind}, {"note", sdk::testing::text_value("odd")}}));
  }
  made.cover("weather", 0, 0, kRows);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{kRows / 2}));
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), kRows - 1);
  EXPECT_LT(task.host.total("sinkway_table_statements_total"), 50);
}

// A record with other fields has given the value away before: it is no part of their statement.
TEST_F(GoodRows, are_those_that_take_what_a_row_with_other_columns_has_given_away) {
  for (const std::string copy_min_rows : {"1", "1000000"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, note text UNIQUE, tm bigint); "
               "INSERT INTO weather VALUES (1, 'a', 0)");
    SinkTask& task = open_task({{"insert.mode", "upsert"}, {"copy.min.rows", copy_min_rows}});
    SampleBatch& made = batch();
    made.add("weather", 0, 0, note(made, 2, "b"));
    made.add("weather", 0, 1, made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, 1)}, {"note", sdk::testing::text_value("c")},
                                           {"tm", sdk::testing::value_of(SINKWAY_INT64, 5)}}));
    made.add("weather", 0, 2, note(made, 3, "a"));
    made.add("weather", 0, 3, note(made, 4, "c"));
    made.cover("weather", 0, 0, 4);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{3}));
    EXPECT_EQ(client.cell("SELECT string_agg(id || note, ' ' ORDER BY id) FROM weather"), "1c 2b 3a");
    end_tasks();
  }
}

// The records of one key stand between those of others: each is written in its place.
TEST_F(GoodRows, are_those_that_take_what_a_record_before_them_has_given_away_a_second_time) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text UNIQUE, tm bigint); INSERT INTO weather VALUES (1, 'x', 0), (50, 'taken', 0)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  SampleBatch& made = batch();
  const auto id = [](std::int64_t number) { return sdk::testing::value_of(SINKWAY_INT64, number); };
  made.add("weather", 0, 0, note(made, 6, "a"));
  made.add("weather", 0, 1, note(made, 6, "b"));
  made.add("weather", 0, 2, note(made, 4, "a"));
  made.add("weather", 0, 3, made.object({{"id", id(1)}, {"note", sdk::testing::text_value("y")}, {"tm", id(5)}}));  // with other fields
  made.add("weather", 0, 4, note(made, 3, "x"));
  made.add("weather", 0, 5, made.object({{"id", id(4)}, {"tm", id(5)}}));
  made.add("weather", 0, 6, note(made, 9, "taken"));
  made.cover("weather", 0, 0, 7);
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(reported(task), (std::set<std::size_t>{6}));
  EXPECT_EQ(client.cell("SELECT string_agg(id || note, ' ' ORDER BY id) FROM weather"), "1y 3x 4a 6b 50taken");
}

// Of two records that want the same place the first one has it, whatever its fields and its key are.
TEST_F(GoodRows, of_an_insert_are_those_that_came_first) {
  for (const std::string copy_min_rows : {"1", "1000000"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, note text UNIQUE, tm bigint)");
    SinkTask& task = open_task({{"insert.mode", "insert"}, {"copy.min.rows", copy_min_rows}});
    SampleBatch& made = batch();
    const auto timed = [&](std::int64_t id, std::string_view text) {
      return made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, id)}, {"note", sdk::testing::text_value(text)},
                          {"tm", sdk::testing::value_of(SINKWAY_INT64, 5)}});
    };
    made.add("weather", 0, 0, note(made, 3, "a"));
    made.add("weather", 0, 1, timed(2, "first"));
    made.add("weather", 0, 2, note(made, 2, "second"));
    made.cover("weather", 0, 0, 3);
    Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{2}));
    SampleBatch& alike = batch();
    alike.add("weather", 0, 3, note(alike, 9, "b"));
    alike.add("weather", 0, 4, note(alike, 8, "b"));
    alike.cover("weather", 0, 3, 5);
    task.host.forget_errants();
    told = task.put(alike);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), (std::set<std::size_t>{1}));
    EXPECT_EQ(client.cell("SELECT string_agg(id || note, ' ' ORDER BY id) FROM weather"), "2first 3a 9b");
    end_tasks();
  }
}

}  // namespace
}  // namespace sinkway::test
