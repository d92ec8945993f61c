// Rows that a constraint would refuse are found by one question, whatever it is and whenever it was changed.
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

class Suspects : public TableSinkTest {};

// A foreign key is checked when COPY has ended: the rows are asked for, and each is tried once.
TEST_F(Suspects, that_refer_to_nothing_are_found_by_one_query) {
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
TEST_F(Suspects, that_refer_to_a_row_together_are_found_together) {
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
TEST_F(Suspects, are_looked_for_first_while_they_come) {
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
TEST_F(Suspects, that_refer_to_nothing_are_found_in_any_order_of_keys) {
  constexpr int kRows = 5'000;
  client.run("CREATE TABLE kinds (id bigint, name varchar(20), PRIMARY KEY (name, id)); INSERT INTO kinds SELECT i, 'kind ' || i % 10 FROM "
             "generate_series(0, 100000) i WHERE i % 500 <> 7; CREATE TABLE places (id bigint PRIMARY KEY); INSERT INTO places SELECT i FROM "
             "generate_series(0, 100000) i WHERE i % 1000 <> 13; ANALYZE kinds; ANALYZE places");
  const auto far_apart = [](int n) -> std::int64_t {
    const int place = n % 100 == 7 ? 7 : n % 100 == 57 ? 13 : n * 20 % 1'000;
    return n * 20 / 1'000 * 1'000 + place;
  };
  const std::pair<const char*, std::int64_t (*)(int)> orders[] = {
      {"ascending", [](int n) -> std::int64_t { return n; }},
      {"descending", [](int n) -> std::int64_t { return kRows - 1 - n; }},
      {"no order", [](int n) -> std::int64_t { return n * 2'003 % kRows; }},
      {"a late one first", [](int n) -> std::int64_t { return n == 0 ? 0 : n + 20'000; }},
      {"far apart", far_apart}};
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
      ASSERT_FALSE(bad.empty());
      expect_isolated(task, made, kRows, bad);
      EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no halves";
      end_tasks();
    }
  }
}

// Whatever the table referred to looks like, all orphans are found by the question, and nobody else: each is written alone.
TEST_F(Suspects, that_refer_to_nothing_are_found_in_tables_of_every_kind) {
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
    expect_isolated(task, made, kRows, bad);
    EXPECT_LE(task.host.recorded("sinkway_table_copy_seconds").size(), bad.size() + 3) << "no halves, no good row alone";
    end_tasks();
  }
}

// Nobody tells when a constraint is changed. What is known of them is read again when a row is refused or taken in spite of it.
TEST_F(Suspects, are_those_of_a_constraint_as_it_was_changed) {
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
TEST_F(Suspects, are_not_those_of_a_constraint_that_is_gone) {
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

TEST_F(Suspects, that_checks_or_unique_indexes_refuse_are_found_by_one_query) {
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

// Another row is refused first; where nothing can be asked of the table referred to, halves find the rest.
TEST_F(Suspects, that_refer_to_nothing_are_found_behind_others_and_without_the_right_to_look) {
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

}  // namespace
}  // namespace sinkway::test
