// Exactly once: positions and rows in one transaction, whoever else is there and whatever is lost on the way.
#include "tests/integration/table_sink_world.hpp"
#include "tests/support/cutting_proxy.hpp"

namespace sinkway::test {
namespace {

TEST_F(TableSinkTest, writes_rows_and_their_position_together) {
  make_notes();
  SinkTask& task = open_task();
  EXPECT_EQ(task.partitions[0].next_offset, 0);
  EXPECT_EQ(task.partitions[0].epoch, 1);
  for (const auto& [first, count] : {std::pair(0L, 1), std::pair(1L, 50), std::pair(51L, 10'000)}) {
    const Told told = task.put(notes(first, count));
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(position(), first + count);
  }
  EXPECT_EQ(counts(), std::pair(10'051L, 10'051L));
  EXPECT_EQ(task.host.recorded("sinkway_table_rows_total"), (std::vector<double>{1, 50, 10'000}));
  EXPECT_EQ(task.host.recorded("sinkway_table_transactions_total").size(), 3u);
  EXPECT_EQ(task.host.recorded("sinkway_table_commit_seconds").size(), 3u);
}

TEST_F(TableSinkTest, begins_where_the_host_says_only_when_it_has_no_position_of_its_own) {
  make_notes();
  SinkTask& first = make_task();
  ASSERT_EQ(first.open(topic(), {0, 3}, 40).code, SINKWAY_OK);
  EXPECT_EQ(first.partitions[1].next_offset, 40);
  ASSERT_EQ(first.put(notes(40, 5)).code, SINKWAY_OK);
  SinkTask& second = make_task();
  ASSERT_EQ(second.open(topic(), {0, 3}, 7).code, SINKWAY_OK);
  EXPECT_EQ(second.partitions[0].next_offset, 45);
  EXPECT_EQ(second.partitions[0].epoch, 2);
  EXPECT_EQ(second.partitions[1].next_offset, 40);
}

TEST_F(TableSinkTest, begins_nowhere_without_a_row_when_only_the_database_may_say_where) {
  make_notes();
  SinkTask& first = make_task({{"offsets.start", "db"}});
  const Told told = first.open(topic());
  EXPECT_EQ(told.code, SINKWAY_FATAL);
  EXPECT_NE(told.reason.find("weather-0"), std::string::npos) << told.reason;
  EXPECT_EQ(client.number("SELECT count(*) FROM sinkway_offsets"), 0) << "nothing may be made by the attempt";
  ASSERT_EQ(open_task().put(notes(0, 10)).code, SINKWAY_OK);
  SinkTask& second = open_task({{"offsets.start", "db"}});
  EXPECT_EQ(second.partitions[0].next_offset, 10);
  EXPECT_EQ(second.put(notes(10, 10)).code, SINKWAY_OK);
  SinkTask& pooled = open_task({{"offsets.start", "db"}, {"connection.pooled", "true"}});
  EXPECT_EQ(pooled.put(notes(20, 10)).code, SINKWAY_OK);
  EXPECT_EQ(second.put(notes(30, 10)).code, SINKWAY_FENCED);
  EXPECT_EQ(counts(), std::pair(30L, 30L));
}

TEST_F(TableSinkTest, leaves_out_records_that_come_again) {
  make_notes();
  SinkTask& task = open_task();
  SampleBatch& once = notes(0, 10);
  ASSERT_EQ(task.put(once).code, SINKWAY_OK);
  EXPECT_EQ(task.put(once).code, SINKWAY_OK);
  EXPECT_EQ(task.put(notes(5, 10)).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(15L, 15L));
  EXPECT_EQ(position(), 15);
}

TEST_F(TableSinkTest, moves_the_position_of_a_batch_without_records) {
  make_notes();
  SinkTask& task = open_task();
  SampleBatch& filtered = batch();
  filtered.cover("weather", 0, 0, 70);
  ASSERT_EQ(task.put(filtered).code, SINKWAY_OK);
  EXPECT_EQ(position(), 70);
  EXPECT_EQ(counts().first, 0);
}

TEST_F(TableSinkTest, fences_the_owner_that_was_replaced) {
  make_notes();
  SinkTask& zombie = open_task();
  ASSERT_EQ(zombie.put(notes(0, 10)).code, SINKWAY_OK);
  SinkTask& owner = open_task();
  EXPECT_EQ(owner.partitions[0].next_offset, 10);
  EXPECT_EQ(zombie.put(notes(10, 10)).code, SINKWAY_FENCED);
  EXPECT_EQ(counts().first, 10);
  EXPECT_EQ(owner.put(notes(10, 10)).code, SINKWAY_OK);
  EXPECT_EQ(zombie.put(notes(10, 10)).code, SINKWAY_FENCED);
  EXPECT_EQ(counts(), std::pair(20L, 20L));
}

TEST_F(TableSinkTest, is_fenced_when_one_of_several_partitions_has_another_owner) {
  make_notes();
  SinkTask& task = make_task();
  ASSERT_EQ(task.open(topic(), {0, 1}).code, SINKWAY_OK);
  SinkTask& thief = make_task();
  ASSERT_EQ(thief.open(topic(), {1}).code, SINKWAY_OK);
  SampleBatch& both = notes(0, 5);
  both.add("weather", 1, 0, note(both, 100));
  both.cover("weather", 1, 0, 1);
  EXPECT_EQ(task.put(both).code, SINKWAY_FENCED);
  EXPECT_EQ(counts().first, 0);
  EXPECT_EQ(position(0), 0);
}

TEST_F(TableSinkTest, is_fenced_when_its_position_was_reset_even_to_the_same_number) {
  make_notes();
  SinkTask& task = open_task();
  client.run("UPDATE sinkway_offsets SET next_offset = 0, epoch = epoch + 1");
  EXPECT_EQ(task.put(notes(0, 5)).code, SINKWAY_FENCED);
  EXPECT_EQ(counts().first, 0);
}

TEST_F(TableSinkTest, refuses_a_batch_of_another_assignment_and_one_behind_a_gap) {
  make_notes();
  SinkTask& task = open_task();
  EXPECT_EQ(task.put(notes(3, 5)).code, SINKWAY_FENCED);
  SampleBatch& late = batch();
  late.cover("weather", 0, 0, 5, 99);
  EXPECT_EQ(task.put(late).code, SINKWAY_FENCED);
  EXPECT_EQ(position(), 0);
}

TEST_F(TableSinkTest, never_acquires_for_an_assignment_that_is_over) {
  make_notes();
  SinkTask& owner = open_task();
  SinkTask& late = make_task();
  late.host.behaviour.is_current = false;
  EXPECT_EQ(late.open(topic()).code, SINKWAY_RETRIABLE);
  EXPECT_EQ(owner.put(notes(0, 5)).code, SINKWAY_OK);
}

TEST_F(TableSinkTest, takes_over_from_an_owner_that_is_frozen_inside_a_transaction) {
  make_notes();
  (void)open_task();
  // A predecessor that holds its row and says nothing more.
  PostgresClient frozen(uri());
  frozen.run("UPDATE sinkway_offsets SET pid = pg_backend_pid(), backend_start = "
             "(SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())");
  frozen.run("BEGIN; UPDATE sinkway_offsets SET next_offset = 77");
  SinkTask& next = make_task();
  ASSERT_EQ(next.open(topic()).code, SINKWAY_OK);
  EXPECT_EQ(next.partitions[0].next_offset, 0);
  EXPECT_THROW(frozen.run("COMMIT"), std::runtime_error);
  EXPECT_EQ(client.number("SELECT 1"), 1) << "only the frozen owner may be ended";
  EXPECT_EQ(next.put(notes(0, 5)).code, SINKWAY_OK);
}

TEST_F(TableSinkTest, names_the_connection_that_took_the_place_of_the_one_that_acquired) {
  make_notes();
  SinkTask& task = open_task();
  const std::string ours = "pg_stat_activity a WHERE application_name = 'sinkway " + schema + "'";
  ASSERT_EQ(client.number("SELECT count(pg_terminate_backend(pid)) FROM " + ours), 1);
  // Only so can a next owner end it when it freezes.
  const std::string named = "SELECT count(*) FROM " + ours + " AND EXISTS (SELECT FROM sinkway_offsets o WHERE o.pid = a.pid AND "
                            "o.backend_start = a.backend_start)";
  SampleBatch& made = notes(0, 5);
  EXPECT_EQ(task.put(made).code, SINKWAY_RETRIABLE);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.number(named), 1);
  // The one that acquired had the same number before the server was started again.
  client.run("UPDATE sinkway_offsets SET backend_start = pg_postmaster_start_time() - interval '1 day'");
  ASSERT_EQ(task.put(notes(5, 5)).code, SINKWAY_OK);
  EXPECT_EQ(client.number(named), 1);
}

TEST_F(TableSinkTest, waits_for_a_stranger_that_holds_the_row_and_says_so) {
  make_notes();
  (void)open_task();
  PostgresClient stranger(uri());
  stranger.run("UPDATE sinkway_offsets SET pid = 0");
  stranger.run("BEGIN; SELECT * FROM sinkway_offsets FOR UPDATE");
  SinkTask& next = make_task();
  EXPECT_EQ(next.open(topic()).code, SINKWAY_RETRIABLE);
  stranger.run("COMMIT");
  EXPECT_EQ(next.open(topic()).code, SINKWAY_OK);
}

TEST_F(TableSinkTest, SessionsGetTheirSettingsAndTheirSql) {
  make_notes(", tenant text DEFAULT current_setting('app.tenant'), app text DEFAULT current_setting('work_mem')");
  SinkTask& task = open_task({{"session.settings", "app.tenant=north"}, {"init.sql", "SET work_mem = '7MB'"}});
  ASSERT_EQ(task.put(notes(0, 1)).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT tenant, app FROM weather"), (std::vector<std::vector<std::string>>{{"north", "7MB"}}));
}

TEST_F(TableSinkTest, has_no_doubts_of_a_commit_that_was_not_sent) {
  make_notes();
  CuttingProxy proxy(static_cast<std::uint16_t>(client.number("SHOW port")), "SELECT 1 / CASE");
  SinkTask& task = open_task({{"copy.min.rows", "1"}}, with_parameter(uri(), "host=127.0.0.1&sslmode=disable&gssencmode=disable&port=" +
                                                                                 std::to_string(proxy.port())));
  proxy.arm(CuttingProxy::Cut::before);
  SampleBatch& made = notes(0, 10);
  EXPECT_EQ(task.put(made).code, SINKWAY_RETRIABLE);
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(task.host.total("sinkway_table_transactions_total", "outcome=in_doubt"), 0);
  EXPECT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(10L, 10L));
}

class LostCommit : public TableSinkTest, public ::testing::WithParamInterface<CuttingProxy::Cut> {
 protected:
  LostCommit() : proxy(static_cast<std::uint16_t>(client.number("SHOW port"))) {}
  [[nodiscard]] std::string proxied() const {
    return with_parameter(uri(), "host=127.0.0.1&sslmode=disable&gssencmode=disable&port=" +
                          std::to_string(proxy.port()));
  }
  // Puts until the answer is not RETRIABLE, as the host does.
  static Told put_until_settled(SinkTask& task, SampleBatch& made) {
    Told told = task.put(made);
    for (int tries = 0; told.code == SINKWAY_RETRIABLE && tries < 20; ++tries) told = task.put(made);
    return told;
  }
  CuttingProxy proxy;
};

TEST_P(LostCommit, is_resolved_by_asking) {
  make_notes();
  SinkTask& task = open_task({}, proxied());
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(task.put(notes(round * 20, 10)).code, SINKWAY_OK);
    proxy.arm(GetParam());
    const Told told = put_until_settled(task, notes(round * 20 + 10, 10));
    ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
    EXPECT_EQ(position(), round * 20 + 20);
  }
  EXPECT_EQ(proxy.cuts(), 5);
  EXPECT_EQ(counts(), std::pair(100L, 100L));
}

TEST_P(LostCommit, is_fenced_when_another_owner_came_in_between) {
  make_notes();
  SinkTask& task = open_task({}, proxied());
  // The server is gone for this task until the other one has taken over: the doubt lives on into the next put.
  proxy.arm(GetParam());
  proxy.refuse(true);
  SampleBatch& made = notes(0, 10);
  ASSERT_EQ(task.put(made).code, SINKWAY_RETRIABLE);
  SinkTask& owner = open_task();
  proxy.refuse(false);
  EXPECT_EQ(task.put(made).code, SINKWAY_FENCED);
  EXPECT_EQ(owner.partitions[0].next_offset, GetParam() == CuttingProxy::Cut::after ? 10 : 0);
  EXPECT_EQ(put_until_settled(owner, made).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(10L, 10L));
}

// The doubt outlives the put: what was committed by then is neither written nor counted once more.
TEST_P(LostCommit, leaves_each_letter_once_when_the_server_is_away_for_a_while) {
  make_notes(", CHECK (id <> 3)");
  SinkTask& task = open_task({{"dlq.table", "letters"}}, proxied());
  proxy.arm(GetParam());
  proxy.refuse(true);
  ASSERT_EQ(task.put(notes(0, 10)).code, SINKWAY_RETRIABLE);
  proxy.refuse(false);
  SampleBatch& rest = batch();  // as the host puts it again, without what was reported
  for (int i = 0; i < 10; ++i)
    if (i != 3) rest.add("weather", 0, i, note(rest, i));
  rest.cover("weather", 0, 0, 10);
  EXPECT_EQ(put_until_settled(task, rest).code, SINKWAY_OK);
  EXPECT_EQ(put_until_settled(task, notes(10, 10)).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(19L, 19L));
  EXPECT_EQ(client.number("SELECT count(*) FROM letters"), 1);
  EXPECT_EQ(task.host.total("sinkway_table_rows_total", "outcome=written"), 19);
  EXPECT_EQ(task.host.total("sinkway_table_transactions_total", "outcome=in_doubt"), 1);
}

INSTANTIATE_TEST_SUITE_P(cut, LostCommit, ::testing::Values(CuttingProxy::Cut::before, CuttingProxy::Cut::after));

TEST_F(TableSinkTest, keeps_no_positions_when_it_delivers_at_least_once) {
  make_notes();
  SinkTask& task = open_task({{"delivery", "at_least_once"}});
  EXPECT_EQ(task.put(notes(0, 10)).code, SINKWAY_OK);
  EXPECT_EQ(task.put(notes(0, 10)).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(20L, 10L));
  EXPECT_EQ(client.cell("SELECT to_regclass('sinkway_offsets')"), "<null>");
  const auto* extension = static_cast<const sinkway_exactly_once*>(task.extension(SINKWAY_EXT_EXACTLY_ONCE));
  EXPECT_TRUE(extension == nullptr || extension->active == 0);
}

TEST_F(TableSinkTest, says_that_it_keeps_positions) {
  make_notes();
  const auto* extension = static_cast<const sinkway_exactly_once*>(open_task().extension(SINKWAY_EXT_EXACTLY_ONCE));
  ASSERT_NE(extension, nullptr);
  EXPECT_EQ(extension->active, 1);
}

TEST_F(TableSinkTest, writes_several_topics_and_tables_in_one_transaction) {
  client.run("CREATE TABLE weather (id bigint, note text); CREATE TABLE storms (id bigint, note text)");
  SinkTask& task = make_task();
  ASSERT_EQ(task.open(topic("weather"), {0}).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("storms"), {0}).code, SINKWAY_OK);
  SampleBatch& mixed = batch();
  for (int i = 0; i < 50; ++i) mixed.add(i % 3 == 0 ? "storms" : "weather", 0, i, note(mixed, i));
  mixed.cover("weather", 0, 0, 50);
  mixed.cover("storms", 0, 0, 50);
  const Told told = task.put(mixed);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts("weather").first, 33);
  EXPECT_EQ(counts("storms").first, 17);
  EXPECT_EQ(client.number("SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM weather UNION ALL SELECT xmin FROM "
                          "storms) all_rows"), 1);
}

TEST_F(TableSinkTest, lets_tasks_share_the_offsets_table_and_make_it_at_once) {
  make_notes();
  const sinkway_string* name = topic();
  std::deque<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    SinkTask& task = make_task();
    threads.emplace_back([&, i] {
      const Told told = task.open(name, {i});
      good += told.code == SINKWAY_OK ? 1 : 0;
      EXPECT_EQ(told.code, SINKWAY_OK) << told.reason;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(client.number("SELECT count(*) FROM sinkway_offsets"), 8);
}

TEST_F(TableSinkTest, works_behind_a_pooler) {
  make_notes();
  SinkTask& task = open_task({{"connection.pooled", "true"}});
  ASSERT_EQ(task.put(notes(0, 10)).code, SINKWAY_OK);
  ASSERT_EQ(task.put(notes(10, 5000)).code, SINKWAY_OK);
  EXPECT_EQ(counts(), std::pair(5010L, 5010L));
  EXPECT_EQ(client.cell("SELECT pid FROM sinkway_offsets"), "<null>") << "nobody may end a process that is shared";
}

TEST_F(TableSinkTest, finds_the_table_of_a_topic_with_dots_or_of_another_case) {
  client.run("CREATE TABLE \"a.b\" (id bigint, note text); CREATE TABLE storms (id bigint, note text)");
  SinkTask& task = make_task();
  ASSERT_EQ(task.open(topic("a.b"), {0}).code, SINKWAY_OK);
  ASSERT_EQ(task.open(topic("Storms"), {0}).code, SINKWAY_OK);
  const std::string whole = schema + ".storms";
  ASSERT_EQ(task.open(topic(whole), {0}).code, SINKWAY_OK);
  SampleBatch& made = batch();
  for (const std::string& name : {std::string("a.b"), std::string("Storms"), whole}) {
    made.add(name, 0, 0, note(made, 1));
    made.cover(name, 0, 0, 1);
  }
  const Told told = task.put(made);
  ASSERT_EQ(told.code, SINKWAY_OK) << told.reason;
  EXPECT_EQ(counts("\"a.b\"").first, 1);
  EXPECT_EQ(counts("storms").first, 2);
}

TEST_F(TableSinkTest, tells_converters_what_its_table_has) {
  client.run("CREATE TABLE weather (id bigint, note text, made int GENERATED ALWAYS AS (1) STORED, t double "
             "precision)");
  SinkTask& task = open_task();
  const auto* source = static_cast<const sinkway_schema_hint_source*>(task.extension(SINKWAY_EXT_SCHEMA_HINT));
  ASSERT_NE(source, nullptr);
  sinkway_schema_hint hint{};
  hint.struct_size = sizeof(hint);
  const FakeHost::Call call(task.host);
  ASSERT_EQ(source->get_hint(task.raw(), sdk::lend("weather"), &hint), 1);
  ASSERT_EQ(hint.column_count, 3u);
  EXPECT_EQ(sdk::view(hint.columns[2].name), "t");
  EXPECT_EQ(hint.columns[2].tag, SINKWAY_FLOAT64);
}

TEST_F(TableSinkTest, tells_converters_only_of_columns_for_fields) {
  client.run("CREATE TABLE weather (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kafka_offset bigint, note text, gone boolean);"
             "CREATE TABLE rain (topic text, part int, place bigint, note text, id bigint GENERATED ALWAYS AS IDENTITY)");
  const auto names = [&](SinkTask& task, std::string_view table) {
    const auto* source = static_cast<const sinkway_schema_hint_source*>(task.extension(SINKWAY_EXT_SCHEMA_HINT));
    sinkway_schema_hint hint{};
    hint.struct_size = sizeof(hint);
    const FakeHost::Call call(task.host);
    std::vector<std::string> found;
    if (source->get_hint(task.raw(), sdk::lend(table), &hint) == 1)
      for (std::size_t n = 0; n < hint.column_count; ++n) found.emplace_back(sdk::view(hint.columns[n].name));
    return found;
  };
  SinkTask& keyed = open_task({{"insert.mode", "upsert"}, {"pk.mode", "record_value"}, {"pk.fields", "id"}, {"delete.enabled", "true"},
                               {"soft.delete.column", "GONE"}, {"metadata.columns", "offset:kafka_offset"}});
  EXPECT_EQ(names(keyed, "weather"), (std::vector<std::string>{"id", "note"})) << "an identity that is the key is the record's";
  SinkTask& placed = make_task({{"insert.mode", "upsert"}, {"pk.mode", "kafka"}, {"pk.fields", "topic,part,place"}, {"table.name.format", "rain"}});
  EXPECT_EQ(names(placed, "rain"), std::vector<std::string>{"note"});
}

}  // namespace
}  // namespace sinkway::test
