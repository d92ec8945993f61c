// Random operations with random faults in every keyed mode, compared with a model of the table that applies each record
// once, in order. SINKWAY_SEEDS says how many stories (default 20); a story that fails prints its seed.
#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/integration/table_sink_world.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/rival_session.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::text_value;
using sdk::testing::value_of;

struct Record {
  std::int64_t key = 0;
  bool deletes = false;
  bool bad = false;      // the table refuses it, or the column cannot hold it
  bool partial = false;  // without tm
  std::string note;
  std::int64_t tm = 0;
};

// Key to note and tm.
using Model = std::map<std::int64_t, std::pair<std::string, std::int64_t>>;

// What a statement is answered when the fuse blows: a full disk, no memory, a crash, and what rivals cause.
constexpr std::array kCodes = {"53100", "53200", "57P01", "40001", "40P01", "57014", "55P03", "58030"};

void apply(Model& model, const Record& record, const std::string& mode) {
  const auto row = model.find(record.key);
  if (record.deletes) {
    if (row != model.end()) model.erase(row);
    return;
  }
  if (record.bad) return;
  if (row == model.end()) {
    if (mode != "update") model[record.key] = {record.note, record.partial ? -1 : record.tm};
    return;
  }
  if (mode == "insert_ignore") return;
  if (mode == "upsert_if_newer" && record.tm < row->second.second) return;
  row->second.first = record.note;
  if (!record.partial) row->second.second = record.tm;
}

class TableSinkProperty : public TableSinkTest {
 protected:
  TableSinkProperty() : proxy(static_cast<std::uint16_t>(client.number("SHOW port"))), rival(uri(), "sinkway " + schema) {
    client.run("CREATE SEQUENCE fuse MINVALUE -9 START 1; CREATE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
               "nextval('fuse') <= 0 THEN RAISE EXCEPTION 'blown' USING ERRCODE = current_setting('fuse.code'); END IF; RETURN NULL; END $$");
  }

  [[nodiscard]] std::string proxied() const {
    return with_parameter(uri(), "host=127.0.0.1&sslmode=disable&gssencmode=disable&port=" + std::to_string(proxy.port()));
  }

