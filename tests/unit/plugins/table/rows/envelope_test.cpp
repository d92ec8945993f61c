#include "plugins/table/rows/envelope.hpp"

#include <gtest/gtest.h>

#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using Events = EnvelopeRules::Events;

class EnvelopeTest : public testing::Test {
 protected:
  const sinkway_record* event(std::string_view op, sinkway_value before, sinkway_value after) {
    return arena.record(test::null_value(), arena.object(shape, {arena.text(op), before, after}));
  }
  sinkway_value body() { return arena.object(inner, {test::int64_value(1)}); }
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"op", "before", "after"});
  const sinkway_shape* inner = arena.shape({"id"});
  RowFault fault;
};

TEST_F(EnvelopeTest, TheOperationTellsWhichSideCounts) {
  Envelope envelope({.events = Events::always, .deletes = true, .truncates = true});
  for (const char* op : {"c", "r", "u"}) {
    const auto row = envelope.row_of(*event(op, test::null_value(), body()), 3, fault);
    ASSERT_TRUE(row) << op;
    EXPECT_EQ(row->operation, Operation::put);
    EXPECT_EQ(row->body->shape, inner);
    EXPECT_EQ(row->index, 3U);
  }
  const auto removed = envelope.row_of(*event("d", body(), test::null_value()), 0, fault);
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->operation, Operation::remove);
  EXPECT_EQ(removed->body->shape, inner);
  EXPECT_EQ(envelope.row_of(*event("t", test::null_value(), test::null_value()), 0, fault)->operation, Operation::truncate);
}

TEST_F(EnvelopeTest, WhatAsksForNothingIsPassedOver) {
  Envelope envelope({.events = Events::always});
  for (const auto* record : {event("d", body(), test::null_value()), event("t", test::null_value(), test::null_value()),
                             event("m", test::null_value(), test::null_value()),
                             arena.record(test::null_value(), test::null_value())}) {
    EXPECT_FALSE(envelope.row_of(*record, 0, fault));
    EXPECT_EQ(fault.fault, Fault::none);
  }
}

TEST_F(EnvelopeTest, WhatIsNoEventIsAFaultOnlyWhereAllMustBe) {
  const auto* plain = arena.record(test::null_value(), body());
  Envelope always({.events = Events::always});
  EXPECT_FALSE(always.row_of(*plain, 0, fault));
  EXPECT_EQ(fault.fault, Fault::no_event);
  EXPECT_FALSE(always.row_of(*event("u", body(), test::null_value()), 0, fault));
  EXPECT_EQ(fault.fault, Fault::no_event);
  EXPECT_FALSE(always.row_of(*event("?", body(), body()), 0, fault));
  EXPECT_EQ(fault.fault, Fault::no_event);
  Envelope automatic({.events = Events::automatic});
  EXPECT_EQ(automatic.row_of(*plain, 0, fault)->body->shape, inner);
  Envelope none({});
  EXPECT_EQ(none.row_of(*event("c", body(), body()), 0, fault)->body->shape, shape);
}

// A host that has met many shapes gives schemaless records one that has all their names.
TEST_F(EnvelopeTest, ARecordWhoseShapeHasMoreNamesIsAnEventOnlyByWhatItHas) {
  const auto* wide = arena.shape({"id", "op", "before", "after"});
  const auto record = [&](sinkway_value id, sinkway_value op, sinkway_value after) {
    return arena.record(test::null_value(), arena.object(wide, {id, op, test::absent_value(), after}));
  };
  Envelope automatic({.events = Events::automatic});
  for (const auto& op : {test::absent_value(), arena.text("c")}) {
    const auto plain = automatic.row_of(*record(test::int64_value(1), op, test::absent_value()), 0, fault);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->body->shape, wide);
  }
  const auto event = automatic.row_of(*record(test::absent_value(), arena.text("c"), body()), 0, fault);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->body->shape, inner);
}

TEST_F(EnvelopeTest, AFieldMayTellADelete) {
  Envelope envelope({.deletes = true, .operation_field = "what", .delete_values = {"gone"}});
  const auto* flat = arena.shape({"id", "what"});
  const auto record = [&](std::string_view what) {
    return arena.record(test::null_value(), arena.object(flat, {test::int64_value(1), arena.text(what)}));
  };
  EXPECT_EQ(envelope.row_of(*record("gone"), 0, fault)->operation, Operation::remove);
  EXPECT_EQ(envelope.row_of(*record("here"), 0, fault)->operation, Operation::put);
  Envelope numbers({.deletes = true, .operation_field = "what", .delete_values = {"3"}});
  const auto counted = [&](std::int64_t what) {
    return arena.record(test::null_value(), arena.object(flat, {test::int64_value(1), test::int64_value(what)}));
  };
  EXPECT_EQ(numbers.row_of(*counted(3), 0, fault)->operation, Operation::remove);
  EXPECT_EQ(numbers.row_of(*counted(2), 0, fault)->operation, Operation::put);
}

TEST_F(EnvelopeTest, ATombstoneDeletesOnlyWhereDeletesAreOn) {
  const auto* tombstone = arena.record(arena.text("k"), test::null_value());
  EXPECT_EQ(Envelope({.deletes = true}).row_of(*tombstone, 0, fault)->operation, Operation::remove);
  EXPECT_EQ(Envelope({}).row_of(*tombstone, 0, fault)->operation, Operation::put);
}

// Debezium's source sends one behind each delete event, whether the sink deletes or not.
TEST_F(EnvelopeTest, ATombstoneAmongChangeEventsAsksForNothingUnlessItHasAKeyToDelete) {
  const auto* tombstone = arena.record(arena.text("k"), test::null_value());
  constexpr auto kEvents = EnvelopeRules::Events::automatic;
  EXPECT_FALSE(Envelope({.events = kEvents}).row_of(*tombstone, 0, fault));
  EXPECT_FALSE(Envelope({.events = kEvents, .deletes = true, .key_is_in_value = true}).row_of(*tombstone, 0, fault));
  EXPECT_EQ(Envelope({.events = kEvents, .deletes = true}).row_of(*tombstone, 0, fault)->operation, Operation::remove);
  EXPECT_EQ(fault.fault, Fault::none);
}

}  // namespace
}  // namespace sinkway::table
