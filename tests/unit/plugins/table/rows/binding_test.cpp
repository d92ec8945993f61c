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

TEST_F(BinderTest, AFieldThatMayBeMeantForSeveralColumnsNamesThem) {
  for (const char* const name : {"Wind", "WIND"}) {
    Column twin;
    twin.name = name;
    twin.type = twin.base_type = oid::kInt8;
    table.columns.push_back(twin);
  }
  Binder binder(table, {});
  try {
    (void)binder.bind(plain_row(*record({"wind"}, {int64_value(2)})), fault);
    FAIL() << "no error";
  } catch (const BindingError& error) {
    EXPECT_STREQ(error.what(), "table \"public\".\"weather\" has no column for field \"wind\" (it may be \"Wind\" or \"WIND\", which only case "
                               "tells apart: field.rename says which)");
  }
}

TEST_F(BinderTest, TwoFieldsForOneColumnAreRefused) {
  Binder binder(table, {});
  const sinkway_schema number = test::ValueArena::field_of(SINKWAY_INT64);
  const auto* declared = arena.declared({"id", "ID"}, {number, number});
  const auto* one = arena.record(null_value(), arena.object(declared, {int64_value(1), int64_value(2)}));
  EXPECT_THROW((void)binder.bind(plain_row(*one), fault), BindingError);
}

// Who sends without a schema may send anything: others are not held up by it.
TEST_F(BinderTest, TwoFieldsForOneColumnAreTheFaultOfARecordWithoutSchema) {
  Binder binder(table, {});
  const auto* shape = arena.shape({"id", "ID", "tm"});
  const auto bound = [&](const sinkway_value& id, const sinkway_value& twin) {
    fault = {};
    return binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {id, twin, null_value()}))), fault);
  };
  EXPECT_EQ(bound(int64_value(1), int64_value(2)), nullptr);
  EXPECT_EQ(fault.fault, Fault::ambiguous);
  EXPECT_EQ(fault.column, "id");
  const Binding* first = bound(int64_value(1), test::absent_value());
  ASSERT_NE(first, nullptr) << "the other name is that of another record";
  EXPECT_EQ(first->columns[0].field, 0U);
  const Binding* second = bound(test::absent_value(), int64_value(2));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->columns[0].field, 1U);
  EXPECT_EQ(bound(int64_value(1), int64_value(2)), nullptr);
  EXPECT_EQ(bound(int64_value(1), test::absent_value()), first);
}

TEST_F(BinderTest, ANameThatNoColumnCanHaveIsTheFaultOfItsRecord) {
  BindingRules rules;
  rules.adds_columns = true;
  Binder binder(table, rules);
  for (const std::string& name : {std::string("wi\0nd", 5), std::string(64, 'w'), std::string()}) {
    fault = {};
    EXPECT_EQ(binder.bind(plain_row(*record({"id", name}, {int64_value(1), int64_value(2)})), fault), nullptr);
    EXPECT_EQ(fault.fault, Fault::unmatched);
    EXPECT_EQ(fault.column, name);
  }
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

TEST_F(BinderTest, TheKeyOfAKeyedModeMayBeAnIdentity) {
  table.columns[0].identity = table.columns[1].identity = Identity::always;
  table.primary_key = {"id"};
  BindingRules rules;
  rules.is_keyed = true;
  Binder binder(table, rules);
  const Binding* binding = binder.bind(plain_row(*record({"id", "location", "tm"}, {int64_value(1), int64_value(2), null_value()})), fault);
  EXPECT_EQ(columns_of(*binding), "id tm");
  EXPECT_EQ(binding->identity.size(), 1U);
  EXPECT_TRUE(binder.table_has_key());
}

TEST_F(BinderTest, WhatASchemalessRecordDoesNotHaveIsNoFieldOfIt) {
  for (const Unmatched unmatched : {Unmatched::fail, Unmatched::dlq, Unmatched::ignore, Unmatched::add}) {
    BindingRules rules;
    rules.is_keyed = true;
    rules.fields.unmatched = unmatched;
    Binder binder(table, rules);
    const auto* shape = arena.shape({"id", "location", "wind"});  // of many records together
    const auto bound = [&](const sinkway_value& location, const sinkway_value& wind) {
      return binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), location, wind}))), fault);
    };
    EXPECT_EQ(columns_of(*bound(arena.text("x"), test::absent_value())), "id location");
    EXPECT_EQ(columns_of(*bound(test::absent_value(), test::absent_value())), "id");
    fault = {};
    if (unmatched == Unmatched::ignore) {
      EXPECT_EQ(columns_of(*bound(null_value(), int64_value(5))), "id location");
    } else if (unmatched == Unmatched::dlq) {
      EXPECT_EQ(bound(null_value(), int64_value(5)), nullptr);
      EXPECT_EQ(fault.fault, Fault::unmatched);
      EXPECT_EQ(fault.column, "wind");
      EXPECT_NE(bound(null_value(), test::absent_value()), nullptr) << "the one before was alone at fault";
    } else {
      EXPECT_THROW((void)bound(null_value(), int64_value(5)), MissingColumns);
    }
  }
}

