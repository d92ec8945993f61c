#include "plugins/table/statements/ddl.hpp"

#include <gtest/gtest.h>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

class Ddl : public testing::Test {
 protected:
  Row row(const std::vector<std::string>& names, const std::vector<sinkway_value>& values,
          sinkway_value key = test::null_value()) {
    return plain_row(*arena.record(key, arena.object(arena.shape(names), values)));
  }
  static std::string columns_of(const WantedTable& wanted) {
    std::string text;
    for (const WantedColumn& column : wanted.columns)
      text += column.name + " " + column.type + (column.not_null ? "!" : "") + "; ";
    return text;
  }
  test::ValueArena arena;
};

TEST_F(Ddl, ValuesWithoutASchemaAskForTheTypeThatHoldsThem) {
  const Row made = row({"a", "b", "c", "d", "e"}, {test::int64_value(1), test::float64_value(1.5), arena.text("x"),
                                                   test::null_value(), arena.object(arena.shape({"x"}), {test::null_value()})});
  EXPECT_EQ(columns_of(wanted_table(made, {})), "a bigint; b double precision; c text; d text; e jsonb; ");
  BindingRules flat;
  flat.fields.nested = Nested::flatten;
  flat.fields.renamed = {{"a", "first"}};
  EXPECT_EQ(columns_of(wanted_table(made, flat)), "first bigint; b double precision; c text; d text; e_x text; ");
}

TEST_F(Ddl, ArraysOfOneTypeAreArraysAndWhatHasPartsIsJson) {
  sinkway_schema json = test::ValueArena::field_of(SINKWAY_STRING), map = test::ValueArena::field_of(SINKWAY_MAP);
  json.name = {"io.debezium.data.Json", 21};
  const auto type_of_many = [](const sinkway_schema& element) {
    sinkway_schema many = test::ValueArena::field_of(SINKWAY_ARRAY);
    many.element_schema = &element;
    return sql_type(test::null_value(), &many);
  };
  EXPECT_EQ(type_of_many(test::ValueArena::field_of(SINKWAY_INT32)), "integer[]");
  EXPECT_EQ(type_of_many(json), "jsonb[]") << "each is text that spells JSON";
  EXPECT_EQ(type_of_many(map), "jsonb");
}

TEST_F(Ddl, HintsTellTypes) {
  const auto type_of = [](Reading hint, int tag, std::string_view name = "") {
    sinkway_schema schema = test::ValueArena::field_of(tag);
    schema.name = {name.data(), name.size()};
    return sql_type(test::null_value(), &schema, hint);
  };
  EXPECT_EQ(type_of(Reading::unsigned_number, SINKWAY_INT8), "smallint");
  EXPECT_EQ(type_of(Reading::unsigned_number, SINKWAY_INT16), "integer");
  EXPECT_EQ(type_of(Reading::unsigned_number, SINKWAY_INT32), "bigint");
  EXPECT_EQ(type_of(Reading::unsigned_number, SINKWAY_INT64), "numeric");
  EXPECT_EQ(type_of(Reading::unsigned_number, SINKWAY_STRING), "text");
  EXPECT_EQ(type_of(Reading::epoch_ms, SINKWAY_INT64), "timestamptz");
  EXPECT_EQ(type_of(Reading::epoch_ms, SINKWAY_INT32, "org.apache.kafka.connect.data.Date"), "date");
  EXPECT_EQ(type_of(Reading::epoch_ms, SINKWAY_BOOL), "boolean");
  EXPECT_EQ(type_of(Reading::hex, SINKWAY_STRING), "bytea");
  sinkway_schema declared = test::ValueArena::field_of(SINKWAY_INT64);
  const sinkway_value zero = test::int64_value(0);
  declared.default_value = &zero;
  BindingRules rules;
  ColumnOptions options;
  options.hints = {{"seen", "epoch_ms"}};
  rules.columns = std::make_shared<ColumnRules>(options);
  const Row made = plain_row(*arena.record(test::null_value(), arena.object(arena.declared({"seen"}, {declared}), {test::null_value()})));
  EXPECT_EQ(wanted_table(made, rules).columns.front().default_sql, "") << "0 is no timestamp";
}

TEST_F(Ddl, TheKeyComesFirstAndIsRequired) {
  const Row made = row({"note"}, {arena.text("x")}, arena.object(arena.shape({"id", "part"}), {arena.text("k"), test::int64_value(1)}));
  const WantedTable wanted = wanted_table(made, {.key_mode = KeyMode::record_key});
  EXPECT_EQ(columns_of(wanted), "id text!; part bigint!; note text; ");
  const DdlPlan plan = plan_create({"s", "t"}, wanted);
  EXPECT_EQ(plan.statements, (std::vector<std::string>{
      R"(CREATE TABLE IF NOT EXISTS "s"."t" ("id" text NOT NULL, "part" bigint NOT NULL, "note" text, PRIMARY KEY ("id", "part")))"}));
  EXPECT_EQ(columns_of(wanted_table(made, {.key_mode = KeyMode::kafka})),
            "__connect_topic text!; __connect_partition integer!; __connect_offset bigint!; note text; ");
  EXPECT_EQ(columns_of(wanted_table(made, {.key_mode = KeyMode::record_value, .key_fields = {"note"}})), "note text!; ");
}

