// One bad row never costs a neighbour: it is found, reported and left out, or the task says which it is.
#include <algorithm>
#include <set>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class BadRows : public TableSinkTest {};

// Each is looked at behind a savepoint: what is kept of one of them takes memory of the server that all its sessions share.
TEST_F(BadRows, may_be_as_many_as_a_batch_has) {
  for (const std::string mode : {"insert", "upsert"}) {
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets; CREATE TABLE kinds (id bigint PRIMARY KEY); "
               "CREATE TABLE weather (id bigint PRIMARY KEY, kind bigint REFERENCES kinds)");
    SinkTask& task = open_task({{"insert.mode", mode}});
    constexpr int kRows = 25'000;
    SampleBatch& made = batch();
    for (int n = 0; n < kRows; ++n)
      made.add("weather", 0, n, made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, n)},
                                             {"kind", n == 0 ? sdk::testing::value_of(SINKWAY_NULL) : sdk::testing::value_of(SINKWAY_INT64, n)}}));
    made.cover("weather", 0, 0, kRows);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task).size(), kRows - 1);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 1);
    end_tasks();
  }
}

TEST_F(BadRows, are_found_by_the_line_that_copy_names) {
  for (const auto& [step, from] : {std::pair(10'000, 5'000), std::pair(1'000, 7), std::pair(100, 99)}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    make_notes(", PRIMARY KEY (id)");
    client.run("INSERT INTO weather VALUES (-1, 'here already')");
    SinkTask& task = open_task();
    const auto bad = every(step, 20'000, from);
    expect_isolated(task, with_duplicates(20'000, bad), 20'000, bad);
  }
}

// The staging table takes them as it takes the others; the server names the line, so nothing is sent in halves. Each attempt
// that writes has a number of its own at the server.
TEST_F(BadRows, of_an_upsert_that_are_no_values_of_their_type_are_found_by_the_line_in_staging) {
  client.run("CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE weather (id bigint PRIMARY KEY, note mood)");
  client.run("INSERT INTO weather SELECT n, 'calm' FROM generate_series(0, 4999, 2) n");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  SampleBatch& made = batch();
  const std::set<std::size_t> bad = every(500, 5'000, 9);
  for (int i = 0; i < 5'000; ++i) made.add("weather", 0, i, note(made, i, bad.contains(static_cast<std::size_t>(i)) ? "wild" : "calm"));
  made.cover("weather", 0, 0, 5'000);
  const long before = client.number("SELECT pg_current_xact_id()::text::bigint");
  expect_isolated(task, made, 5'000, bad);
  EXPECT_LT(client.number("SELECT pg_current_xact_id()::text::bigint") - before, 60) << "halves take ten attempts for each bad row";
}

// The input of some types says "syntax error", as the server says of a statement.
TEST_F(BadRows, whose_text_has_a_syntax_that_its_type_cannot_read_are_left_out) {
  for (const auto& [type, good, bad] : {std::tuple("tsquery", "a & b", "a private b"), std::tuple("jsonpath", "$.a", "$.")}) {
    for (const auto& mode : {Entries{{"copy.min.rows", "1"}}, Entries{{"copy.min.rows", "1000000"}}, Entries{{"insert.mode", "upsert"}, {"copy.min.rows", "1"}}}) {
      client.run(std::string("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (id bigint PRIMARY KEY, note ") + type + ")");
      SinkTask& task = open_task(mode);
      SampleBatch& made = batch();
      for (int i = 0; i < 20; ++i) made.add("weather", 0, i, note(made, i, i % 7 == 3 ? bad : good));
      made.cover("weather", 0, 0, 20);
      expect_isolated(task, made, 20, every(7, 20, 3));
      SampleBatch& all_bad = batch();
      for (int i = 20; i < 23; ++i) all_bad.add("weather", 0, i, note(all_bad, i, bad));
      all_bad.cover("weather", 0, 20, 23);
      const Told told = task.put(all_bad);
      EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
      ASSERT_EQ(task.host.errants().size(), 6U);
      EXPECT_EQ(task.host.errants().back().error_id, "table.bad_format");
      end_tasks();
    }
  }
}

TEST_F(BadRows, are_not_those_that_a_trigger_with_a_bad_statement_meets) {
  make_notes();
  client.run("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SELECT FROM WHERE'; RETURN NEW; END$$; "
             "CREATE TRIGGER broken BEFORE INSERT ON weather FOR EACH ROW EXECUTE FUNCTION broken()");
  for (const char* rows : {"1", "1000000"}) {
    SinkTask& task = open_task({{"copy.min.rows", rows}});
    EXPECT_EQ(task.put(notes(0, 3)).code, SINKWAY_FATAL);
    EXPECT_TRUE(task.host.errants().empty());
    end_tasks();
  }
}

TEST_F(BadRows, whose_values_look_like_the_servers_own_words_put_no_blame_on_others) {
  client.run("CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE weather (id bigint, note mood)");
  SampleBatch& made = batch();
  for (int i = 0; i < 5'000; ++i) made.add("weather", 0, i, note(made, i, i == 4'000 ? "x\nCOPY weather, line 2, column id" : "calm"));
  made.cover("weather", 0, 0, 5'000);
  expect_isolated(open_task(), made, 5'000, {4'000});
}

// A check of the whole row, of a column that gets no value, an index of a part of the table: lines and halves find the rows.
TEST_F(BadRows, that_no_query_can_find_are_found_all_the_same) {
  for (const char* rest : {", CHECK (weather.* IS NOT NULL AND id % 1000 <> 7)", ", twice bigint GENERATED ALWAYS AS (id * 2) STORED, CHECK (twice % 2000 <> 14)"}) {
    SCOPED_TRACE(rest);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    make_notes(rest);
    expect_isolated(open_task(), with_duplicates(5'000, {}), 5'000, every(1'000, 5'000, 7));
    end_tasks();
  }
}

TEST_F(BadRows, of_an_upsert_are_found_by_one_query_or_by_the_line_in_a_table_with_the_same_constraints) {
  make_notes(", PRIMARY KEY (id), CHECK (id % 50 <> 7), CHECK (length(note) < 20)");
  client.run("INSERT INTO weather SELECT i, 'old' FROM generate_series(0, 4999, 2) i");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  const std::set<std::size_t> bad = every(50, 5'000, 7);
  expect_isolated(task, with_duplicates(5'000, {}), 5'000, bad);
  EXPECT_EQ(task.host.errants().at(0).error_id, "table.check_violation");
  EXPECT_LE(task.host.recorded("sinkway_table_statements_total").size(), bad.size() + 2) << "nothing may be merged in halves";
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'old'"), 0);
}

TEST_F(BadRows, of_an_upsert_that_only_the_merge_refuses_are_found_by_halves) {
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds SELECT generate_series(0, 4999)");
  make_notes(", PRIMARY KEY (id), FOREIGN KEY (id) REFERENCES kinds, CHECK (id <> 77)");
  client.run("DELETE FROM kinds WHERE id IN (0, 1234, 4999); INSERT INTO weather SELECT 2, 'old'");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  expect_isolated(task, with_duplicates(5'000, {}), 5'000, {0, 77, 1'234, 4'999});
}

TEST_F(BadRows, of_an_upsert_of_new_keys_are_found_by_the_line_in_the_table_itself) {
  make_notes(", PRIMARY KEY (id), CHECK (id % 2000 <> 7)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  const std::set<std::size_t> bad = every(2'000, 20'000, 7);
  expect_isolated(task, with_duplicates(20'000, {}), 20'000, bad);
}

// The first attempt meets a row that is refused, the search for others a key that is there already.
TEST_F(BadRows, of_an_upsert_are_found_when_keys_turn_out_not_to_be_new) {
  make_notes(", PRIMARY KEY (id), CHECK (id NOT IN (3000, 5000, 7000))");
  client.run("INSERT INTO weather VALUES (6000, 'old'), (6001, 'old')");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  expect_isolated(task, with_duplicates(8'000, {}), 8'000, {3'000, 5'000, 7'000});
  EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE note = 'old'"), 0);
}

// What a trigger makes good is no bad row, though the table's constraints would refuse it as it comes.
TEST_F(BadRows, of_an_upsert_are_not_those_that_a_trigger_makes_good) {
  make_notes(", PRIMARY KEY (id), CHECK (id >= 0 AND note <> 'private words')");
  client.run("CREATE FUNCTION mend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id <> 5 THEN NEW.note := 'fine'; END "
             "IF; RETURN NEW; END $$; CREATE TRIGGER mend BEFORE INSERT ON weather FOR EACH ROW EXECUTE FUNCTION mend()");
  SinkTask& task = open_task({{"insert.mode", "upsert"}});
  expect_isolated(task, with_duplicates(500, {}), 500, {5});
}

TEST_F(BadRows, of_a_deferred_constraint_are_found_before_commit) {
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds SELECT generate_series(0, 9)");
  make_notes(", FOREIGN KEY (id) REFERENCES kinds DEFERRABLE INITIALLY DEFERRED");
  SinkTask& task = open_task();
  expect_isolated(task, with_duplicates(10, {4}), 10, {4});
}

TEST_F(BadRows, that_cannot_be_encoded_are_left_out_of_both_writers) {
  for (const char* copy_min_rows : {"1", "100000"}) {
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    make_notes();
    SinkTask& task = open_task({{"copy.min.rows", copy_min_rows}});
    SampleBatch& made = batch();
    for (int i = 0; i < 100; ++i) made.add("weather", 0, i,
                                           note(made, i, i % 10 == 3 ? "private words that are longer than 20" :
                                                "fine"));
    made.cover("weather", 0, 0, 100);
    expect_isolated(task, made, 100, every(10, 100, 3));
    EXPECT_EQ(task.host.errants().at(0).field, "note");
    EXPECT_EQ(task.host.errants().at(0).error_id, "table.too_long");
  }
}

TEST_F(BadRows, of_both_kinds_are_told_apart_in_one_batch) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task({{"copy.min.rows", "1"}});
  SampleBatch& made = batch();
  const std::set<std::size_t> long_ones{0, 10, 11, 2'500};
  const std::set<std::size_t> duplicates{1, 12, 2'499, 2'501, 2'999};
  for (int i = 0; i < 3'000; ++i) {
    const auto index = static_cast<std::size_t>(i);
    made.add("weather", 0, i,
             note(made, duplicates.contains(index) ? -1 : i, long_ones.contains(index) ?
                  "private words that are longer than 20" : "fine"));
  }
  made.cover("weather", 0, 0, 3'000);
  std::set<std::size_t> bad = long_ones;
  bad.insert(duplicates.begin(), duplicates.end());
  expect_isolated(task, made, 3'000, bad);
  for (const auto& errant : task.host.errants()) {
    EXPECT_EQ(errant.error_id, long_ones.contains(errant.record_index) ? "table.too_long" : "table.duplicate_key");
  }
}

TEST_F(BadRows, keep_their_places_when_the_batch_was_sorted_by_key) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (5000, 'here already')");
  SinkTask& task = open_task({{"copy.min.rows", "1"}});
  SampleBatch& made = batch();
  for (int i = 0; i < 10'000; ++i) made.add("weather", 0, i, note(made, (i * 7919L) % 10'000));
  made.cover("weather", 0, 0, 10'000);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  ASSERT_EQ(task.host.errants().size(), 1u);
  EXPECT_EQ((task.host.errants()[0].record_index * 7919) % 10'000, 5'000u);
  EXPECT_EQ(counts().first, 10'000);
}

TEST_F(BadRows, end_the_put_when_the_host_tolerates_none) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task();
  task.host.behaviour.tolerant = false;
  const Told told = task.put(with_duplicates(100, {42}));
  EXPECT_EQ(told.code, SINKWAY_DATA_ERROR);
  EXPECT_EQ(told.record, 42u);
  for (const char* word : {"weather", "partition 0", "offset 42", "23505"}) EXPECT_NE(told.reason.find(word),
                                                                                      std::string::npos) << told.reason;
  EXPECT_EQ(told.reason.find("private"), std::string::npos);
  EXPECT_EQ(counts().first, 1);
  EXPECT_EQ(position(), 0);
}

TEST_F(BadRows, are_not_committed_before_the_host_has_them_in_safety) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task();
  task.host.behaviour.flushes = false;
  EXPECT_EQ(task.put(with_duplicates(10, {4})).code, SINKWAY_RETRIABLE);
  EXPECT_EQ(position(), 0);
  EXPECT_EQ(counts().first, 1);
}

TEST_F(BadRows, that_cannot_be_converted_are_spent_from_the_budget_once_for_each_batch) {
  make_notes();
  SinkTask& task = open_task({{"errors.budget", "2"}});
  const std::int64_t offsets[] = {0, 2, 4};
  for (const std::int64_t offset : offsets) {
    SampleBatch& two = batch();
    two.add_unconverted("weather", 0, offset);
    two.add("weather", 0, offset + 1, note(two, 1));
    two.cover("weather", 0, offset, offset + 2);
    if (offset == 0) {
      client.run("ALTER TABLE weather RENAME TO elsewhere");
      EXPECT_NE(task.put(two).code, SINKWAY_OK);
      client.run("ALTER TABLE elsewhere RENAME TO weather");
    }
    const Told told = task.put(two);
    EXPECT_EQ(told.code, offset == 4 ? SINKWAY_FATAL : SINKWAY_OK) << told.reason;
    EXPECT_EQ(told.id, offset == 4 ? "table.errors_budget" : "");
  }
  EXPECT_EQ(position(), 4);
}

TEST_F(BadRows, end_the_task_when_they_exceed_the_budget) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (-1, 'here already')");
  SinkTask& task = open_task({{"errors.budget", "2"}});
  const Told told = task.put(with_duplicates(10, {4, 5, 6}));
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.errors_budget");
  EXPECT_EQ(position(), 0);
  EXPECT_EQ(counts().first, 1);
}

TEST_F(BadRows, that_a_trigger_refuses_are_isolated_unless_it_refuses_all) {
  make_notes();
  client.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id < 0 THEN RAISE EXCEPTION "
             "'no %', NEW.note; "
             "END IF; RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE INSERT ON weather FOR EACH ROW EXECUTE FUNCTION "
             "refuse()");
  SinkTask& task = open_task();
  expect_isolated(task, with_duplicates(50, {0, 20, 49}), 50, {0, 20, 49});
  SampleBatch& all_bad = batch();
  for (int i = 0; i < 5'000; ++i) all_bad.add("weather", 0, 50 + i, note(all_bad, -1, "private words"));
  all_bad.cover("weather", 0, 50, 5'050);
  task.host.forget_errants();
  const Told told = task.put(all_bad);
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_NE(told.reason.find("P0001"), std::string::npos) << told.reason;
  EXPECT_EQ(told.reason.find("private"), std::string::npos);
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(position(), 50);
}

// What refuses all rows of a table refuses no row: neither an errant one beside them nor another table that takes its own says
// otherwise.
TEST_F(BadRows, d8_are_not_those_of_a_table_that_takes_none) {
  client.run("CREATE TABLE other (id bigint, note varchar(20)); CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
             "EXCEPTION 'no' USING ERRCODE = '55000'; END $$");
  make_notes();
  client.run("CREATE TRIGGER refuse BEFORE INSERT ON weather FOR EACH ROW EXECUTE FUNCTION refuse()");
  SinkTask& task = open_task({{"table.name.format", "${topic}"}});
  for (const bool with_other_table : {false, true}) {
    SampleBatch& made = batch();
    for (int i = 0; i < 40; ++i)
      made.add(with_other_table && i % 4 == 0 ? "other" : "weather", 0, i, note(made, i, i == 3 ? "private words that are longer than 20" : "fine"));
    made.cover("weather", 0, 0, 40);
    const Told told = task.put(made);
    EXPECT_EQ(told.code, SINKWAY_FATAL) << told.reason;
    EXPECT_NE(told.reason.find("55000"), std::string::npos) << told.reason;
    EXPECT_EQ(position(), 0);
    EXPECT_EQ(client.number("SELECT count(*) FROM other"), 0);
  }
}

TEST_F(BadRows, d8_are_not_those_whose_unique_index_is_gone) {
  make_notes();
  client.run("CREATE UNIQUE INDEX by_id ON weather (id)");
  SinkTask& task = open_task({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}, {"dlq.table", "letters"},
                              {"copy.min.rows", "100000"}});
  ASSERT_EQ(task.put(notes(0, 5)).code, SINKWAY_OK);
  client.run("DROP INDEX by_id");
  SampleBatch& made = batch();
  for (int i = 0; i < 5; ++i) made.add("weather", 0, 5 + i, note(made, i, i == 3 ? "private words that are longer than 20" : "fine"));
  made.cover("weather", 0, 5, 10);
  const Told told = task.put(made);
  EXPECT_EQ(told.code, SINKWAY_FATAL) << told.reason;
  EXPECT_EQ(told.id, "table.no_key") << told.reason;
  EXPECT_EQ(position(), 5);
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 0);
}

// PostgreSQL says it with the SQLSTATE of a missing privilege.
TEST_F(BadRows, that_a_policy_of_row_security_refuses_are_left_out) {
  make_notes(", PRIMARY KEY (id)");
  const Role role(client, schema + "_tenant");
  client.run("GRANT ALL ON SCHEMA " + schema + " TO " + role.name + "; GRANT ALL ON weather TO " + role.name +
             "; ALTER TABLE weather ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON weather USING (true) WITH CHECK (id % 10 <> 4)");
  Entries upserts = as(role);
  upserts.emplace_back("insert.mode", "upsert");
  for (const Entries& options : {as(role), upserts}) {
    client.run("DELETE FROM weather; DROP TABLE IF EXISTS sinkway_offsets");
    SinkTask& task = open_task(options);
    expect_isolated(task, with_duplicates(30, {}), 30, {4, 14, 24});
    EXPECT_EQ(task.host.errants().at(0).error_id, "table.row_security");
    end_tasks();
  }
}

// The host leaves what was reported out of the batch that comes again: it counts all the same.
TEST_F(BadRows, are_spent_from_the_budget_though_their_batch_comes_again) {
  make_notes();
  client.run("CREATE TABLE other (id bigint, note varchar(20)); CREATE SEQUENCE fuse MINVALUE -9 START 0; CREATE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('fuse') "
             "<= 0 THEN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END IF; RETURN NULL; END $$; CREATE TRIGGER blow AFTER INSERT ON "
             "weather FOR EACH STATEMENT EXECUTE FUNCTION blow()");
  SinkTask& task = open_task({{"errors.budget", "2"}, {"table.name.format", "${topic}"}});
  SampleBatch& first = batch();
  SampleBatch& rest = batch();
  for (int i = 0; i < 6; ++i) {  // the other table takes its part before the first one is full
    first.add(i < 4 ? "other" : "weather", 0, i, note(first, i, i < 3 ? "private words that are longer than 20" : "fine"));
    if (i >= 3) rest.add(i < 4 ? "other" : "weather", 0, i, note(rest, i));
  }
  first.cover("weather", 0, 0, 6);
  rest.cover("weather", 0, 0, 6);
  EXPECT_EQ(task.put(first).code, SINKWAY_RETRIABLE);
  EXPECT_EQ(task.host.errants().size(), 3U);
  const Told told = task.put(rest);
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_EQ(told.id, "table.errors_budget") << told.reason;
}

TEST_F(BadRows, without_fields_or_value_are_reported_too) {
  make_notes();
  SinkTask& task = open_task();
  SampleBatch& made = batch();
  made.add("weather", 0, 0, note(made, 1));
  made.add("weather", 0, 1, sdk::testing::text_value("private words"));
  made.add("weather", 0, 2, sdk::testing::value_of(SINKWAY_NULL));
  made.add("weather", 0, 3, note(made, 2));
  made.cover("weather", 0, 0, 4);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(reported(task), (std::set<std::size_t>{1, 2}));
  EXPECT_EQ(counts().first, 2);
  EXPECT_EQ(position(), 4);
}

}  // namespace
}  // namespace sinkway::test