  void story(unsigned seed) {
    random.seed(seed);
    mode = std::vector<std::string>{"upsert", "update", "insert_ignore", "upsert_if_newer", "merge"}[random() % 5];
    const bool staged = random() % 2 == 0;
    rival.join();
    client.run("DROP TABLE IF EXISTS weather, sinkway_offsets, letters");
    client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note varchar(20) CHECK (note <> 'refused'), tm bigint DEFAULT -1)");
    model.clear();
    log.clear();
    config = {{"insert.mode", mode}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"upsert.fields", "present"},
              {"delete.enabled", "true"}, {"upsert.newer.column", "tm"}, {"copy.min.rows", staged ? "1" : "100000"},
              {"dlq.table", "letters"}, {"lock.timeout.ms", "200"}, {"statement.timeout.ms", random() % 3 == 0 ? "100" : "0"},
              {"session.settings", std::string("deadlock_timeout=10ms,fuse.code=") + kCodes[random() % kCodes.size()] +
                                       (random() % 3 == 0 ? ",default_transaction_isolation=repeatable read" : "")}};
    for (std::int64_t key = 0; key < 3; ++key) {
      client.run("INSERT INTO weather VALUES (" + std::to_string(key) + ", 'before', 0)");
      model[key] = {"before", 0};
    }
    SinkTask* task = &open_task(config, proxied());
    for (int batches = 2 + static_cast<int>(random() % 5); batches > 0; --batches) {
      const std::size_t from = log.size();
      for (unsigned n = 1 + random() % 25; n > 0; --n) log.push_back(make_record());
      if (random() % 2 == 0) disturb();
      task = deliver(task, from);
      ASSERT_NE(task, nullptr);
    }
    rival.join();
    for (const Record& record : log) apply(model, record, mode);
    Model got;
    for (const auto& row : client.rows("SELECT id, note, tm FROM weather"))
      got[std::stoll(row[0])] = {row[1], row[2] == "<null>" ? -1 : std::stoll(row[2])};
    EXPECT_EQ(got, model) << "seed " << seed << ", mode " << mode << ", staged " << staged;
    EXPECT_EQ(position(), static_cast<long>(log.size())) << "seed " << seed;
    EXPECT_EQ(client.number("SELECT count(*) FROM (SELECT FROM letters GROUP BY record_offset HAVING count(*) > 1) twice"), 0)
        << "seed " << seed;
    end_tasks();
  }

 private:
  Record make_record() {
    Record record;
    record.key = static_cast<std::int64_t>(random() % 6);
    record.tm = static_cast<std::int64_t>(random() % 50);
    record.deletes = random() % 5 == 0;
    record.partial = !record.deletes && mode != "upsert_if_newer" && random() % 4 == 0;
    record.bad = !record.deletes && random() % 8 == 0;
    record.note = !record.bad ? "n" + std::to_string(log.size()) : random() % 2 == 0 ? "refused" : "much too long for the column";
    return record;
  }

  // Something happens to the server, or to what lies between.
  void disturb() {
    switch (random() % 10) {
      case 0: return proxy.arm(CuttingProxy::Cut::before);
      case 1:
        proxy.refuse_next(static_cast<int>(random() % 3));  // the doubt may last longer than the put
        return proxy.arm(CuttingProxy::Cut::after);
      case 2:
        client.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sinkway " + schema + "'");
        return;
      case 3: return change_table();
      case 4: case 5: case 6:
        return rival.begin(RivalSession::Kind(random() % 4), static_cast<std::int64_t>(random() % 6), static_cast<std::int64_t>(random() % 6));
      case 7: case 8:
        client.run("CREATE OR REPLACE TRIGGER blow BEFORE INSERT OR UPDATE OR DELETE ON weather FOR EACH STATEMENT EXECUTE FUNCTION blow()");
        client.run("SELECT setval('fuse', -" + std::to_string(random() % 3) + ", false)");
        return;
      default: replace_owner = true;
    }
  }

  // From outside, between two batches: nothing that makes a good row a bad one.
  void change_table() {
    static constexpr std::array kChanges = {"ADD COLUMN IF NOT EXISTS extra text", "DROP COLUMN IF EXISTS extra", "ALTER tm TYPE numeric",
                                            "ALTER tm TYPE bigint", "ALTER note SET STATISTICS 50", "RENAME TO elsewhere"};
    const std::string change = kChanges[random() % kChanges.size()];
    client.run("ALTER TABLE weather " + change);
    if (change == "RENAME TO elsewhere") client.run("CREATE TABLE weather (LIKE elsewhere INCLUDING ALL); INSERT INTO weather TABLE elsewhere; DROP TABLE elsewhere");
  }

  // As the host does it: RETRIABLE comes again less what was reported, FENCED is opened anew from the position told.
  SinkTask* deliver(SinkTask* task, std::size_t from) {
    for (int tries = 0; tries < 40; ++tries) {
      if (std::exchange(replace_owner, false)) {
        task = &open_task(config, proxied());
        from = static_cast<std::size_t>(task->partitions[0].next_offset);
        if (from == log.size()) return task;
      }
      std::set<std::size_t> reported;
      for (int again = 0; again < 40; ++again) {
        SampleBatch& made = batch();
        std::vector<std::size_t> offsets;
        for (std::size_t n = from; n < log.size(); ++n) {
          if (reported.contains(n)) continue;
          add(made, n);
          offsets.push_back(n);
        }
        made.cover("weather", 0, static_cast<std::int64_t>(from), static_cast<std::int64_t>(log.size()));
        task->host.forget_errants();
        const Told told = task->put(made);
        for (const auto& errant : task->host.errants()) reported.insert(offsets.at(errant.record_index));
        if (told.code == SINKWAY_OK) return task;
        if (told.code == SINKWAY_FENCED) break;
        if (told.code != SINKWAY_RETRIABLE) {
          ADD_FAILURE() << told.code << " " << told.reason;
          return nullptr;
        }
      }
      replace_owner = true;
    }
    ADD_FAILURE() << "the batch is never done";
    return nullptr;
  }

  void add(SampleBatch& made, std::size_t n) const {
    const Record& record = log[n];
    const sinkway_value key = made.object({{"id", value_of(SINKWAY_INT64, record.key)}});
    std::vector<std::pair<std::string, sinkway_value>> fields{{"note", text_value(made.keep(record.note))}};
    fields.emplace_back("tm", record.partial ? sinkway_value{} : value_of(SINKWAY_INT64, record.tm));
    made.add("weather", 0, static_cast<std::int64_t>(n), record.deletes ? value_of(SINKWAY_NULL) : made.object(fields), key);
  }

  std::mt19937 random;
  std::string mode;
  Entries config;
  Model model;
  std::vector<Record> log;
  bool replace_owner = false;
  CuttingProxy proxy;
  RivalSession rival;
};

TEST_F(TableSinkProperty, EveryRecordIsAppliedOnceInOrderWhateverHappens) {
  const char* wanted = std::getenv("SINKWAY_SEEDS");
  const unsigned seeds = wanted == nullptr ? 20 : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
  const char* first = std::getenv("SINKWAY_FIRST_SEED");
  const unsigned from = first == nullptr ? 1 : static_cast<unsigned>(std::strtoul(first, nullptr, 10));
  for (unsigned seed = from; seed < from + seeds && !HasFatalFailure() && !HasNonfatalFailure(); ++seed) story(seed);
}

}  // namespace
}  // namespace sinkway::test
