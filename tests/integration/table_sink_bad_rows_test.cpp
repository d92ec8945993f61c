// One bad row never costs a neighbour: it is found, reported and left out, or the task says which it is.
#include <algorithm>
#include <set>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class BadRows : public TableSinkTest {
 protected:
  static std::set<std::size_t> every(int step, int count, int from) {
    std::set<std::size_t> bad;
    for (int i = from; i < count; i += step) bad.insert(static_cast<std::size_t>(i));
    return bad;
  }
  void expect_isolated(SinkTask& task, SampleBatch& made, int count, const std::set<std::size_t>& bad) {
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), bad);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE id >= 0"), count - static_cast<long>(bad.size()));
    EXPECT_EQ(counts().first, counts().second);
    EXPECT_EQ(position(), count);
  }
};

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

// A foreign key is checked when COPY has ended: the rows are asked for, and each is tried once.
TEST_F(BadRows, that_refer_to_nothing_are_found_by_one_query) {
  for (const auto& mode : {Entries{}, Entries{{"insert.mode", "upsert"}}}) {
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets; CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds "
               "SELECT i FROM generate_series(0, 19999) i WHERE i % 100 <> 99");
    make_notes(", PRIMARY KEY (id), FOREIGN KEY (id) REFERENCES kinds");
    SinkTask& task = open_task(mode);
    const std::set<std::size_t> bad = every(100, 20'000, 99);
    expect_isolated(task, with_duplicates(20'000, {}), 20'000, bad);
    EXPECT_EQ(task.host.errants().at(0).error_id, "table.foreign_key");
    EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no halves";
  }
}

// Of rows that refer to the same row one is asked for, and speaks for all.
TEST_F(BadRows, that_refer_to_a_row_together_are_found_together) {
  client.run("CREATE TABLE kinds (name varchar(20) PRIMARY KEY); INSERT INTO kinds SELECT 'kind ' || i FROM generate_series(0, 9) i");
  make_notes(", FOREIGN KEY (note) REFERENCES kinds");
  SinkTask& task = open_task();
  constexpr int kRows = 5'000;
  for (int first = 0; first < 2 * kRows; first += kRows) {  // the second batch is asked for before it is written
    SampleBatch& made = batch();
    for (int i = first; i < first + kRows; ++i) {
      std::string kind = i % 500 == 7 ? i % 1'000 == 7 ? "nothing" : "nothing else" : "kind " + std::to_string(i % 10);
      if (i % 500 == 3) kind[1] = '\0';  // what cannot be sent is not counted by the server
      made.add("weather", 0, i, note(made, i, kind));
    }
    made.cover("weather", 0, first, first + kRows);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    if (first > 0) break;
    std::set<std::size_t> bad = every(500, kRows, 7);
    bad.merge(every(500, kRows, 3));
    EXPECT_EQ(reported(task), bad);
  }
  EXPECT_EQ(task.host.errants().size(), 40U);
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 2 * kRows - 40);
  EXPECT_EQ(task.host.total("sinkway_table_transactions_total", "outcome=rolled_back"), 1);
}

// The batch behind a refused one asks before it writes, so that no attempt is lost; when nothing is found for a while, it writes at once.
TEST_F(BadRows, are_looked_for_first_while_they_come) {
  for (const auto& mode : {Entries{}, Entries{{"insert.mode", "upsert"}}}) {
    constexpr int kRows = 2'000;
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets; CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds "
               "SELECT i FROM generate_series(0, 40000) i WHERE i % 1000 <> 999 OR i BETWEEN 4000 AND 20000");
    make_notes(", PRIMARY KEY (id), FOREIGN KEY (id) REFERENCES kinds");
    SinkTask& task = open_task(mode);
    const auto lost = [&] { return task.host.total("sinkway_table_transactions_total", "outcome=rolled_back"); };
    std::int64_t first = 0;
    const auto put = [&] {
      ASSERT_EQ(task.put(notes(first, kRows)).code, SINKWAY_OK);
      first += kRows;
    };
    put();
    EXPECT_EQ(lost(), 1);
    put();
    EXPECT_EQ(lost(), 1) << "the bad rows were known before";
    EXPECT_EQ(task.host.errants().size(), 4U);
    while (first < 20'000) put();  // eight batches without one
    EXPECT_EQ(task.host.errants().size(), 4U);
    put();
    EXPECT_EQ(lost(), 2) << "nobody looked any more";
    put();
    EXPECT_EQ(lost(), 2);
    EXPECT_EQ(task.host.errants().size(), 8U);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), first - 8);
    EXPECT_EQ(position(), first);
    end_tasks();
  }
}

