#include "plugins/table/rows/binder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using test::column;
using test::int64_value;
using test::null_value;

std::string columns_of(const Binding& binding) {
  std::string names;
  for (const BoundColumn& bound : binding.columns) names += (names.empty() ? "" : " ") + bound.column->name;
  return names;
}

class BinderTest : public testing::Test {
 protected:
  const sinkway_record* record(const std::vector<std::string>& fields, const std::vector<sinkway_value>& values) {
    return arena.record(null_value(), arena.object(arena.shape(fields), values));
  }
  Table table = test::weather_table();
  test::ValueArena arena;
  RowFault fault;
};

TEST_F(BinderTest, FieldsGoIntoTheColumnsOfTheirNamesInTheOrderOfTheTable) {
  Binder binder(table, {});
  const Binding* binding = binder.bind(plain_row(*record({"TM", "id", "Humidity"}, {null_value(), int64_value(1), null_value()})),
                                       fault);
  ASSERT_NE(binding, nullptr);
  EXPECT_EQ(columns_of(*binding), "id humidity tm");
  EXPECT_EQ(binding->columns[0].field, 1U);
  EXPECT_TRUE(binding->identity.empty());
}

TEST_F(BinderTest, OneShapeIsBoundOnce) {
  Binder binder(table, {});
  const auto* shape = arena.shape({"id"});
  const auto* other = arena.shape({"tm"});
  const auto* first = arena.record(null_value(), arena.object(shape, {int64_value(1)}));
  const auto* second = arena.record(null_value(), arena.object(other, {null_value()}));
  const Binding* binding = binder.bind(plain_row(*first), fault);
  EXPECT_EQ(binder.bind(plain_row(*first), fault), binding);
  EXPECT_NE(binder.bind(plain_row(*second), fault), binding);
  EXPECT_EQ(binder.bind(plain_row(*first), fault), binding);
}

TEST_F(BinderTest, ParametersOfAStatementTakeWhatTheyNameAndARowToRemoveKeepsThemAll) {
  BindingRules rules;
  rules.is_statement = true;
  rules.key_mode = KeyMode::kafka;
  rules.fields.unmatched = Unmatched::ignore;
  rules.fields.metadata = {{Metadata::offset, "temperature"}, {Metadata::topic, "nowhere"}};
  Binder binder(table, rules);
  const auto* made = record({"id", "wind", "location"}, {int64_value(1), int64_value(2), null_value()});
  const Binding* binding = binder.bind(plain_row(*made), fault);
  ASSERT_NE(binding, nullptr);
  EXPECT_EQ(columns_of(*binding), "id location temperature");
  Row row = plain_row(*made);
  row.operation = Operation::remove;
  binding = binder.bind(row, fault);
  ASSERT_NE(binding, nullptr);
  EXPECT_EQ(columns_of(*binding), "id location temperature");
  EXPECT_EQ(binding->columns[2].source, Source::offset);
}

TEST_F(BinderTest, AFieldWithoutAColumnNamesTableFieldAndWayOut) {
  Binder binder(table, {});
  try {
    (void)binder.bind(plain_row(*record({"id", "wind"}, {int64_value(1), int64_value(2)})), fault);
    FAIL() << "no error";
  } catch (const BindingError& error) {
    EXPECT_STREQ(error.what(), "table \"public\".\"weather\" has no column for field \"wind\"");
    EXPECT_NE(error.hint().find("add the column"), std::string::npos);
  }
}

TEST_F(BinderTest, TwoFieldsForOneColumnAreRefused) {
  Binder binder(table, {});
  EXPECT_THROW((void)binder.bind(plain_row(*record({"id", "ID"}, {int64_value(1), int64_value(2)})), fault), BindingError);
}

TEST_F(BinderTest, TheServersOwnColumnsAreLeftToIt) {
  table.columns[0].identity = Identity::always;
  table.columns[1].generated = true;
  table.columns[2].identity = Identity::by_default;
  Binder binder(table, {});
  const auto* all = record({"id", "location", "temperature", "tm"},
                           {int64_value(1), int64_value(2), int64_value(3), null_value()});
  EXPECT_EQ(columns_of(*binder.bind(plain_row(*all), fault)), "temperature tm");
}

TEST_F(BinderTest, AnAbsentFieldLeavesTheColumnOutOnlyWhereItHasADefault) {
  table.columns[1].has_default = true;
  Binder binder(table, {});
  const auto* shape = arena.shape({"id", "location", "tm"});
  const auto bound = [&](const sinkway_value& location, const sinkway_value& tm) {
    return binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), location, tm}))), fault);
  };
  const Binding* all = bound(int64_value(2), null_value());
  EXPECT_EQ(columns_of(*all), "id location tm");
  EXPECT_EQ(bound(int64_value(2), test::absent_value()), all) << "without a default absent is null";
  EXPECT_EQ(bound(null_value(), null_value()), all) << "null is no default";
  const Binding* without = bound(test::absent_value(), null_value());
  EXPECT_EQ(columns_of(*without), "id tm");
  EXPECT_EQ(bound(test::absent_value(), test::absent_value()), without);
}