// Of a new row it is all one, and one statement writes more rows than many.
TEST_F(BinderTest, WhatASchemalessRecordDoesNotHaveIsNullInANewRow) {
  table.columns[2].has_default = true;
  Binder binder(table, {});
  const auto* made = record({"id", "location", "temperature"}, {int64_value(1), test::absent_value(), test::absent_value()});
  EXPECT_EQ(columns_of(*binder.bind(plain_row(*made), fault)), "id location");
}

TEST_F(BinderTest, ManyFormsOfPresentFieldsAreNotKeptForEver) {
  BindingRules rules;
  rules.is_keyed = true;
  std::vector<std::string> names;
  for (int n = 0; n < 12; ++n) {
    names.push_back("c" + std::to_string(n));
    table.columns.push_back(column(names.back(), oid::kInt8, "bigint"));
  }
  Binder binder(table, rules);
  const auto* shape = arena.shape(names);
  const auto bound = [&](int form) {
    std::vector<sinkway_value> values;
    for (int n = 0; n < 12; ++n) values.push_back((form >> n & 1) != 0 ? int64_value(n) : test::absent_value());
    return binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, values))), fault);
  };
  const Binding* const first = bound(1);
  binder.begin_batch();
  EXPECT_EQ(bound(1), first) << "a few are kept";
  for (int form = 1; form < 4'000; ++form) ASSERT_NE(bound(form), nullptr);
  EXPECT_EQ(columns_of(*bound(3)), "c0 c1");
  binder.begin_batch();
  EXPECT_EQ(columns_of(*bound(3)), "c0 c1");
}

TEST_F(BinderTest, ANullAsksForNoColumnWhereColumnsAreAdded) {
  BindingRules rules;
  rules.adds_columns = true;
  Binder binder(table, rules);
  const auto* shape = arena.shape({"id", "wind", "gust"});
  const auto bound = [&](const sinkway_value& wind, const sinkway_value& gust) {
    return binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), wind, gust}))), fault);
  };
  EXPECT_EQ(columns_of(*bound(null_value(), null_value())), "id");
  try {
    (void)bound(null_value(), int64_value(5));
    FAIL() << "no error";
  } catch (const MissingColumns& error) {
    EXPECT_EQ(error.fields(), std::vector<std::string>{"gust"});
  }
  rules.adds_columns = false;
  Binder strict(table, rules);
  EXPECT_THROW((void)strict.bind(plain_row(*record({"id", "wind"}, {int64_value(1), null_value()})), fault), MissingColumns);
}

TEST_F(BinderTest, AnUnavailableValueLeavesItsColumnOut) {
  BindingRules rules;
  rules.unavailable = "__unchanged";
  Binder binder(table, rules);
  const auto* shape = arena.shape({"id", "location", "tm"});
  const auto columns = [&](const sinkway_value& location) {
    return columns_of(*binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), location, null_value()}))), fault));
  };
  EXPECT_EQ(columns(arena.text("__unchanged")), "id tm");
  EXPECT_EQ(columns(arena.text("X191bmNoYW5nZWQ=")), "id tm") << "bytes in JSON";
  EXPECT_EQ(columns(arena.array({arena.text("__unchanged")})), "id tm");
  EXPECT_EQ(columns(arena.text("__unchangeD")), "id location tm");
  EXPECT_EQ(columns(arena.text("")), "id location tm");
  rules.unavailable = "";
  Binder none(table, rules);
  const auto* empty = record({"id", "location"}, {int64_value(1), arena.text("")});
  EXPECT_EQ(columns_of(*none.bind(plain_row(*empty), fault)), "id location");
}

TEST_F(BinderTest, ARemainderOfNothingIsLeftOutOfFieldsThatArePresent) {
  BindingRules rules;
  rules.present_fields = true;
  rules.fields.unmatched = Unmatched::remainder;
  rules.fields.remainder_column = "location";
  Binder binder(table, rules);
  const auto* shape = arena.shape({"id", "wind"});
  const auto columns = [&](const sinkway_value& wind) {
    return columns_of(*binder.bind(plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), wind}))), fault));
  };
  EXPECT_EQ(columns(int64_value(1)), "id location");
  EXPECT_EQ(columns(test::absent_value()), "id");
}

