#include "plugins/table/statements/merge_sql.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

class MergeSql : public testing::Test {
 protected:
  std::string sql(const WriteRules& rules, Operation operation = Operation::put, bool fold = false) {
    const auto* record = arena.record(test::null_value(), arena.object(shape, {arena.text("A_1"), arena.text("x"), test::null_value()}));
    RowFault fault;
    RowGroup group{&table, binder.bind(plain_row(*record), fault), {}, operation, 0, fold};
    return merge_sql(group, rules, "src");
  }
  static Table keyed() {
    Table made = test::weather_table();
    made.primary_key = {"id"};
    made.columns.front().not_null = true;
    made.columns.push_back(test::column("gone", oid::kBool, "boolean"));
    return made;
  }
  Table table = keyed();
  test::ValueArena arena;
  const sinkway_shape* shape = arena.shape({"id", "location", "tm"});
  Binder binder{table, {}};
};

TEST_F(MergeSql, SaysWhatEachModeMeans) {
  const std::string insert = R"(INSERT INTO "public"."weather" AS t ("id", "location", "tm") SELECT "id", "location", "tm" FROM src AS s)";
  WriteRules rules;
  EXPECT_EQ(sql(rules), insert);
  rules.mode = InsertMode::insert_ignore;
  EXPECT_EQ(sql(rules), insert + R"( ON CONFLICT ("id") DO NOTHING)");
  rules.mode = InsertMode::upsert;
  const std::string upsert = insert + R"( ON CONFLICT ("id") DO UPDATE SET "location" = excluded."location", "tm" = excluded."tm")";
  EXPECT_EQ(sql(rules), upsert);
  rules.skip_unchanged = true;
  EXPECT_EQ(sql(rules), upsert + R"( WHERE (t."location", t."tm") IS DISTINCT FROM (excluded."location", excluded."tm"))");
  rules = {.mode = InsertMode::upsert_if_newer, .newer_column = "tm"};
  EXPECT_EQ(sql(rules), upsert + R"( WHERE (t."tm" IS NULL OR excluded."tm" >= t."tm"))");
  rules = {.mode = InsertMode::update};
  EXPECT_EQ(sql(rules), R"(UPDATE "public"."weather" AS t SET "location" = s."location", "tm" = s."tm" FROM src AS s WHERE t."id" = s."id")");
  EXPECT_EQ(sql(rules, Operation::remove), R"(DELETE FROM "public"."weather" AS t USING src AS s WHERE t."id" = s."id")");
}

TEST_F(MergeSql, ASoftDeleteMarksAndAPutTakesTheMarkAway) {
  const WriteRules rules{.mode = InsertMode::upsert, .deletes = true, .soft_delete_column = "gone"};
  EXPECT_EQ(sql(rules, Operation::remove), R"(UPDATE "public"."weather" AS t SET "gone" = true FROM src AS s WHERE t."id" = s."id")");
  EXPECT_TRUE(sql(rules).ends_with(R"("tm" = excluded."tm", "gone" = false)"));
}

TEST_F(MergeSql, FoldsOnTheServerTheRowThatCounts) {
  WriteRules rules{.mode = InsertMode::upsert};
  const auto has = [&](const std::string& text) { return sql(rules, Operation::put, true).find(text) != std::string::npos; };
  EXPECT_TRUE(has(R"(FROM (SELECT DISTINCT ON (s."id") last_value(s."id") OVER (PARTITION BY s."id" ORDER BY "_sinkway_place" DESC ROWS )"
                  R"(BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS "id", )"));
  EXPECT_TRUE(has(R"( FROM src AS s ORDER BY s."id", "_sinkway_place" DESC) AS s)"));
  rules.mode = InsertMode::insert_ignore;
  EXPECT_TRUE(has(R"((SELECT DISTINCT ON (s."id") * FROM src AS s ORDER BY s."id", "_sinkway_place") AS s)"));
  rules = {.mode = InsertMode::upsert_if_newer, .newer_column = "tm"};
  EXPECT_TRUE(has(R"(ORDER BY s."id", "tm" DESC NULLS LAST, "_sinkway_place" DESC) AS s)"));
}

// What a new row must have is asked for before a conflict is looked for (PostgreSQL manual, INSERT).
TEST_F(MergeSql, RowsThatLackWhatANewOneMustHaveAreUpdatedApart) {
  table.columns.push_back(test::column("must", oid::kInt4, "integer"));
  table.columns.back().not_null = true;
  Binder lacking{table, {}};
  const auto* record = arena.record(test::null_value(), arena.object(shape, {arena.text("A_1"), arena.text("x"), test::null_value()}));
  RowFault fault;
  const RowGroup group{&table, lacking.bind(plain_row(*record), fault), {}, Operation::put, 0, false};
  EXPECT_TRUE(lacks_required(group));
  const std::string insert = R"(INSERT INTO "public"."weather" AS t ("id", "location", "tm") SELECT "id", "location", "tm" FROM src AS s )"
                             R"(WHERE NOT EXISTS (SELECT FROM "public"."weather" AS e WHERE e."id" = s."id") ON CONFLICT ("id") DO )";
  EXPECT_EQ(merge_sql(group, {.mode = InsertMode::insert_ignore}, "src"), insert + "NOTHING");
  EXPECT_EQ(merge_sql(group, {.mode = InsertMode::upsert}, "src"),
            R"(WITH known AS (UPDATE "public"."weather" AS t SET "location" = s."location", "tm" = s."tm" FROM src AS s WHERE t."id" = )"
            R"(s."id" RETURNING 1) )" + insert + R"(UPDATE SET "location" = excluded."location", "tm" = excluded."tm")");
}

TEST_F(MergeSql, AnUpdateOfNothingIsNoStatement) {
  shape = arena.shape({"id"});
  const auto* record = arena.record(test::null_value(), arena.object(shape, {arena.text("A_1")}));
  RowFault fault;
  const RowGroup group{&table, binder.bind(plain_row(*record), fault), {}, Operation::put, 0, false};
  EXPECT_EQ(merge_sql(group, {.mode = InsertMode::update}, "src"), "");
  EXPECT_TRUE(merge_sql(group, {.mode = InsertMode::upsert}, "src").ends_with(R"(ON CONFLICT ("id") DO NOTHING)"));
}

}  // namespace
}  // namespace sinkway::table