TEST_F(BinderTest, RecordsThatAreNoRowsAreTheirOwnFault) {
  Binder binder(table, {});
  EXPECT_EQ(binder.bind(plain_row(*arena.record(null_value(), null_value())), fault), nullptr);
  EXPECT_EQ(fault.fault, Fault::tombstone);
  EXPECT_EQ(binder.bind(plain_row(*arena.record(null_value(), arena.text("x"))), fault), nullptr);
  EXPECT_EQ(fault.fault, Fault::not_a_struct);
  EXPECT_EQ(binder.bind(plain_row(*record({}, {})), fault), nullptr);
  EXPECT_EQ(fault.fault, Fault::no_fields);
}

TEST_F(BinderTest, ThePrimaryKeyIsKnownOnlyWhenAllOfItIsBound) {
  table.primary_key = {"tm", "id"};
  Binder binder(table, {});
  const Binding* whole = binder.bind(plain_row(*record({"id", "location", "tm"}, {null_value(), null_value(), null_value()})),
                                     fault);
  EXPECT_EQ(whole->identity, (std::vector<std::size_t>{2, 0}));
  EXPECT_TRUE(binder.bind(plain_row(*record({"id"}, {null_value()})), fault)->identity.empty());
}

TEST_F(BinderTest, ThePrimitiveKeyOfARecordGoesIntoTheColumnOfPkFields) {
  Binder binder(table, {KeyMode::record_key, {"id"}});
  const auto* one = arena.record(arena.text("A_1"),
                                 arena.object(arena.shape({"id", "tm"}), {int64_value(7), null_value()}));
  const Binding* binding = binder.bind(plain_row(*one), fault);
  ASSERT_EQ(columns_of(*binding), "id tm");
  sinkway_value scratch;
  EXPECT_EQ(value_of(*binding, binding->columns[0], plain_row(*one), scratch).tag, SINKWAY_STRING)
      << "the key wins over a field of its name";
  EXPECT_THROW((void)Binder(table, {KeyMode::record_key, {}}).bind(plain_row(*one), fault), BindingError);
}

TEST_F(BinderTest, FieldsOfTheKeyAreTakenAsPkFieldsNamesThem) {
  const auto* one = arena.record(arena.object(arena.shape({"id", "location"}), {int64_value(1), int64_value(2)}),
                                 arena.object(arena.shape({"tm"}), {null_value()}));
  EXPECT_EQ(columns_of(*Binder(table, {KeyMode::record_key, {"location"}}).bind(plain_row(*one), fault)), "location tm");
  EXPECT_THROW((void)Binder(table, {KeyMode::record_key, {"nothing"}}).bind(plain_row(*one), fault), BindingError);
  Binder all(table, {KeyMode::record_key, {}});
  const Binding* binding = all.bind(plain_row(*one), fault);
  ASSERT_EQ(columns_of(*binding), "id location tm");
  sinkway_value scratch;
  EXPECT_EQ(value_of(*binding, binding->columns[1], plain_row(*one), scratch).as.integer, 2);
}

TEST_F(BinderTest, HeadersOfTheNamesOfPkFieldsAreTheKeyAndTheLastOfANameCounts) {
  Binder binder(table, {KeyMode::record_header, {"id", "location"}});
  sinkway_record one = *record({"tm"}, {null_value()});
  const auto header = [&](std::string_view name, std::string_view value) {
    return sinkway_header{{name.data(), name.size()}, arena.text(value), nullptr};
  };
  const std::array headers{header("id", "old"), header("id", "new"), header("other", "x")};
  one.headers = headers.data();
  one.header_count = headers.size();
  const Row row = plain_row(one);
  const Binding* binding = binder.bind(row, fault);
  ASSERT_EQ(columns_of(*binding), "id location tm");
  sinkway_value scratch;
  EXPECT_EQ(std::string(value_of(*binding, binding->columns[0], row, scratch).as.text, 3), "new");
  EXPECT_LE(value_of(*binding, binding->columns[1], row, scratch).tag, SINKWAY_NULL) << "it has no such header";
  EXPECT_THROW((void)Binder(table, {KeyMode::record_header, {"nothing"}}).bind(row, fault), BindingError);
}

TEST_F(BinderTest, CoordinatesOfKafkaAreThoseOfTheMessage) {
  table.columns = {column("__connect_topic", oid::kText, "text"), column("part", oid::kInt4, "integer"),
                   column("__connect_offset", oid::kInt8, "bigint"),
                   column("id", oid::kInt8, "bigint")};
  Binder binder(table, {KeyMode::kafka, {"__connect_topic", "part"}});
  const auto* one = arena.record(null_value(), arena.object(arena.shape({"id"}), {int64_value(5)}), 42);
  const Binding* binding = binder.bind(plain_row(*one), fault);
  ASSERT_EQ(columns_of(*binding), "__connect_topic part __connect_offset id");
  sinkway_value scratch;
  EXPECT_EQ(std::string(value_of(*binding, binding->columns[0], plain_row(*one), scratch).as.text, 7), "weather");
  EXPECT_EQ(value_of(*binding, binding->columns[1], plain_row(*one), scratch).as.integer, 3);
  EXPECT_EQ(value_of(*binding, binding->columns[2], plain_row(*one), scratch).as.integer, 42);
}

}  // namespace
}  // namespace sinkway::table