TEST_F(BinderTest, AnObjectThatIsNullIsNullInItsColumns) {
  table.columns[1].name = "at_place";
  table.columns[2].name = "at_height";
  BindingRules rules;
  rules.is_keyed = true;
  rules.fields.nested = Nested::flatten;
  Binder binder(table, rules);
  const auto* shape = arena.shape({"id", "at"});
  const auto* inner = arena.shape({"place"});
  const auto bound = [&](const sinkway_value& at) {
    const auto* made = arena.record(null_value(), arena.object(shape, {int64_value(1), at}));
    return binder.bind(plain_row(*made), fault);
  };
  EXPECT_EQ(columns_of(*bound(arena.object(inner, {arena.text("x")}))), "id at_place");
  EXPECT_EQ(columns_of(*bound(null_value())), "id at_place at_height");
  EXPECT_EQ(columns_of(*bound(test::absent_value())), "id") << "what is not there says nothing";
  EXPECT_THROW((void)bound(int64_value(3)), MissingColumns) << "it is no object, so it needs a column";
  EXPECT_THROW((void)binder.bind(plain_row(*record({"id", "wind"}, {int64_value(1), null_value()})), fault), MissingColumns);
}

TEST_F(BinderTest, AnObjectDeclaredAsSuchNeedsNoColumnWhileItIsNull) {
  BindingRules rules;
  rules.fields.nested = Nested::flatten;
  Binder binder(table, rules);
  sinkway_schema object = test::ValueArena::field_of(SINKWAY_STRUCT);
  const auto* shape = arena.declared({"id", "at"}, {test::ValueArena::field_of(SINKWAY_INT64), object});
  const auto* hollow = arena.record(null_value(), arena.object(shape, {int64_value(1), null_value()}));
  EXPECT_EQ(columns_of(*binder.bind(plain_row(*hollow), fault)), "id");
  const auto* full = arena.record(null_value(), arena.object(shape, {int64_value(1), arena.object(arena.shape({"place"}), {arena.text("x")})}));
  EXPECT_THROW((void)binder.bind(plain_row(*full), fault), MissingColumns);
}

TEST_F(BinderTest, ADefaultThatNobodyCalledForByNullStands) {
  Binder binder(table, {});
  const auto* shape = arena.declared({"id", "temperature"}, {test::ValueArena::field_of(SINKWAY_INT64), test::ValueArena::field_of(SINKWAY_INT64)});
  const auto tag_of = [&](int flags) {
    sinkway_value value = int64_value(7), scratch{};
    value.flags = static_cast<std::uint8_t>(flags);
    const Row row = plain_row(*arena.record(null_value(), arena.object(shape, {int64_value(1), value})));
    const Binding* const binding = binder.bind(row, fault);
    return static_cast<int>(value_of(*binding, binding->columns[1], row, scratch).tag);
  };
  EXPECT_EQ(tag_of(0), SINKWAY_INT64);
  EXPECT_EQ(tag_of(SINKWAY_FLAG_DEFAULT_FILLED), SINKWAY_NULL);
  EXPECT_EQ(tag_of(SINKWAY_FLAG_DEFAULT_FILLED | SINKWAY_FLAG_MISSING), SINKWAY_INT64);
}

TEST_F(BinderTest, AnAbsentFieldLeavesTheColumnOutOnlyWhereItHasADefault) {
  table.columns[1].has_default = true;
  Binder binder(table, {});
  const sinkway_schema text = test::ValueArena::field_of(SINKWAY_STRING);
  const auto* shape = arena.declared({"id", "location", "tm"}, {test::ValueArena::field_of(SINKWAY_INT64), text, text});
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
  EXPECT_EQ(Binder(table, {KeyMode::record_key, {"nothing"}}).bind(plain_row(*one), fault), nullptr);
  EXPECT_EQ(fault.fault, Fault::no_key);
  const auto* declared = arena.record(arena.object(arena.declared({"id"}, {test::ValueArena::field_of(SINKWAY_INT64)}), {int64_value(1)}),
                                      arena.object(arena.shape({"tm"}), {null_value()}));
  EXPECT_THROW((void)Binder(table, {KeyMode::record_key, {"nothing"}}).bind(plain_row(*declared), fault), BindingError);
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
