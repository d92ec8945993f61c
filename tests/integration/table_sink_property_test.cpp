// Random operations with random faults in every mode, on one topic or two, compared with a model of the tables that applies each
// record once, in order. SINKWAY_SEEDS says how many stories (default 20); a story that fails prints its seed.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "tests/integration/table_sink_world.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/rival_session.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::text_value;
using sdk::testing::value_of;

struct Record {
  std::string topic;
  std::int64_t key = 0;
  bool deletes = false;
  bool bad = false;         // the table refuses it, or the column cannot hold it
  bool unreadable = false;  // the host cannot convert it
  bool partial = false;     // without tm
  std::string note;
  std::int64_t tm = 0;
};

// Topic, key, note, tm.
using Row = std::tuple<std::string, std::int64_t, std::string, std::int64_t>;

// What the tables must hold.
class Model {
 public:
  void put(const std::string& topic, std::int64_t key, std::string note, std::int64_t tm) {
    keyed_[{topic, key}] = {std::move(note), tm};
  }
  void apply(const Record& record, const std::string& mode) {
    if (record.unreadable || (record.bad && !record.deletes)) return;
    const std::int64_t tm = record.partial ? -1 : record.tm;
    if (mode == "insert") return (void)rows_.insert({record.topic, record.key, record.note, tm});
    const auto row = keyed_.find({record.topic, record.key});
    if (record.deletes) {
      if (row != keyed_.end()) keyed_.erase(row);
      return;
    }
    if (row == keyed_.end()) {
      if (mode != "update") put(record.topic, record.key, record.note, tm);
      return;
    }
    if (mode == "insert_ignore" || (mode == "upsert_if_newer" && record.tm < row->second.second)) return;
    row->second.first = record.note;
    if (!record.partial) row->second.second = record.tm;
  }
  [[nodiscard]] std::multiset<Row> rows() const {
    std::multiset<Row> all = rows_;
    for (const auto& [key, row] : keyed_) all.insert({key.first, key.second, row.first, row.second});
    return all;
  }

 private:
  std::map<std::pair<std::string, std::int64_t>, std::pair<std::string, std::int64_t>> keyed_;
  std::multiset<Row> rows_;  // insert.mode=insert
};

