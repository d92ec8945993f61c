#include "plugins/table/delivery/batch_rows.hpp"

#include <gtest/gtest.h>

#include "plugins/sdk/testing/fake_host.hpp"
#include "plugins/sdk/testing/sample_batch.hpp"

namespace sinkway::table {
namespace {

using sdk::testing::FakeHost;
using sdk::testing::SampleBatch;
using sdk::testing::text_value;
using sdk::testing::value_of;

// A catalog in memory: every topic has a table of its name with the columns id and note, save "nowhere".
struct BatchRowsTest : ::testing::Test {
  std::optional<Table> read(const std::vector<TableName>& candidates) {
    ++reads;
    const std::string& name = candidates.at(0).name;
    if (name == "nowhere") return std::nullopt;
    Table table;
    table.schema = "s";
    table.name = name;
    table.oid = name == "rain" || name == "storm" ? 7 : 8;  // two topics, one table
    Column id;
    id.name = "id";
    id.type = id.base_type = oid::kInt8;
    id.type_name = "bigint";
    Column note = id;
    note.name = "note";
    note.type = note.base_type = oid::kText;
    note.type_name = "text";
    table.columns = {id, note};
    return table;
  }
  sinkway_value row(std::int64_t id) { return made.object({{"id", value_of(SINKWAY_INT64, id)},
                                                           {"note", text_value("x")}}); }

  int reads = 0;
  Targets targets{options_with_format(), [this](const auto& candidates) { return read(candidates); }};
  SampleBatch made;
  FakeHost host{"c", 0, {}};
  TableOptions options;
  Connection connection{options, -1};
  DeadLetterTable letters{options, connection, sdk::Host(host.get())};
  ErrantRows errant{sdk::Host(host.get()), options, letters};
  SortScratch scratch;
  BatchRows rows{options, scratch};

 private:
  static TableOptions options_with_format() {
    TableOptions made_options;
    made_options.pk_mode = "none";
    return made_options;
  }
};

TEST_F(BatchRowsTest, goes_by_table_in_the_order_of_arrival) {
  for (int i = 0; i < 6; ++i) made.add(i % 3 == 0 ? "sun" : i % 3 == 1 ? "rain" : "storm", 0, i, row(i));
  const sinkway_batch raw = made.view();
  const sdk::BatchView view(raw);
  const FakeHost::Call call(host, raw.record_count, true);
  errant.begin(view);
  rows.fill(view, nullptr, targets, errant);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.target(0).name, "s.sun");
  EXPECT_EQ(rows[0].rows.size(), 2u);
  ASSERT_EQ(rows[1].rows.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(rows[1].rows[i].index, (std::vector<std::size_t>{1, 2, 4, 5})[i]);
  EXPECT_EQ(reads, 3);
  rows.fill(view, nullptr, targets, errant);
  EXPECT_EQ(reads, 3) << "the catalog is read once a topic";
  targets.forget();
  rows.fill(view, nullptr, targets, errant);
  EXPECT_EQ(reads, 6);
}

TEST_F(BatchRowsTest, leaves_out_what_was_applied_and_what_is_bad) {
  for (int i = 0; i < 4; ++i) made.add("sun", 0, i, row(i));
  made.add("sun", 0, 4, text_value("not a struct"));
  const sinkway_batch raw = made.view();
  const sdk::BatchView view(raw);
  const FakeHost::Call call(host, raw.record_count, true);
  PositionBook book;
  book.acquired("sun", 0, 1, 2, 1);
  errant.begin(view);
  rows.fill(view, &book, targets, errant);
  EXPECT_EQ(rows.skipped(), 2u);
  ASSERT_EQ(rows[0].rows.size(), 2u);
  EXPECT_EQ(rows[0].rows[0].index, 2u);
  ASSERT_EQ(host.errants().size(), 1u);
  EXPECT_EQ(host.errants()[0].record_index, 4u);

  errant.refuse(3, {"table.refused", "refused", ""});
  rows.drop(errant);
  EXPECT_EQ(rows[0].rows.size(), 1u);
  rows.fill(view, &book, targets, errant);
  EXPECT_EQ(rows[0].rows.size(), 1u);
  EXPECT_EQ(host.errants().size(), 2u) << "each record is reported once";
}

TEST_F(BatchRowsTest, says_which_record_is_bad_when_none_is_tolerated) {
  made.add("sun", 3, 77, text_value("private"));
  const sinkway_batch raw = made.view();
  const sdk::BatchView view(raw);
  const FakeHost::Call call(host, raw.record_count, true);
  host.behaviour.tolerant = false;
  errant.begin(view);
  try {
    rows.fill(view, nullptr, targets, errant);
    FAIL() << "a bad record was passed over";
  } catch (const sdk::DataError& error) {
    EXPECT_EQ(error.record_index(), 0u);
    EXPECT_EQ(std::string(error.what()).find("topic sun, partition 3, offset 77"), 0u) << error.what();
    EXPECT_EQ(std::string(error.what()).find("private"), std::string::npos);
  }
}

TEST_F(BatchRowsTest, needs_a_table_and_a_column_for_each_field) {
  made.add("nowhere", 0, 0, row(0));
  const sinkway_batch raw = made.view();
  const sdk::BatchView view(raw);
  const FakeHost::Call call(host, raw.record_count, true);
  errant.begin(view);
  EXPECT_THROW(rows.fill(view, nullptr, targets, errant), TableChanged);

  SampleBatch other;
  other.add("sun", 0, 0, other.object({{"id", value_of(SINKWAY_INT64, 1)}, {"surprise", text_value("x")}}));
  const sinkway_batch other_raw = other.view();
  const sdk::BatchView other_view(other_raw);
  errant.begin(other_view);
  EXPECT_THROW(rows.fill(other_view, nullptr, targets, errant), TableChanged);
}

}  // namespace
}  // namespace sinkway::table