// Keys in the order of what they refer to are found side by side; the others are looked up, and so is what lies too far apart.
TEST_F(BadRows, that_refer_to_nothing_are_found_in_any_order_of_keys) {
  constexpr int kRows = 5'000;
  client.run("CREATE TABLE kinds (id bigint, name varchar(20), PRIMARY KEY (name, id)); INSERT INTO kinds SELECT i, 'kind ' || i % 10 FROM "
             "generate_series(-3, 100000) i WHERE i % 500 <> 7; CREATE TABLE places (id bigint PRIMARY KEY); INSERT INTO places SELECT i FROM "
             "generate_series(-3, 100000) i WHERE i % 1000 <> 13; ANALYZE kinds; ANALYZE places");
  const std::pair<const char*, std::int64_t (*)(int)> orders[] = {
      {"ascending", [](int n) -> std::int64_t { return n; }},
      {"descending", [](int n) -> std::int64_t { return kRows - 1 - n; }},
      {"no order", [](int n) -> std::int64_t { return n * 2'003 % kRows; }},
      {"a late one first", [](int n) -> std::int64_t { return n == 0 ? -3 : n; }},
      {"far apart", [](int n) -> std::int64_t { return n * 20 + (n % 100 == 7 ? 7 - n * 20 % 500 : 0); }}};
  for (const char* keys : {"FOREIGN KEY (note, id) REFERENCES kinds (name, id)", "FOREIGN KEY (id) REFERENCES places",
                           "FOREIGN KEY (note, id) REFERENCES kinds (name, id), FOREIGN KEY (id) REFERENCES places"}) {
    for (const auto& [name, id_of] : orders) {
      SCOPED_TRACE(std::string(keys) + ", " + name);
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
      make_notes(std::string(", ") + keys);
      SinkTask& task = open_task();
      SampleBatch& made = batch();
      std::set<std::size_t> bad;
      const bool has_kinds = std::string_view(keys).find("kinds") != std::string_view::npos;
      const bool has_places = std::string_view(keys).find("places") != std::string_view::npos;
      for (int n = 0; n < kRows; ++n) {
        const std::int64_t id = id_of(n);
        if ((has_kinds && id % 500 == 7) || (has_places && id % 1'000 == 13)) bad.insert(static_cast<std::size_t>(n));
        made.add("weather", 0, n, note(made, id, "kind " + std::to_string(id % 10)));
      }
      made.cover("weather", 0, 0, kRows);
      const Told told = task.put(made);
      ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
      EXPECT_EQ(reported(task), bad);
      EXPECT_EQ(client.number("SELECT count(*) FROM weather"), kRows - static_cast<long>(bad.size()));
      EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no halves";
      end_tasks();
    }
  }
}

// Whatever the table referred to looks like, all orphans are found by the question, and nobody else: each is written alone.
TEST_F(BadRows, that_refer_to_nothing_are_found_in_tables_of_every_kind) {
  constexpr int kRows = 5'000;
  struct Case {
    const char* kinds;  // columns and what follows them
    const char* note = "varchar(20)";
    const char* key = "FOREIGN KEY (id) REFERENCES kinds (id)";
    const char* name = "kinds";
  };
  const Case cases[] = {
      {"(id bigint PRIMARY KEY, note text)", "varchar(20)", "FOREIGN KEY (id) REFERENCES s (id)", "s"},
      {"(id bigint, note text, UNIQUE (id, note))", "varchar(20)", "FOREIGN KEY (note, id) REFERENCES kinds (note, id)"},
      {"(id bigint, note text, UNIQUE (note, id))", "varchar(20)", "FOREIGN KEY (id, note) REFERENCES kinds (id, note)"},
      {"(id numeric PRIMARY KEY, note text)"},
      {"(id bigint PRIMARY KEY, note text) PARTITION BY HASH (id); CREATE TABLE kinds_a PARTITION OF kinds FOR VALUES WITH (MODULUS 2, "
       "REMAINDER 0); CREATE TABLE kinds_b PARTITION OF kinds FOR VALUES WITH (MODULUS 2, REMAINDER 1)"},
      {"(id bigint, note char(8) UNIQUE)", "varchar(20)", "FOREIGN KEY (note) REFERENCES kinds (note)"},
      {"(id bigint, note varchar(20) UNIQUE)", "char(20)", "FOREIGN KEY (note) REFERENCES kinds (note)"},
      {"(id bigint, note text COLLATE any_case UNIQUE)", "varchar(20) COLLATE any_case", "FOREIGN KEY (note) REFERENCES kinds (note)"},
      {"(id bigint, note text COLLATE \"C\" UNIQUE)", "varchar(20) COLLATE \"und-x-icu\"", "FOREIGN KEY (note) REFERENCES kinds (note)"},
      {"(id bigint, note mood UNIQUE)", "mood", "FOREIGN KEY (note) REFERENCES kinds (note)"}};
  client.run("CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
  client.run("DO $$BEGIN EXECUTE 'CREATE TYPE mood AS ENUM (' || (SELECT string_agg(quote_literal('k' || i), ', ') FROM generate_series(0, 4999) i) "
             "|| ')'; END$$");
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.kinds) + " " + each.note + " " + each.key);
    client.run("DROP TABLE IF EXISTS weather, kinds, s, sinkway_offsets");
    client.run(std::string("CREATE TABLE ") + each.name + " " + each.kinds);
    client.run(std::string("INSERT INTO ") + each.name + " SELECT i, " + (std::string_view(each.note) == "mood" ? "('k' || i)::mood" : "'k' || i") +
               " FROM generate_series(0, 4999) i WHERE i % 500 <> 7");
    client.run(std::string("CREATE TABLE weather (id bigint, note ") + each.note + ", " + each.key + ")");
    SinkTask& task = open_task();
    SampleBatch& made = batch();
    for (int n = 0; n < kRows; ++n) made.add("weather", 0, n, note(made, n, "k" + std::to_string(n)));
    made.cover("weather", 0, 0, kRows);
    const std::set<std::size_t> bad = every(500, kRows, 7);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    EXPECT_EQ(reported(task), bad);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather"), kRows - static_cast<long>(bad.size()));
    EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no halves, no good row alone";
    end_tasks();
  }
}

// Nobody tells when a constraint is changed. What is known of them is read again when a row is refused or taken in spite of it.
TEST_F(BadRows, are_those_of_a_constraint_as_it_was_changed) {
  constexpr int kRows = 1'000;
  client.run("CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds SELECT i FROM generate_series(0, 99999) i WHERE i % 500 <> 7");
  make_notes(", FOREIGN KEY (id) REFERENCES kinds");
  SinkTask& task = open_task();
  std::int64_t first = 0;
  std::size_t statements = 0;
  const auto put = [&](std::size_t more) {
    const std::size_t before = task.host.recorded("sinkway_table_copy_seconds").size(), known = task.host.errants().size();
    ASSERT_EQ(task.put(notes(first, kRows)).code, SINKWAY_OK);
    first += kRows;
    statements = task.host.recorded("sinkway_table_copy_seconds").size() - before;
    EXPECT_EQ(task.host.errants().size(), known + more) << first;
  };
  put(2);
  put(2);
  client.run("ALTER TABLE weather DROP CONSTRAINT weather_id_fkey; CREATE TABLE others (id bigint PRIMARY KEY); "
             "INSERT INTO others SELECT i FROM generate_series(0, 99999) i WHERE i % 500 NOT IN (8, 9)");
  put(0);
  EXPECT_EQ(statements, 3U) << "those that the old one would refuse are written alone";
  put(0);
  EXPECT_EQ(statements, 1U) << "they were taken, so there is none any more";
  client.run("ALTER TABLE weather ADD FOREIGN KEY (id) REFERENCES others NOT VALID");
  put(4);
  put(4);
  EXPECT_EQ(statements, 5U) << "known before they are written";
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), first - 12);
}

