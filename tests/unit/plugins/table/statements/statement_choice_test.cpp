#include "plugins/table/statements/statement_choice.hpp"

#include <gtest/gtest.h>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

constexpr std::size_t kMinRows = 4'000;

class WriterChoice : public testing::Test {
 protected:
  Writer choose(std::size_t rows) {
    Binding binding;
    for (const Column& one : table.columns) binding.columns.push_back({&one, type_of(one), Source::value_field, 0});
    RowGroup group;
    group.table = &table;
    group.binding = &binding;
    return choose_writer(group, rows, kMinRows);
  }
  Table table = test::weather_table();
};

TEST_F(WriterChoice, ArraysBelowTheThresholdCopyFromItOn) {
  EXPECT_EQ(choose(1), Writer::arrays);
  EXPECT_EQ(choose(kMinRows - 1), Writer::arrays);
  EXPECT_EQ(choose(kMinRows), Writer::copy_binary);
}

TEST_F(WriterChoice, OneColumnWithoutABinaryFormMakesTheWholeTableText) {
  table.columns.push_back(test::column("address", 869, "inet"));
  EXPECT_EQ(choose(kMinRows), Writer::copy_text);
  EXPECT_EQ(choose(1), Writer::arrays);
}

TEST_F(WriterChoice, CopyIsNeverChosenWhereItWouldMakeAnotherRow) {
  const Table plain = table;
  const auto expect_arrays = [&](auto change, const char* what) {
    table = plain;
    change(table);
    EXPECT_EQ(choose(1'000'000), Writer::arrays) << what;
  };
  expect_arrays([](Table& changed) { changed.kind = TableKind::view; }, "view");
  expect_arrays([](Table& changed) { changed.kind = TableKind::foreign; }, "foreign table");
  expect_arrays([](Table& changed) { changed.has_rules = true; }, "rules");
  expect_arrays([](Table& changed) { changed.row_security = true; }, "row level security");
  expect_arrays([](Table& changed) { changed.columns[0].identity = Identity::always; }, "GENERATED ALWAYS identity");
  table = plain;
  table.kind = TableKind::partitioned;
  EXPECT_EQ(choose(kMinRows), Writer::copy_binary);
}

TEST(StatementChoice, TheFartherTheServerTheMoreRowsStagingNeeds) {
  using std::chrono::microseconds;
  EXPECT_EQ(staging_threshold(4'000, microseconds(0)), 4'000U);
  EXPECT_EQ(staging_threshold(4'000, microseconds(100)), 4'250U);
  EXPECT_EQ(staging_threshold(4'000, microseconds(2'000)), 9'000U);
  EXPECT_EQ(staging_threshold(4'000, microseconds(10'000'000)), 50'000U);
  EXPECT_EQ(staging_threshold(1'000'000, microseconds(10'000'000)), 1'000'000U);
}

}  // namespace
}  // namespace sinkway::table
