// Which statement writes a handful of rows soonest: one with arrays, or single prepared ones in a pipeline.
//
//   few_rows POSTGRES-URI [ROUNDS]
//
// makes a schema, and for each number of rows writes transactions of both kinds in turn through the sink's own writers, over
// ROUNDS rounds. Prints the medians of the microseconds between BEGIN and COMMIT, without these, and drops the schema.
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugins/table/options/option_definitions.hpp"
#include "plugins/table/statements/merge_sql.hpp"
#include "plugins/table/statements/sql.hpp"
#include "plugins/table/statements/statement_writer.hpp"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using Clock = std::chrono::steady_clock;

void require(const Reply& reply) {
  if (!reply.ok()) throw std::runtime_error("refused: " + reply.sqlstate());
}

// Rows of the weather table as both writers take them.
class Rows {
 public:
  explicit Rows(bool upsert) : table_(test::weather_table()) {
    table_.schema = "sinkway_few_rows";
    if (upsert) table_.primary_key = {"id"};
    binder_.emplace(table_, BindingRules{});
    const auto* shape = arena_.shape(test::weather_fields());
    for (std::size_t n = 0; n < 64; ++n)
      rows_.push_back(plain_row(*test::weather_record(arena_, shape, "A_" + std::to_string(10'000 + n)), n));
    RowFault fault;
    group_.table = &table_;
    group_.binding = binder_->bind(rows_[0], fault);
    group_.rows = rows_;
    WriteRules rules;
    rules.mode = InsertMode::upsert;
    arrays_sql_ = upsert ? merge_sql(group_, rules, array_source(*group_.binding)) : unnest_sql(table_, *group_.binding);
    statements_.put = parse_named_sql(
        "sql", "INSERT INTO sinkway_few_rows.weather (id, location, temperature, humidity, tm) VALUES (:id, :location, :temperature, "
               ":humidity, :tm)" + std::string(upsert ? " ON CONFLICT (id) DO UPDATE SET location = EXCLUDED.location, temperature = "
                                                        "EXCLUDED.temperature, humidity = EXCLUDED.humidity, tm = EXCLUDED.tm"
                                                      : ""));
    executions_.put = &table_;
    executions_.bindings.assign(rows_.size(), group_.binding);
    group_.statements = &executions_;
  }

  double write(Connection& connection, std::size_t count, bool pipeline) {
    require(connection.begin());
    const auto begun = Clock::now();
    require(pipeline ? writer_.write(connection, group_, 0, count).reply
                     : arrays_.arrays(connection, group_, *group_.binding, 0, count, arrays_sql_).reply);
    const std::chrono::duration<double, std::micro> taken = Clock::now() - begun;
    require(connection.commit());
    return taken.count();
  }

 private:
  Table table_;
  std::optional<Binder> binder_;
  test::ValueArena arena_;
  std::vector<Row> rows_;
  RowGroup group_;
  std::string arrays_sql_;
  StatementRules statements_;
  StatementRows executions_;
  StatementWriter writer_{statements_};
  RowWriters arrays_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void measure(Connection& connection, bool upsert, int rounds) {
  require(connection.run("DROP SCHEMA IF EXISTS sinkway_few_rows CASCADE;CREATE SCHEMA sinkway_few_rows;CREATE TABLE "
                         "sinkway_few_rows.weather (id varchar(100)" + std::string(upsert ? " PRIMARY KEY" : "") +
                         ", location varchar(20), temperature float8, humidity float8, tm timestamp)"));
  Rows rows(upsert);
  for (const std::size_t count : {1, 2, 3, 4, 5, 8, 16, 32, 64}) {
    std::vector<double> arrays, pipeline;
    for (int round = 0; round < rounds; ++round) {
      arrays.push_back(rows.write(connection, count, false));
      pipeline.push_back(rows.write(connection, count, true));
    }
    std::printf("%s %2zu rows: arrays %7.1f us, pipeline %7.1f us\n", upsert ? "upsert" : "insert", count, median(arrays), median(pipeline));
  }
}

}  // namespace
}  // namespace sinkway::table

int main(int count, char** words) try {
  using namespace sinkway;
  if (count < 2) return std::fputs("usage: few_rows POSTGRES-URI [ROUNDS]\n", stderr), 2;
  const int rounds = count > 2 ? std::atoi(words[2]) : 2'000;
  const sdk::Config config(table::table_option_definitions(), {{"connection.url", words[1]}});
  table::Connection connection(table::read_table_options(config, "few_rows"), -1);
  connection.open();
  table::measure(connection, false, rounds);
  table::measure(connection, true, rounds);
  table::require(connection.run("DROP SCHEMA sinkway_few_rows CASCADE"));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
