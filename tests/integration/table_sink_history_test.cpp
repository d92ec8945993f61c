// Random histories of two tables that refer to one another, as a source executed them row by row: whatever batches they come in, the
// tables here are those of the source, and only the orphans that were put among them are dead letters (decision 0021). SINKWAY_SEEDS says
// how many (default 20), SINKWAY_FIRST_SEED where they begin; one that fails prints its seed.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <set>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::value_of;

constexpr std::array kTables = {"kinds", "weather"};
constexpr std::array kColumns = {"n, parent, keeper", "n, kind"};  // beside id

// A put or a delete that the source has executed, or an orphan that it knows nothing of.
struct Change {
  int table = 0;
  bool removes = false;
  std::int64_t id = 0;
  std::vector<std::pair<std::string, std::optional<std::int64_t>>> fields{};
  bool is_orphan = false;
};

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

class TableSinkHistory : public TableSinkTest {
 protected:
  // What a history is drawn for.
  struct Rules {
    bool circle, self, deferrable, unique, inserts, arrays;
  };

  ~TableSinkHistory() override { client.run("DROP SCHEMA IF EXISTS " + source + " CASCADE"); }

  void tell(unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random.seed(seed);
    rules = {one_in(2), one_in(3), one_in(4), one_in(2), one_in(4), one_in(2)};
    client.run("DROP SCHEMA IF EXISTS " + source + " CASCADE; DROP TABLE IF EXISTS kinds, weather, sinkway_offsets CASCADE; CREATE SCHEMA " +
               source + ";" + tables_in(source + ".") + tables_in(""));
    const std::vector<Change> changes = executed();
    SinkTask& task = opened();
    offsets = {};
    for (std::size_t at = 0, size = 0; at < changes.size(); at += size) {
      size = std::min(changes.size() - at, 1 + below(80));
      sink(task, std::span(changes).subspan(at, size));
    }
    for (std::size_t table = 0; table < kTables.size(); ++table) EXPECT_EQ(rows_of(source + ".", table), rows_of("", table)) << kTables[table];
    end_tasks();
  }

 private:
  std::size_t below(std::size_t most) { return random() % most; }
  bool one_in(std::size_t chances) { return below(chances) == 0; }
  std::int64_t among(std::int64_t most) { return 1 + static_cast<std::int64_t>(below(static_cast<std::size_t>(most))); }

  [[nodiscard]] std::string tables_in(const std::string& place) const {
    const std::string later = rules.deferrable ? " DEFERRABLE" : "";
    return "CREATE TABLE " + place + "kinds (id bigint PRIMARY KEY, n bigint" + (rules.unique ? " UNIQUE" : "") + ", parent bigint" +
           (rules.self ? " REFERENCES " + place + "kinds" + later : "") + ", keeper bigint); CREATE TABLE " + place +
           "weather (id bigint PRIMARY KEY, n bigint UNIQUE, kind bigint REFERENCES " + place + "kinds" + later + ");" +
           (rules.circle ? "ALTER TABLE " + place + "kinds ADD FOREIGN KEY (keeper) REFERENCES " + place + "weather" + later + ";" : "");
  }
  std::string rows_of(const std::string& place, std::size_t table) {
    return client.cell("SELECT coalesce(string_agg(x::text, ' ' ORDER BY id), '') FROM (SELECT id, " + std::string(kColumns[table]) + " FROM " +
                       place + kTables[table] + ") x");
  }

  std::vector<Change> executed() {
    std::vector<Change> changes;
    const std::size_t wanted = 20 + below(120);
    for (std::size_t tries = 0; tries < wanted * 3 && changes.size() < wanted; ++tries) {
      if (one_in(15))
        changes.push_back({1, false, 100'000 + static_cast<std::int64_t>(tries), {{"n", std::nullopt}, {"kind", 999'999}}, true});
      else if (const Change change = drawn(); source_takes(change))
        changes.push_back(change);
    }
    return changes;
  }
  Change drawn() {
    Change change{static_cast<int>(below(2)), !rules.inserts && one_in(4), among(rules.inserts ? 200 : 6)};
    const auto field = [&](const char* name, std::size_t chances) {
      if (one_in(chances)) change.fields.emplace_back(name, one_in(3) ? std::nullopt : std::optional(among(rules.inserts ? 200 : 7)));
    };
    if (change.removes) return change;
    field("n", 2);
    if (change.table == 1) return field("kind", 1), change;
    field("parent", 3);
    field("keeper", 3);
    return change;
  }
  bool source_takes(const Change& change) {
    const std::string table = source + "." + kTables[static_cast<std::size_t>(change.table)];
    const std::string id = std::to_string(change.id);
    try {
      if (change.removes) return client.number("WITH gone AS (DELETE FROM " + table + " WHERE id = " + id + " RETURNING 1) SELECT count(*) FROM gone") > 0;
      std::string columns = "id", values = id, set;
      for (const auto& [name, value] : change.fields) {
        columns += ", " + name;
        values += ", " + (value ? std::to_string(*value) : "NULL");
        set += (set.empty() ? "" : ", ") + name + " = excluded." + name;
      }
      client.run("INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")" +
                 (rules.inserts ? "" : " ON CONFLICT (id) DO " + (set.empty() ? "NOTHING" : "UPDATE SET " + set)));
      return true;
    } catch (const std::exception&) {
      return false;  // it is no part of the history then
    }
  }

  SinkTask& opened() {
    Entries entries{{"insert.mode", "insert"}};
    if (!rules.inserts)
      entries = {{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"delete.enabled", "true"}, {"copy.min.rows", rules.arrays ? "1000000" : "1"}};
    SinkTask& task = make_task(entries);
    for (const char* const table : kTables) EXPECT_EQ(task.open(topic(table)).code, SINKWAY_OK);
    return task;
  }
  void sink(SinkTask& task, std::span<const Change> part) {
    SampleBatch& made = batch();
    const auto from = offsets;
    std::set<std::size_t> orphans;
    for (std::size_t n = 0; n < part.size(); ++n) {
      add(made, part[n]);
      if (part[n].is_orphan) orphans.insert(n);
    }
    for (std::size_t table = 0; table < kTables.size(); ++table)
      if (offsets[table] != from[table]) made.cover(kTables[table], 0, from[table], offsets[table]);
    task.host.forget_errants();
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), orphans);
  }
  void add(SampleBatch& made, const Change& change) {
    const auto table = static_cast<std::size_t>(change.table);
    std::vector<std::pair<std::string, sinkway_value>> fields{{"id", value_of(SINKWAY_INT64, change.id)}};
    const sinkway_value key = rules.inserts ? value_of(SINKWAY_NULL) : made.object(fields);
    for (const auto& [name, value] : change.fields) fields.emplace_back(name, value ? value_of(SINKWAY_INT64, *value) : value_of(SINKWAY_NULL));
    made.add(kTables[table], 0, offsets[table]++, change.removes ? value_of(SINKWAY_NULL) : made.object(fields), key);
  }

  const std::string source = schema + "_source";
  std::mt19937 random;
  Rules rules{};
  std::array<std::int64_t, 2> offsets{};
};

TEST_F(TableSinkHistory, IsThatOfTheSourceWhateverBatchesItComesIn) {
  const unsigned from = from_environment("SINKWAY_FIRST_SEED", 1);
  const unsigned seeds = from_environment("SINKWAY_SEEDS", 20);
  for (unsigned seed = from; seed < from + seeds && !HasFailure(); ++seed) tell(seed);
}

}  // namespace
}  // namespace sinkway::test