// All rows look bad by a constraint that is gone: the catalog is asked before they are written one by one.
TEST_F(BadRows, are_not_those_of_a_constraint_that_is_gone) {
  constexpr int kRows = 2'000;
  make_notes(", CONSTRAINT low CHECK (id < 1990)");
  SinkTask& task = open_task();
  ASSERT_EQ(task.put(notes(0, kRows)).code, SINKWAY_OK);
  EXPECT_EQ(task.host.errants().size(), 10U);
  client.run("ALTER TABLE weather DROP CONSTRAINT low");
  const std::size_t before = task.host.recorded("sinkway_table_copy_seconds").size();
  ASSERT_EQ(task.put(notes(kRows, kRows)).code, SINKWAY_OK);
  EXPECT_EQ(task.host.recorded("sinkway_table_copy_seconds").size(), before + 1);
  EXPECT_EQ(client.number("SELECT count(*) FROM weather"), 2 * kRows - 10);
}

TEST_F(BadRows, that_checks_or_unique_indexes_refuse_are_found_by_one_query) {
  struct Case {
    const char* rest;   // of the table
    const char* first;  // rows that are there
    const char* error_id;
    Entries mode;
  };
  const Case cases[] = {
      {", CHECK (id % 100 <> 99 OR note IS NULL), CHECK (length(note) < 30)", "", "table.check_violation", {}},
      {", PRIMARY KEY (id), CHECK (id % 100 <> 99)", "", "table.check_violation", {{"insert.mode", "upsert"}}},
      {", PRIMARY KEY (id)", "SELECT i, 'old' FROM generate_series(99, 19999, 100) i", "table.duplicate_key", {}},
      {", UNIQUE (note, id)", "SELECT i, 'private words' FROM generate_series(99, 19999, 100) i", "table.duplicate_key", {}},
      {", UNIQUE (id) DEFERRABLE", "SELECT i, 'old' FROM generate_series(99, 19999, 100) i", "table.duplicate_key", {}}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.rest);
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets");
    make_notes(each.rest);
    const bool has_rows = *each.first != '\0';
    if (has_rows) client.run(std::string("INSERT INTO weather ") + each.first);
    SinkTask& task = open_task(each.mode);
    const std::set<std::size_t> bad = every(100, 20'000, 99);
    ASSERT_EQ(task.put(with_duplicates(20'000, {})).code, SINKWAY_OK);
    EXPECT_EQ(reported(task), bad);
    EXPECT_EQ(task.host.errants().at(0).error_id, each.error_id);
    EXPECT_EQ(counts().first, has_rows ? 20'000 : 19'800);
    EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no attempt ends in the middle";
    end_tasks();
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

// Another row is refused first; where nothing can be asked of the table referred to, halves find the rest.
TEST_F(BadRows, that_refer_to_nothing_are_found_behind_others_and_without_the_right_to_look) {
  for (const bool may_look : {true, false}) {
    client.run("DROP TABLE IF EXISTS weather, kinds, sinkway_offsets; CREATE TABLE kinds (id bigint PRIMARY KEY); INSERT INTO kinds "
               "SELECT generate_series(0, 4999) EXCEPT SELECT unnest('{0, 1, 511, 4999}'::int[])");
    make_notes(", FOREIGN KEY (id) REFERENCES kinds, CHECK (id <> 600)");
    const Role role(client, schema + "_writes");
    client.run("GRANT ALL ON SCHEMA " + schema + " TO " + role.name + "; GRANT INSERT ON weather TO " + role.name +
               (may_look ? "; GRANT SELECT ON kinds TO " + role.name : ""));
    SinkTask& task = open_task(as(role));
    expect_isolated(task, with_duplicates(5'000, {}), 5'000, {0, 1, 511, 600, 4'999});
    end_tasks();
  }
}

// An upsert has no COPY into the table that could name a line: its staging table has the constraints instead.
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
