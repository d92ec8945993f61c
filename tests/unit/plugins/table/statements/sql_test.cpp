#include "plugins/table/statements/sql.hpp"

#include <gtest/gtest.h>

#include "plugins/table/statements/row_writers.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using test::column;

Binding all_of(const Table& table) {
  Binding binding;
  for (const Column& one : table.columns) binding.columns.push_back({&one, type_of(one), Source::value_field, 0});
  return binding;
}

TEST(Sql, OfCopyNamesTableAndColumns) {
  const Table table = test::weather_table();
  EXPECT_EQ(copy_sql(table, all_of(table), CopyFormat::binary),
            "COPY \"public\".\"weather\" (\"id\", \"location\", \"temperature\", \"humidity\", \"tm\") FROM STDIN "
            "(FORMAT binary)");
  EXPECT_EQ(copy_sql(table, all_of(table), CopyFormat::text),
            "COPY \"public\".\"weather\" (\"id\", \"location\", \"temperature\", \"humidity\", \"tm\") FROM STDIN");
}

TEST(Sql, OfArraysLeavesLengthsToTheAssignment) {
  const Table table = test::weather_table();
  EXPECT_EQ(unnest_sql(table, all_of(table)),
            "INSERT INTO \"public\".\"weather\" (\"id\", \"location\", \"temperature\", \"humidity\", \"tm\") SELECT "
            "unnest($1::text[]), unnest($2::text[]), unnest($3::float8[]), unnest($4::float8[]), "
            "unnest($5::timestamp[])");
}

TEST(Sql, OfArraysNamesTheTypeOfWhatTextIsNotAssignedTo) {
  Table table;
  table.name = "t";
  constexpr std::uint32_t kInet = 869;
  table.columns = {column("a", kInet, "inet"), column("b", oid::kJson, "json"), column("c", oid::kJsonb, "jsonb"),
                   column("d", 99'999, "\"My\".mood")};
  table.columns[3].type_class = TypeClass::enumeration;
  EXPECT_EQ(unnest_sql(table, all_of(table)),
            "INSERT INTO \"t\" (\"a\", \"b\", \"c\", \"d\") SELECT unnest($1::text[])::inet, unnest($2::text[])::json, "
            "unnest($3::jsonb[]), unnest($4::text[])::\"My\".mood");
}

TEST(WrittenRows, LinesOfCopyCountTheRowsThatWereSent) {
  Written written{Reply(nullptr), {}, {2, 3, 7}};
  EXPECT_EQ(written.row_of_line(0, std::nullopt), std::nullopt);
  EXPECT_EQ(written.row_of_line(0, 1), 0U);
  EXPECT_EQ(written.row_of_line(0, 2), 1U);
  EXPECT_EQ(written.row_of_line(0, 3), 4U) << "rows 2 and 3 were left out";
  EXPECT_EQ(written.row_of_line(0, 5), 6U);
  EXPECT_EQ(written.row_of_line(0, 6), 8U);
  EXPECT_EQ(Written({Reply(nullptr), {}, {12}}).row_of_line(10, 3), 13U) << "pieces do not begin at row 0";
}

}  // namespace
}  // namespace sinkway::table
