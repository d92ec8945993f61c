// The options of the table sink: both vendors' dialects of keys read into one set.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/table/options/column_options.hpp"
#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/options/error_budget.hpp"
#include "plugins/table/options/evolution_rules.hpp"
#include "plugins/table/options/field_rules.hpp"
#include "plugins/table/options/named_sql.hpp"
#include "plugins/table/options/routing_rules.hpp"
#include "plugins/table/options/table_name.hpp"
#include "plugins/table/options/write_rules.hpp"

namespace sinkway::table {

enum class Delivery {
  exactly_once,  // positions live in the target database and move in the transaction of the rows
  at_least_once  // positions live in Kafka: a lost answer to COMMIT may write a batch twice
};

// One value for each option, checked one by one and together. Holds the password: never print `connection`.
struct TableOptions {
  std::string connector;  // part of the key of the offsets table
  ConnectionUrl connection;
  RoutingRules routing;
  FieldRules fields;
  std::string pk_mode;  // none, kafka, record_key, record_value
  std::vector<std::string> pk_fields;
  std::size_t batch_rows = 0;
  std::size_t copy_min_rows = 0;  // COPY from this many rows in a transaction, INSERT ... SELECT unnest below
  bool measures_round_trip = true;  // copy.min.rows is not written: a far server raises it for staging
  WriteRules writes;
  StatementRules statements;  // with InsertMode::sql
  EvolutionRules evolution;
  bool truncates = false;                    // truncate.enabled
  std::string envelope;                      // none, auto, debezium
  std::string unavailable_value;             // empty: every value is known
  std::vector<std::string> delete_values;    // merge.delete.values
  Delivery delivery = Delivery::exactly_once;
  TableName offsets_table;
  std::string offsets_start;    // kafka, db, earliest, latest or an offset: where a partition without a row begins
  TableName dead_letter_table;  // dlq.table; no name: not used
  std::optional<BudgetLimit> errors_budget;
  bool redrives = false;  // the worker's own task that puts dead letters again: no positions, no budget
  ColumnOptions columns;
  std::vector<std::pair<std::string, std::string>> session_settings;  // session.settings
  std::string init_sql;                                               // init.sql
  std::chrono::milliseconds lock_timeout{};
  std::chrono::milliseconds statement_timeout{};
  std::chrono::milliseconds idle_transaction_timeout{};

  // Whether headers of a record may be part of its row, or name its table.
  [[nodiscard]] bool reads_headers() const;
};

// Throws OptionError for the first option that cannot be used.
[[nodiscard]] TableOptions read_table_options(const sdk::Config& config, std::string connector);

// Every option that cannot be used, for validation: one error for each key at most.
[[nodiscard]] std::vector<OptionError> check_table_options(const sdk::Config& config);

}  // namespace sinkway::table
