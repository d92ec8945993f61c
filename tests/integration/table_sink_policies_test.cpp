// What becomes of values that their columns cannot hold: each policy, through every writer, before a real server.
#include <cmath>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::bytes_value;
using sdk::testing::number_value;
using sdk::testing::text_value;
using sdk::testing::value_of;

struct WriterCase {
  const char* name;
  const char* copy_min_rows;
  bool with_text_only;  // one more column without a binary form makes the whole COPY text
};
constexpr WriterCase kWriters[] = {{"COPY", "1", false}, {"COPY text", "1", true}, {"unnest", "1000000", false}};

struct PolicyCase {
  const char* policy;
  const char* type;
  sinkway_value value;
  const char* changing;  // the action that changes the value
  const char* expected;  // what it makes of it; null: the row is errant all the same
  const char* id;        // of the errant record with dlq
};

class TableSinkPolicies : public TableSinkTest {
 protected:
  static std::vector<PolicyCase> cases() {
    const sinkway_value nul = text_value(std::string_view("a\0b", 3));
    return {
        {"policy.nul", "text", nul, "replace", "a\xef\xbf\xbd" "b", "table.nul"},
        {"policy.nul", "jsonb", text_value("\"\\u0000\""), "replace", "\"\xef\xbf\xbd\"", "table.nul"},
        {"policy.nonfinite", "double precision", number_value(SINKWAY_FLOAT64, NAN), "keep", "NaN", "table.nonfinite"},
        {"policy.nonfinite", "numeric", number_value(SINKWAY_FLOAT64, NAN), "keep", "NaN", "table.nonfinite"},
        {"policy.nonfinite", "numeric(5,2)", number_value(SINKWAY_FLOAT64, INFINITY), "keep", nullptr,
         "table.nonfinite"},
        {"policy.overflow", "smallint", value_of(SINKWAY_INT32, -40'000), "replace", "-32768", "table.out_of_range"},
        {"policy.overflow", "numeric(5,2)", text_value("1234.5"), "replace", "999.99", "table.out_of_range"},
        {"policy.too_long", "varchar(3)", text_value("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), "truncate",
         "\xc3\xa9\xc3\xa9\xc3\xa9", "table.too_long"},
        {"policy.bad_utf8", "text", bytes_value(SINKWAY_BYTES, std::string_view("a\xff", 2)), "replace",
         "a\xef\xbf\xbd", "table.bad_utf8"},
        {"policy.out_of_range", "timestamp", value_of(SINKWAY_TIMESTAMP_MS, INT64_MAX), "replace",
         "294276-12-31 23:59:59.999999", "table.out_of_range"},
        {"policy.out_of_range", "date", value_of(SINKWAY_DATE, -99'999'999), "replace", "4714-11-24 BC",
         "table.out_of_range"},
    };
  }
  // Puts a good row, the bad one, and another good one.
  Told put(const PolicyCase& one, const WriterCase& writer, const char* action) {
    end_tasks();
    client.run("DROP TABLE IF EXISTS weather; DROP TABLE IF EXISTS sinkway_offsets");
    client.run("CREATE TABLE weather (n bigint, x " + std::string(one.type) + ", filler inet)");
    task_ = &open_task({{"copy.min.rows", writer.copy_min_rows}, {one.policy, action}});
    SampleBatch& made = batch();
    for (int i = 0; i < 3; ++i) {
      std::vector<std::pair<std::string, sinkway_value>> fields{
          {"n", value_of(SINKWAY_INT64, i)}, {"x", i == 1 ? one.value : value_of(SINKWAY_NULL)}};
      if (writer.with_text_only) fields.emplace_back("filler", text_value("10.0.0.1"));
      made.add("weather", 0, i, made.object(fields));
    }
    made.cover("weather", 0, 0, 3);
    return task_->put(made);
  }
  std::string bad_row() {
    const auto rows = client.rows("SELECT coalesce(x::text, '<null>') FROM weather WHERE n = 1");
    return rows.empty() ? "<none>" : rows[0][0];
  }
  [[nodiscard]] long rows() { return client.number("SELECT count(*) FROM weather"); }

  SinkTask* task_ = nullptr;
};

TEST_F(TableSinkPolicies, change_the_value_make_it_null_or_leave_the_row_out) {
  for (const PolicyCase& one : cases()) {
    for (const WriterCase& writer : kWriters) {
      const std::string where = std::string(one.policy) + " of " + one.type + " by " + writer.name;
      ASSERT_EQ(put(one, writer, one.changing).code, SINKWAY_OK) << where;
      EXPECT_EQ(bad_row(), one.expected == nullptr ? "<none>" : one.expected) << where;
      ASSERT_EQ(put(one, writer, "null").code, SINKWAY_OK) << where;
      EXPECT_EQ(bad_row(), "<null>") << where;
      EXPECT_EQ(rows(), 3) << where;
      EXPECT_EQ(task_->host.recorded("sinkway_table_policy_total"), std::vector<double>{1}) << where;
      EXPECT_TRUE(task_->host.errants().empty()) << where;
      ASSERT_EQ(put(one, writer, "dlq").code, SINKWAY_OK) << where;
      EXPECT_EQ(rows(), 2) << where;
      ASSERT_EQ(task_->host.errants().size(), 1U) << where;
      EXPECT_EQ(task_->host.errants()[0].error_id, one.id) << where;
    }
  }
}

TEST_F(TableSinkPolicies, that_say_fail_end_the_task_whatever_is_tolerated) {
  for (const PolicyCase& one : cases()) {
    for (const WriterCase& writer : kWriters) {
      const std::string where = std::string(one.policy) + " of " + one.type + " by " + writer.name;
      const Told told = put(one, writer, "fail");
      EXPECT_EQ(told.code, SINKWAY_FATAL) << where;
      EXPECT_EQ(told.id, one.id) << where;
      EXPECT_NE(told.reason.find("offset 1, column x"), std::string::npos) << told.reason;
      EXPECT_EQ(rows(), 0) << where;
      EXPECT_TRUE(task_->host.errants().empty()) << where;
    }
  }
}

TEST_F(TableSinkPolicies, are_checked_when_the_task_starts) {
  for (const auto& [key, value, part] :
       {std::tuple{"policy.nul", "keep", "option policy.nul"},
        std::tuple{"type.hints", "tm:epoch", "option type.hints"},
        std::tuple{"db.timezone", "Mars/Base", "cannot be read"}}) {
    SinkTask task(schema, {{"connection.url", uri()}, {key, value}});
    const Told told = task.start();
    EXPECT_EQ(told.code, SINKWAY_FATAL);
    EXPECT_NE(told.reason.find(part), std::string::npos) << told.reason;
  }
}

}  // namespace
}  // namespace sinkway::test
