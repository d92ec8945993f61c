// The table sink as a loaded plugin before a real PostgreSQL: what its integration tests work with.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_sink.h"
#include "plugins/sdk/testing/fake_host.hpp"
#include "plugins/sdk/testing/sample_batch.hpp"
#include "tests/support/postgres_client.hpp"

namespace sinkway::test {

using sdk::testing::FakeHost;
using sdk::testing::SampleBatch;
using Entries = sdk::Config::Entries;

// The descriptor out of the shared library that SINKWAY_TABLE_PLUGIN names.
inline const sinkway_descriptor& table_sink() {
  static const sinkway_descriptor* const kDescriptor = [] {
    void* library = dlopen(SINKWAY_TABLE_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    const auto* entry = static_cast<const sinkway_entry*>(dlsym(library, SINKWAY_ENTRY_SYMBOL));
    if (entry == nullptr || entry->init() != 1) throw std::runtime_error("the plugin has no entry");
    return entry->descriptor_at(0);
  }();
  return *kDescriptor;
}

struct Told {
  int code = -1;
  std::string reason, hint, id;
  std::size_t record = SINKWAY_NO_RECORD;
};

// One task with its own host, called from one thread at a time.
class SinkTask {
 public:
  SinkTask(const std::string& connector, Entries config) : host(connector, 0, std::move(config)) {
    const FakeHost::Call call(host);
    task_ = table_sink().create_task(&table_sink(), host.get());
  }
  ~SinkTask() {
    {
      const FakeHost::Call call(host);
      task_->stop(task_);
      task_->destroy(task_);
    }
    host.ended();
    EXPECT_EQ(host.violations(), std::vector<std::string>());
  }

  Told start() {
    return told(0, false, [&](sinkway_outcome* out) { task_->start(task_, out); });
  }
  Told open(const sinkway_string* topic, std::vector<std::int32_t> numbers = {0}, std::int64_t host_start = 0,
            std::uint64_t generation = 1) {
    partitions.clear();
    for (const auto number : numbers) partitions.push_back({topic, number, 0, generation, host_start, host_start, 0});
    return told(0, false, [&](sinkway_outcome* out) { task_->open(task_, partitions.data(), partitions.size(), out); });
  }
  // `next` waits behind it meanwhile; it has its number from now on.
  Told put(const SampleBatch& batch, const SampleBatch* next = nullptr) {
    const sinkway_batch view = batch.view(sequence_of(batch));
    host.next_is(next == nullptr ? std::nullopt : std::optional(next->view(sequence_of(*next))));
    return told(view.record_count, true, [&](sinkway_outcome* out) { task_->put(task_, &view, out); });
  }
  // As the host does it: RETRIABLE comes again, less what was reported.
  Told close(const std::vector<sinkway_position>& positions, bool lost = false) {
    return told(0, false, [&](sinkway_outcome* out) { task_->close(task_, positions.data(), positions.size(), lost ? 1 :
                                                                   0, out); });
  }
  [[nodiscard]] const void* extension(std::string_view id) {
    const FakeHost::Call call(host);
    return task_->get_extension(task_, sdk::lend(id));
  }
  [[nodiscard]] sinkway_task* raw() { return task_; }

  FakeHost host;
  std::vector<sinkway_open_partition> partitions;  // of the last open, filled

 private:
  template <typename Body>
  Told told(std::size_t records, bool is_put, Body body) {
    sinkway_outcome out{sizeof(sinkway_outcome), -1, {}, {}, {}, -1, SINKWAY_NO_RECORD};
    const FakeHost::Call call(host, records, is_put);
    body(&out);
    return {out.code, std::string(sdk::view(out.reason)), std::string(sdk::view(out.hint)),
            std::string(sdk::view(out.error_id)),
            out.record_index};
  }

  std::uint64_t sequence_of(const SampleBatch& batch) { return sequences_.try_emplace(&batch, sequences_.size() + 1).first->second; }

  sinkway_task* task_ = nullptr;
  std::map<const SampleBatch*, std::uint64_t> sequences_;
};

// What the connector of the plugin says of a configuration.
struct Validated {
  using Lines = std::vector<std::pair<std::string, std::string>>;
  Lines findings, notes;  // option, text
  std::vector<std::string> log;
  [[nodiscard]] std::vector<std::string> warnings() const {
    std::vector<std::string> found;
    for (const std::string& line : log)
      if (line.starts_with("WARN")) found.push_back(line);
    return found;
  }
};

// Makes a connector for one question, as the host does it.
template <typename Question>
std::vector<std::string> with_connector(const std::string& name, Entries config, Question question) {
  FakeHost host(name, -1, std::move(config));
  {
    const FakeHost::Call call(host);
    sinkway_connector* connector = table_sink().create_connector(&table_sink(), host.get());
    question(*connector);
    connector->destroy(connector);
  }
  host.ended();
  EXPECT_EQ(host.violations(), std::vector<std::string>());
  return host.log_lines();
}

inline Validated validated(Entries config) {
  Validated all;
  const auto take = [](void* data, const sinkway_finding* finding) {
    static_cast<Validated::Lines*>(data)->emplace_back(sdk::view(finding->key), sdk::view(finding->message));
  };
  all.log = with_connector("validated", std::move(config), [&](sinkway_connector& connector) {
    const sinkway_finding_list findings{&all.findings, take}, notes{&all.notes, take};
    sinkway_outcome out{sizeof(sinkway_outcome), -1, {}, {}, {}, -1, SINKWAY_NO_RECORD};
    connector.validate(&connector, &findings, &out);
    EXPECT_EQ(out.code, SINKWAY_OK) << sdk::view(out.reason);
    const void* extension = connector.get_extension(&connector, sdk::lend(SINKWAY_EXT_NOTES));
    static_cast<const sinkway_notes*>(extension)->tell(&connector, &notes, &out);
    EXPECT_EQ(out.code, SINKWAY_OK) << sdk::view(out.reason);
  });
  return all;
}

// The answer to a question; of a refusal its reason.
inline std::string asked(const std::string& name, Entries config, std::string_view question, std::string_view argument,
                         bool changes = false) {
  std::string answer;
  (void)with_connector(name, std::move(config), [&](sinkway_connector& connector) {
    const void* extension = connector.get_extension(&connector, sdk::lend(SINKWAY_EXT_QUERY));
    const sinkway_text_sink text{&answer, [](void* data, sinkway_string told) {
                                   static_cast<std::string*>(data)->assign(told.data, told.size);
                                 }};
    sinkway_outcome out{sizeof(sinkway_outcome), -1, {}, {}, {}, -1, SINKWAY_NO_RECORD};
    static_cast<const sinkway_query*>(extension)->ask(&connector, sdk::lend(question), changes ? 1 : 0, sdk::lend(argument), &text, &out);
    if (out.code != SINKWAY_OK) answer = "refused: " + std::string(sdk::view(out.reason));
  });
  return answer;
}

// A role without rights, dropped with the test.
struct Role {
  Role(PostgresClient& client_in, std::string name_in) : client(client_in), name(std::move(name_in)) {
    client.run("CREATE ROLE " + name + " LOGIN PASSWORD 'a-secret'");
  }
  ~Role() {
    client.run("DROP OWNED BY " + name);
    client.run("DROP ROLE " + name);
  }
  Role(const Role&) = delete;
  Role& operator=(const Role&) = delete;
  PostgresClient& client;
  std::string name;
};

// A schema of its own for each test, dropped at its end.
class TableSinkTest : public ::testing::Test {
 protected:
  TableSinkTest() : client(postgres_uri()) {
    client.run("CREATE SCHEMA " + schema);
    client.run("SET search_path = " + schema);
  }
  ~TableSinkTest() override {
    tasks_.clear();
    client.run("DROP SCHEMA " + schema + " CASCADE");
  }

  [[nodiscard]] std::string uri() const { return with_parameter(postgres_uri(), "options=-csearch_path%3D" + schema); }
  // A task that has started.
  SinkTask& make_task(Entries more = {}, std::optional<std::string> url = std::nullopt) {
    Entries config{{"connection.url", url.value_or(uri())}};
    for (auto& entry : more) config.push_back(std::move(entry));
    SinkTask& task = *tasks_.emplace_back(std::make_unique<SinkTask>(schema, std::move(config)));
    const Told told = task.start();
    EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    return task;
  }
  // The same with partition 0 of the topic open.
  SinkTask& open_task(Entries more = {}, std::optional<std::string> url = std::nullopt) {
    SinkTask& task = make_task(std::move(more), std::move(url));
    const Told told = task.open(topic(), {0});
    EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    return task;
  }

  // The options by which a task logs in so.
  static Entries as(const Role& role) { return {{"connection.user", role.name}, {"connection.password", "a-secret"}}; }

  // Ends every task, and with it its connection.
  void end_tasks() { tasks_.clear(); }

  // Topic names and shapes live as long as the test, as a host keeps them as long as the task.
  [[nodiscard]] const sinkway_string* topic(std::string_view name = "weather") { return names_.intern(name); }
  SampleBatch& batch() { return batches_.emplace_back(); }
  // Rows {id, note} for the offsets [first, first + count) of a partition; the id is the offset unless `id` says
  // otherwise.
  SampleBatch& notes(std::int64_t first, int count, std::int32_t partition = 0, std::string_view name = "weather") {
    SampleBatch& made = batch();
    for (int i = 0; i < count; ++i) made.add(name, partition, first + i, note(made, first + i));
    made.cover(name, partition, first, first + count);
    return made;
  }
  static sinkway_value note(SampleBatch& made, std::int64_t id, std::string_view text = "fine") {
    return made.object({{"id", sdk::testing::value_of(SINKWAY_INT64, id)},
                        {"note", sdk::testing::text_value(made.keep(std::string(text)))}});
  }
  // Notes of which those in `bad` have the id of a row that exists already.
  SampleBatch& with_duplicates(int count, const std::set<std::size_t>& bad) {
    SampleBatch& made = batch();
    for (int i = 0; i < count; ++i) made.add("weather", 0, i,
                                             note(made, bad.contains(static_cast<std::size_t>(i)) ? -1 : i,
                                                  "private words"));
    made.cover("weather", 0, 0, count);
    return made;
  }
  // Positions in the batch of the records that were reported, each once and without what it says.
  static std::set<std::size_t> reported(SinkTask& task) {
    std::set<std::size_t> records;
    for (const auto& errant : task.host.errants()) {
      EXPECT_TRUE(records.insert(errant.record_index).second) << "reported twice";
      EXPECT_EQ(errant.stage, "TASK_PUT");
      EXPECT_EQ(errant.reason.find("private"), std::string::npos) << errant.reason;
      EXPECT_FALSE(errant.error_id.empty());
    }
    return records;
  }
  // Every `step`th number below `count`, beginning with `from`.
  static std::set<std::size_t> every(int step, int count, int from) {
    std::set<std::size_t> bad;
    for (int i = from; i < count; i += step) bad.insert(static_cast<std::size_t>(i));
    return bad;
  }
  // Puts the batch: these records of `count` are reported, all others are rows.
  void expect_isolated(SinkTask& task, SampleBatch& made, int count, const std::set<std::size_t>& bad) {
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(reported(task), bad);
    EXPECT_EQ(client.number("SELECT count(*) FROM weather WHERE id >= 0"), count - static_cast<long>(bad.size()));
    EXPECT_EQ(counts().first, counts().second);
    EXPECT_EQ(position(), count);
  }
  void make_notes(const std::string& more = "") { client.run("CREATE TABLE weather (id bigint, note varchar(20)" +
                                                             more + ")"); }
  [[nodiscard]] std::pair<long, long> counts(const std::string& table = "weather") {
    const auto row = client.rows("SELECT count(*), count(DISTINCT id) FROM " + table).at(0);
    return {std::stol(row[0]), std::stol(row[1])};
  }
  [[nodiscard]] long position(std::int32_t partition = 0) {
    return client.number("SELECT next_offset FROM sinkway_offsets WHERE connector = '" + schema + "' AND part = " +
                         std::to_string(partition));
  }

  const std::string schema = "sinkway_test_" + std::to_string(getpid()) + "_" + std::to_string(counter_++);
  PostgresClient client;

 private:
  static inline int counter_ = 0;
  SampleBatch names_;
  std::deque<SampleBatch> batches_;
  std::deque<std::unique_ptr<SinkTask>> tasks_;
};

}  // namespace sinkway::test
