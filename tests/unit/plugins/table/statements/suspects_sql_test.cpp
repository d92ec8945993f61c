#include "plugins/table/statements/suspects_sql.hpp"

#include <gtest/gtest.h>

#include "plugins/table/server/catalog.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using test::column;

class SuspectsSql : public ::testing::Test {
 protected:
  SuspectsSql() {
    table_.columns = {column("id", oid::kInt8, "bigint"), column("parent", oid::kInt8, "bigint")};
    for (const Column& one : table_.columns) arrays_.columns.push_back({&one, type_of(one), Source::value_field, 0});
  }
  static bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  Table table_;
  Binding arrays_;
};

TEST_F(SuspectsSql, asks_for_rows_of_which_any_condition_is_true) {
  EXPECT_EQ(breaking_sql(arrays_, {"(id > 0) IS FALSE", "(parent > 0) IS FALSE"}),
            "SELECT s.\"_sinkway_place\" FROM (SELECT unnest($1::int8[]) AS \"id\", unnest($2::int8[]) AS \"parent\", "
            "pg_catalog.generate_series(1, pg_catalog.cardinality($1)) AS \"_sinkway_place\") s WHERE (id > 0) IS FALSE OR (parent > 0) IS FALSE");
}

// First what lies between the keys of the first and the last row, then the rows that are not among it, one by one.
TEST_F(SuspectsSql, looks_up_only_keys_that_are_not_among_those_read_at_once) {
  const std::string sql = orphans_sql(arrays_, {{"ONLY public.kinds", false, true, {{"parent", "id", "::pg_catalog.int8"}}}});
  EXPECT_TRUE(contains(sql, " LEFT JOIN (SELECT p.\"id\" FROM ONLY public.kinds p WHERE p.\"id\" BETWEEN (($2::int8[])[1 + "
                            "(pg_catalog.cardinality($1) - 1) * 0 / 8])::pg_catalog.int8 AND (($2::int8[])[1 + (pg_catalog.cardinality($1) - 1) "
                            "* 8 / 8])::pg_catalog.int8 ORDER BY p.\"id\" LIMIT CASE WHEN (($2::int8[])[1 + ")) << sql;
  EXPECT_TRUE(contains(sql, " THEN 2 * pg_catalog.cardinality($1) ELSE 0 END) n0 ON n0.\"id\" = s.\"parent\"::pg_catalog.int8 WHERE "
                            "(s.\"parent\" IS NOT NULL AND CASE WHEN n0.\"id\" IS NULL THEN (SELECT true FROM ONLY public.kinds p WHERE "
                            "p.\"id\" = s.\"parent\"::pg_catalog.int8 LIMIT 1) IS NULL ELSE false END)")) << sql;
}

TEST_F(SuspectsSql, reads_nothing_at_once_from_an_index_of_another_order) {
  const std::string sql = orphans_sql(arrays_, {{"ONLY public.kinds", false, false, {{"parent", "id"}}}});
  EXPECT_TRUE(sql.ends_with(" FROM s WHERE (s.\"parent\" IS NOT NULL AND (SELECT true FROM ONLY public.kinds p WHERE p.\"id\" = s.\"parent\" LIMIT 1) "
                            "IS NULL)")) << sql;
}

TEST_F(SuspectsSql, takes_rows_of_the_batch_for_parents_where_a_table_refers_to_itself) {
  const std::string sql = orphans_sql(arrays_, {{"ONLY tree", true, true, {{"parent", "id"}}}, {"kinds", false, true, {{"id", "a"}, {"parent", "b"}}}});
  EXPECT_TRUE(contains(sql, " LEFT JOIN (SELECT DISTINCT s.\"id\" FROM s) o0 ON o0.\"id\" = s.\"parent\"")) << sql;
  EXPECT_TRUE(contains(sql, "(s.\"parent\" IS NOT NULL AND o0.\"id\" IS NULL AND CASE WHEN ")) << sql;
  EXPECT_TRUE(contains(sql, " OR (s.\"id\" IS NOT NULL AND s.\"parent\" IS NOT NULL AND CASE WHEN n1.\"a\" IS NULL THEN (SELECT true FROM kinds p "
                            "WHERE p.\"a\" = s.\"id\" AND p.\"b\" = s.\"parent\" LIMIT 1) IS NULL ELSE false END)")) << sql;
}

}  // namespace
}  // namespace sinkway::table