TEST_F(Ddl, NamesThatPostgresWouldCutAreRefused) {
  const std::string longest(63, 'x'), longer(64, 'x');
  EXPECT_TRUE(plan_create({"", longest}, wanted_table(row({longest}, {arena.text("v")}), {})).refused.empty());
  EXPECT_EQ(plan_create({"", longer}, wanted_table(row({longer}, {arena.text("v")}), {})).refused.size(), 2U);
  EXPECT_TRUE(plan_create({"", longer}, wanted_table(row({longer}, {arena.text("v")}), {})).statements.empty());
  EXPECT_FALSE(plan_create({"", "t"}, {}).refused.empty());
}

TEST_F(Ddl, OnlyMissingColumnsAreAddedAndNeverRequired) {
  const Table table = test::weather_table();
  const DdlPlan plan = plan_add(table, {{{"ID", "text"}, {"wind", "real", true}, {"rain", "real", true, "'0'"}}, {}});
  EXPECT_EQ(plan.statements, (std::vector<std::string>{
      R"(ALTER TABLE "public"."weather" ADD COLUMN IF NOT EXISTS "wind" real)",
      R"(ALTER TABLE "public"."weather" ADD COLUMN IF NOT EXISTS "rain" real DEFAULT '0' NOT NULL)"}));
  Table view = table;
  view.kind = TableKind::view;
  EXPECT_FALSE(plan_add(view, {{{"wind", "real"}}, {}}).refused.empty());
}

TEST_F(Ddl, WideningThatRewritesTheTableMustBeAllowed) {
  Table table = test::weather_table();
  table.columns = {test::column("n", oid::kInt4, "integer"), test::column("r", oid::kFloat4, "real")};
  const WantedTable wanted{{{"n", "bigint"}, {"r", "double precision"}}, {}};
  EXPECT_EQ(plan_widen(table, wanted, {.widen = true}).refused.size(), 2U);
  const DdlPlan plan = plan_widen(table, wanted, {.widen = true, .rewrite = true});
  EXPECT_EQ(plan.statements, (std::vector<std::string>{
      R"(ALTER TABLE "public"."weather" ALTER COLUMN "n" TYPE bigint)",
      R"(ALTER TABLE "public"."weather" ALTER COLUMN "r" TYPE double precision)"}));
  EXPECT_TRUE(plan_widen(table, {{{"n", "smallint"}, {"r", "text"}}, {}}, {.widen = true}).statements.empty());
}

TEST_F(Ddl, WhatEveryRecordAsksForIsKnownBeforeTheFirst) {
  BindingRules rules{.key_mode = KeyMode::kafka};
  rules.fields.metadata = {{Metadata::timestamp, "seen"}};
  rules.fields.unmatched = Unmatched::remainder;
  rules.fields.remainder_column = "rest";
  EXPECT_EQ(columns_of(wanted_always(rules)),
            "__connect_topic text!; __connect_partition integer!; __connect_offset bigint!; seen timestamptz; rest jsonb; ");
  EXPECT_EQ(columns_of(wanted_always({.key_mode = KeyMode::record_header, .key_fields = {"place"}})), "place text!; ");
  EXPECT_EQ(columns_of(wanted_always({.key_mode = KeyMode::record_key, .key_fields = {"id"}})), "");
}

TEST_F(Ddl, OnlyWhatTheRulesAllowIsPlanned) {
  Table table = test::weather_table();
  table.columns = {test::column("n", oid::kInt4, "integer"), test::column("note", oid::kVarchar, "character varying", 9)};
  table.columns[0].not_null = true;
  const WantedTable wanted{{{"n", "bigint"}, {"wind", "real"}}, {}};
  EXPECT_TRUE(plan_fit(table, wanted, {}).statements.empty());
  EXPECT_EQ(plan_fit(table, wanted, {.add = true}).statements.size(), 1U);
  EXPECT_EQ(plan_fit(table, wanted, {.add = true, .widen = true}).statements.size(), 1U);
  EXPECT_TRUE(plan_fit(table, wanted, {.add = true, .widen = true}).refused.empty()) << "the value stays its record's fault";
  EXPECT_EQ(plan_fit(table, wanted, {.add = true, .widen = true, .rewrite = true}).statements.size(), 2U);
  EXPECT_TRUE(plan_lengthen(table, "note", {}).statements.empty());
  EXPECT_EQ(plan_lengthen(table, "note", {.widen = true}).statements.size(), 1U);
  EXPECT_TRUE(plan_lengthen(table, "n", {.widen = true}).statements.empty());
  EXPECT_TRUE(plan_relax(table, "n", {}).statements.empty());
  EXPECT_EQ(plan_relax(table, "n", {.relax = true}).statements.size(), 1U);
  EXPECT_TRUE(plan_relax(table, "note", {.relax = true}).statements.empty());
}

TEST_F(Ddl, AKeyKeepsItsNotNull) {
  Table table = test::weather_table();
  table.primary_key = {"id"};
  EXPECT_FALSE(plan_relax(table, table.columns[0]).refused.empty());
  EXPECT_EQ(plan_relax(table, table.columns[1]).statements.front(),
            R"(ALTER TABLE "public"."weather" ALTER COLUMN "location" DROP NOT NULL)");
}

}  // namespace
}  // namespace sinkway::table