// What a statement is answered when the fuse blows: a full disk, no memory, a crash, and what rivals cause.
constexpr std::array kCodes = {"53100", "53200", "57P01", "40001", "40P01", "57014", "55P03", "58030"};

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
    mode = std::vector<std::string>{"insert", "upsert", "update", "insert_ignore", "upsert_if_newer", "merge"}[random() % 6];
    const bool staged = random() % 2 == 0;
    topics = random() % 3 == 0 ? std::vector<std::string>{"weather", "sea"} : std::vector<std::string>{"weather"};
    most_keys = random() % 4 == 0 ? 600 : 6;
    rival.join();
    client.run("DROP TABLE IF EXISTS weather, sea, sinkway_offsets, letters");
    model = {};
    log.clear();
    for (const std::string& name : topics) {
      client.run("CREATE TABLE " + name + " (id bigint" + (mode == "insert" ? "" : " PRIMARY KEY") +
                 ", note varchar(20) CHECK (note <> 'refused'), tm bigint DEFAULT -1)");
      if (mode == "insert") continue;
      client.run("INSERT INTO " + name + " SELECT n, 'before', 0 FROM generate_series(0, 2) n");
      for (std::int64_t key = 0; key < 3; ++key) model.put(name, key, "before", 0);
    }
    config = {{"insert.mode", mode}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"upsert.fields", "present"},
              {"delete.enabled", mode == "insert" ? "false" : "true"}, {"upsert.newer.column", "tm"}, {"copy.min.rows", staged ? "1" : "100000"},
              {"dlq.table", "letters"}, {"lock.timeout.ms", "200"}, {"statement.timeout.ms", random() % 3 == 0 ? "100" : "0"},
              {"session.settings", std::string("deadlock_timeout=10ms,fuse.code=") + kCodes[random() % kCodes.size()] +
                                       (random() % 3 == 0 ? ",default_transaction_isolation=repeatable read" : "")}};
    SinkTask* task = &open_all();
    planned = nullptr;
    more_records();
    for (std::size_t batches = 2 + random() % 5, from = 0; batches > 0; --batches) {
      const std::size_t to = log.size();
      if (batches > 1) more_records();
      if (random() % 2 == 0) disturb();
      task = deliver(task, from, to);
      ASSERT_NE(task, nullptr);
      from = to;
    }
    rival.join();
    for (const Record& record : log) model.apply(record, mode);
    const std::string story = "seed " + std::to_string(seed) + ", mode " + mode + (staged ? ", staged" : "");
    EXPECT_EQ(table_rows(), model.rows()) << story;
    EXPECT_EQ(client.number("SELECT count(*) FROM sinkway_offsets WHERE next_offset = " + std::to_string(log.size())),
              static_cast<long>(topics.size())) << story;
    expect_letters(story);
    sorted_ahead += task->host.total("sinkway_table_batches_ahead_total", "outcome=used");
    end_tasks();
  }

  double sorted_ahead = 0;  // batches, by the last task of each story

 private:
  void more_records() {
    const unsigned most = random() % 5 == 0 ? 1'500 : 25;
    for (unsigned n = 1 + random() % most; n > 0; --n) log.push_back(make_record());
  }

  SinkTask& open_all() {
    SinkTask& task = make_task(config, proxied());
    for (const std::string& name : topics) {
      Told told = task.open(topic(name));
      for (int tries = 0; told.code == SINKWAY_RETRIABLE && tries < 10; ++tries) told = task.open(topic(name));  // as the host does it
      EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    }
    return task;
  }

  [[nodiscard]] std::multiset<Row> table_rows() {
    std::multiset<Row> rows;
    for (const std::string& name : topics)
      for (const auto& row : client.rows("SELECT id, note, tm FROM " + name))
        rows.insert({name, std::stoll(row[0]), row[1], row[2] == "<null>" ? -1 : std::stoll(row[2])});
    return rows;
  }

  // Each once: all that could not be read, and of the bad ones those that no later record of their key stands for.
  void expect_letters(const std::string& story) {
    std::set<std::int64_t> must, may, got;
    for (std::size_t n = 0; n < log.size(); ++n) {
      const bool refused = log[n].bad && !log[n].deletes;
      if (log[n].unreadable || (refused && mode == "insert")) must.insert(static_cast<std::int64_t>(n));
      if (log[n].unreadable || refused) may.insert(static_cast<std::int64_t>(n));
    }
    for (const auto& row : client.rows("SELECT topic, record_offset FROM letters")) {
      const std::int64_t offset = std::stoll(row[1]);
      EXPECT_TRUE(got.insert(offset).second) << story << ": two letters of " << offset;
      EXPECT_TRUE(may.contains(offset)) << story << ": a letter of the good record " << offset;
      EXPECT_EQ(row[0], log.at(static_cast<std::size_t>(offset)).topic) << story;
    }
    EXPECT_TRUE(std::ranges::includes(got, must)) << story << ": letters are missing";
  }

  Record make_record() {
    Record record;
    record.topic = topics[random() % topics.size()];
    record.key = static_cast<std::int64_t>(random() % most_keys);
    record.tm = static_cast<std::int64_t>(random() % 50);
    record.unreadable = random() % 20 == 0;
    record.deletes = mode != "insert" && random() % 5 == 0;
    record.partial = !record.deletes && mode != "upsert_if_newer" && random() % 4 == 0;
    record.bad = !record.deletes && random() % 8 == 0;
    record.note = !record.bad ? "n" + std::to_string(log.size()) : random() % 2 == 0 ? "refused" : "much too long for the column";
    return record;
  }

  // Something happens to the server, or to what lies between.
  void disturb() {
    switch (random() % 11) {
      case 10: return proxy.cut_within(static_cast<long>(random() % 20'000));
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
  // Records [from, to). What comes behind them is known meanwhile, mostly.
  SinkTask* deliver(SinkTask* task, std::size_t from, std::size_t to) {
    const std::size_t begin = from;
    const bool is_seen = to < log.size() && random() % 4 != 0;
    const SampleBatch* const forecast = std::exchange(planned, is_seen ? &batch_of(to, log.size(), {}) : nullptr);
    for (int tries = 0; tries < 40; ++tries) {
      if (std::exchange(replace_owner, false)) {
        task = &open_all();
        from = static_cast<std::size_t>(task->partitions[0].next_offset);
        if (from == to) return task;
      }
      const bool as_planned = forecast != nullptr && from == begin && tries == 0;
      std::set<std::size_t> reported;
      for (int again = 0; again < 40; ++again) {
        const std::vector<std::size_t> offsets = offsets_of(from, to, reported);
        task->host.forget_errants();
        const Told told = task->put(as_planned && again == 0 ? *forecast : batch_of(from, to, reported), planned);
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

  // Of the records that can be read.
  [[nodiscard]] std::vector<std::size_t> offsets_of(std::size_t from, std::size_t to, const std::set<std::size_t>& reported) const {
    std::vector<std::size_t> offsets;
    for (std::size_t n = from; n < to; ++n)
      if (!reported.contains(n) && !log[n].unreadable) offsets.push_back(n);
    return offsets;
  }

  SampleBatch& batch_of(std::size_t from, std::size_t to, const std::set<std::size_t>& reported) {
    SampleBatch& made = batch();
    for (const std::size_t n : offsets_of(from, to, reported)) add(made, n);
    for (std::size_t n = from; n < to; ++n)
      if (log[n].unreadable && !reported.contains(n)) made.add_unconverted(log[n].topic, 0, static_cast<std::int64_t>(n));
    for (const std::string& name : topics) made.cover(name, 0, static_cast<std::int64_t>(from), static_cast<std::int64_t>(to));
    return made;
  }

  void add(SampleBatch& made, std::size_t n) const {
    const Record& record = log[n];
    const sinkway_value key = made.object({{"id", value_of(SINKWAY_INT64, record.key)}});
    std::vector<std::pair<std::string, sinkway_value>> fields{{"note", text_value(made.keep(record.note))}};
    fields.emplace_back("tm", record.partial ? sinkway_value{} : value_of(SINKWAY_INT64, record.tm));
    made.add(record.topic, 0, static_cast<std::int64_t>(n), record.deletes ? value_of(SINKWAY_NULL) : made.object(fields), key);
  }

  std::mt19937 random;
  std::string mode;
  std::vector<std::string> topics;  // and tables
  std::uint64_t most_keys = 6;
  Entries config;
  Model model;
  std::vector<Record> log;
  const SampleBatch* planned = nullptr;  // what was said to come next
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
  EXPECT_TRUE(sorted_ahead > 0 || seeds < 20) << "no batch was ever sorted ahead";
}

}  // namespace
}  // namespace sinkway::test
