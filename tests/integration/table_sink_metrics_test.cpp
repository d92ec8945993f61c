// What the table sink counts and measures, each series by its cause.
#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::value_of;

class SinkSeries : public TableSinkTest {
 protected:
  [[nodiscard]] static double rows(SinkTask& task, const std::string& label) { return task.host.total("sinkway_table_rows_total", label); }
  static std::size_t measured(SinkTask& task, const std::string& name) { return task.host.recorded(name).size(); }
  // Notes with these ids by their keys; a negative one is the delete of its key.
  SampleBatch& changes(std::initializer_list<std::int64_t> ids, std::int64_t offset) {
    SampleBatch& made = batch();
    std::int64_t next = offset;
    for (const std::int64_t id : ids) {
      const sinkway_value key = made.object({{"id", value_of(SINKWAY_INT64, id < 0 ? -id : id)}});
      made.add("weather", 0, next++, id < 0 ? value_of(SINKWAY_NULL) : note(made, id, id == 7 ? "longer than the column holds" : "fine"), key);
    }
    made.cover("weather", 0, offset, next);
    return made;
  }
  const Entries keyed{{"insert.mode", "upsert"}, {"pk.mode", "record_key"}, {"pk.fields", "id"}, {"delete.enabled", "true"}};
};

TEST_F(SinkSeries, TellRowsByTableOperationAndOutcome) {
  make_notes(", PRIMARY KEY (id)");
  client.run("INSERT INTO weather VALUES (4, 'old')");
  SinkTask& task = open_task(keyed);
  SampleBatch& made = changes({1, 2, 2, 3, -4, 7}, 0);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(rows(task, "operation=upsert"), 3);
  EXPECT_EQ(rows(task, "operation=delete"), 1);
  EXPECT_EQ(rows(task, "outcome=written"), 4);
  EXPECT_EQ(rows(task, "outcome=folded"), 1);
  EXPECT_EQ(rows(task, "outcome=errant"), 1);
  EXPECT_EQ(rows(task, "table=" + schema + ".weather"), 6) << "the errant and the folded one too";
  EXPECT_EQ(task.host.recorded("sinkway_table_transaction_rows"), std::vector<double>{4});
  EXPECT_EQ(task.host.total("sinkway_table_transactions_total", "outcome=committed"), 1);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(rows(task, ""), 6) << "nothing of what was applied is counted again";
}

TEST_F(SinkSeries, TellHowLongEachStepTakesAndWhichWayItWent) {
  make_notes(", PRIMARY KEY (id)");
  Entries options = keyed;
  options.emplace_back("copy.min.rows", "3");
  SinkTask& task = open_task(options);
  ASSERT_EQ(task.put(changes({1, 2, 3}, 0)).code, SINKWAY_OK);
  EXPECT_EQ(measured(task, "sinkway_table_copy_seconds"), 1U) << "COPY into the table";
  EXPECT_EQ(measured(task, "sinkway_table_merge_seconds"), 0U);
  ASSERT_EQ(task.put(changes({1, 2, 3}, 3)).code, SINKWAY_OK);
  EXPECT_EQ(measured(task, "sinkway_table_copy_seconds"), 2U) << "COPY into staging";
  EXPECT_EQ(measured(task, "sinkway_table_merge_seconds"), 1U);
  ASSERT_EQ(task.put(changes({1}, 6)).code, SINKWAY_OK);
  EXPECT_EQ(measured(task, "sinkway_table_copy_seconds"), 2U);
  EXPECT_EQ(measured(task, "sinkway_table_merge_seconds"), 2U) << "arrays are merged as they come";
  EXPECT_EQ(measured(task, "sinkway_table_commit_seconds"), 3U);
  for (const char* method : {"optimistic_copy", "staging", "arrays"})
    EXPECT_EQ(task.host.total("sinkway_table_statements_total", std::string("method=") + method), 1) << method;
  EXPECT_EQ(task.host.total("sinkway_table_fallbacks_total"), 1);
}

TEST_F(SinkSeries, TellRetriesByClassAndTransactionsThatWereRolledBack) {
  make_notes(", PRIMARY KEY (id), CHECK (id <> 5)");
  SinkTask& task = open_task({{"lock.timeout.ms", "50"}});
  PostgresClient rival(uri());
  rival.run("BEGIN; LOCK TABLE weather");
  SampleBatch& made = notes(0, 6);
  EXPECT_EQ(task.put(made).code, SINKWAY_RETRIABLE);
  rival.run("COMMIT");
  EXPECT_EQ(task.host.total("sinkway_table_retries_total", "class=55"), 1);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(task.host.total("sinkway_table_transactions_total", "outcome=rolled_back"), 1);
  EXPECT_EQ(rows(task, "operation=insert"), 5);
}

}  // namespace
}  // namespace sinkway::test
