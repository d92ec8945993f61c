#include "plugins/table/table_sink_task.hpp"

#include <unistd.h>

#include <array>

#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/control/ddl_runner.hpp"
#include "plugins/table/control/statement_reader.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/transaction.hpp"
#include "plugins/table/options/table_options.hpp"
#include "plugins/table/server/connection_parameters.hpp"
#include "plugins/table/server/sqlstate.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

TableOptions options_of(const sdk::Config& config, std::string_view connector) {
  try {
    TableOptions options = read_table_options(config, std::string(connector));
    if (const auto keyword = unknown_keyword(options.connection)) {
      throw OptionError("connection.url", "parameter " + *keyword + " is not known to libpq");
    }
    (void)ColumnRules(options.columns);  // throws for what validation would have said
    return options;
  } catch (const OptionError& error) {
    throw sdk::FatalError("option " + error.key() + ": " + error.what(), {.error_id = "table.option"});
  }
}

// Who we are, for a person that looks at the offsets table.
std::string owner_name(int task) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + " pid " + std::to_string(getpid()) + " task " + std::to_string(task);
}

// Transformations may send records elsewhere: without them the tables can be told from the topics.
bool topics_name_tables(const sdk::Config& config) { return config.written("transforms").value_or("").empty(); }

std::optional<Table> read_table(const TableOptions& options, const std::vector<TableName>& candidates) {
  try {
    ControlConnection connection(options);
    auto found = find_table(connection, candidates);
    if (!found) return std::nullopt;
    if (!found->may_insert && options.writes.inserts() && options.init_sql.empty()) {  // which may have set another role
      const std::string name = found->table.schema + "." + found->table.name;
      throw sdk::FatalError("this role may not insert into table " + name,
                            {.hint = "GRANT INSERT ON " + name + " to the role, and USAGE on its schema",
                             .error_id = "table.permission_denied"});
    }
    return std::move(found->table);
  } catch (const ControlError& error) {
    if (error.sqlstate().empty()) throw sdk::RetriableError(error.what(), {.error_id = "table.connection"});
    throw_refusal(error.sqlstate(), error.what(), true);
  }
}

Table ask_statement(Connection& data, const TableOptions& options, const NamedSql& sql, std::string_view option) {
  try {
    ControlConnection control(options);
    return read_statement(data, control, sql);
  } catch (const StatementRefused& refused) {
    const Answer answer = classify(refused.sqlstate(), {.connected_lately = true});
    if (answer == Answer::trouble) throw_refusal(refused.sqlstate(), "planning the statement", true);
    throw TableChanged("the database does not take the statement of option " + std::string(option) + ": " + refused.what(),
                       "mend the statement, or make what it names", "table.statement");
  } catch (const ControlError& error) {
    if (error.sqlstate().empty()) throw sdk::RetriableError(error.what(), {.error_id = "table.connection"});
    throw_refusal(error.sqlstate(), error.what(), true);
  }
}

}  // namespace

struct TableSinkTask::Parts {
  Parts(TableOptions options_in, const sdk::Host& host, bool checks_tables_in)
      : options(std::move(options_in)),
        connection(options, host.cancel_descriptor()),
        offsets(options, connection, owner_name(host.task())),
        targets(options, [this](const auto& candidates) { return read_table(options, candidates); }, evolution(host),
                [this](const NamedSql& sql, std::string_view option) {
                  return ask_statement(connection, options, sql, option);
                }),
        metrics(host),
        dead_letters(options, connection, host),
        transaction({options, host, connection, offsets, book, targets, metrics, dead_letters, ddl.get()}),
        checks_tables(checks_tables_in) {}

  // Null where the options let no table be changed.
  Evolution* evolution(const sdk::Host& host) {
    if (options.evolution.any())
      ddl = std::make_unique<DdlRunner>(options, binding_rules(options, std::make_shared<ColumnRules>(options.columns)), host);
    return ddl.get();
  }

  TableOptions options;
  std::unique_ptr<DdlRunner> ddl;
  Connection connection;
  OffsetsTable offsets;
  PositionBook book;
  Targets targets;
  SinkMetrics metrics;
  DeadLetterTable dead_letters;
  Transaction transaction;
  bool checks_tables;
};

TableSinkTask::TableSinkTask() = default;
TableSinkTask::~TableSinkTask() = default;

template <typename Call>
void TableSinkTask::guarded(Call call) {
  if (parts_ == nullptr) throw sdk::FatalError("the task has not started", {.error_id = "table.not_started"});
  Connection& connection = parts_->connection;
  try {
    connection.open();
    call();
  } catch (const WireLost& lost) {
    parts_->metrics.retry(lost.sqlstate());
    throw_lost(lost, parts_->options.connection.place, connection.has_worked_lately());
  } catch (const WireCancelled& cancelled) {
    connection.rollback();
    throw sdk::RetriableError(cancelled.what(),
                              {.error_id = "table.cancelled", .retry_after = std::chrono::milliseconds(0)});
  } catch (const TableChanged& changed) {
    connection.rollback();
    throw sdk::FatalError(changed.what(), {.hint = changed.hint(), .error_id = changed.id()});
  } catch (const std::exception&) {
    connection.rollback();
    throw;
  }
}

void TableSinkTask::start(const sdk::Config& config) {
  TableOptions options = options_of(config, host().connector());
  for (const std::string& warning : options.connection.warnings) host().warn(warning);
  parts_ = std::make_unique<Parts>(std::move(options), host(), topics_name_tables(config));
}

void TableSinkTask::open(std::span<sdk::OpenPartition> partitions) {
  if (partitions.empty()) return;
  if (parts_ != nullptr && parts_->options.redrives)
    throw sdk::FatalError("sinkway.redrive is the worker's own key, for tasks without partitions", {.error_id = "table.option"});
  guarded([&] {
    Targets& targets = parts_->targets;
    if (targets.is_statement()) (void)targets.statement(), (void)targets.delete_statement();
    for (const sdk::OpenPartition& partition : partitions) {
      if (targets.is_statement()) break;
      const bool may_be_made = parts_->options.evolution.create;
      if (parts_->checks_tables && !targets.by_record() && !may_be_made) (void)targets.of(partition.topic);
    }
    parts_->dead_letters.prepare();
    if (!keeps_offsets()) return;
    parts_->offsets.prepare();
    for (sdk::OpenPartition& partition : partitions) acquire(partition);
  });
}

void TableSinkTask::acquire(sdk::OpenPartition& partition) {
  const std::string_view topic = sdk::view(*partition.topic);
  // The last look: an acquisition for an assignment that is over would fence the rightful owner.
  if (!host().is_current(topic, partition.partition, partition.generation)) {
    throw sdk::RetriableError("the assignment of " + std::string(topic) + "-" + std::to_string(partition.partition) +
                              " is over",
                              {.error_id = "table.assignment_over", .retry_after = std::chrono::milliseconds(0)});
  }
  const Acquired acquired = parts_->offsets.acquire(topic, partition.partition, partition.host_start);
  partition.next_offset = acquired.next_offset;
  partition.epoch = acquired.epoch;
  parts_->book.acquired(topic, partition.partition, partition.generation, acquired.next_offset, acquired.epoch);
}

void TableSinkTask::put(const sdk::BatchView& batch) {
  guarded([&] {
    if (parts_->options.redrives && !parts_->dead_letters.is_prepared()) parts_->dead_letters.prepare();
    parts_->transaction.put(batch);
  });
  for (const auto& [what, count] : parts_->targets.column_rules().take_counts())
    parts_->metrics.policy(name_of(what.first), name_of(what.second), count);
}

void TableSinkTask::close(std::span<const sdk::Position> positions, bool /*lost*/) {
  if (parts_ == nullptr) return;
  for (const sdk::Position& position : positions) {
    parts_->book.closed(sdk::view(*position.topic), position.partition);
    parts_->dead_letters.closed(sdk::view(*position.topic), position.partition);
  }
}

void TableSinkTask::stop() {
  if (parts_ != nullptr) parts_->connection.close();
}

bool TableSinkTask::keeps_offsets() const { return parts_ != nullptr &&
  parts_->options.delivery == Delivery::exactly_once; }

std::string TableSinkTask::report() {
  if (parts_ == nullptr) return "";
  const TableOptions& options = parts_->options;
  return parts_->transaction.plan().json(std::string(name_of(options.writes.mode)), options.copy_min_rows,
                                         parts_->connection.is_pooled());
}

bool TableSinkTask::wants_raw_records() const { return parts_ != nullptr && parts_->dead_letters.is_used(); }

bool TableSinkTask::wants_headers() const { return parts_ == nullptr || parts_->options.reads_headers(); }

std::optional<sdk::Hint> TableSinkTask::schema_hint(std::string_view topic) {
  if (parts_ == nullptr) return std::nullopt;
  const Target* target = nullptr;
  try {
    target = parts_->targets.find(topic);
  } catch (const sdk::SinkError& error) {
    host().debug("no schema hint", {{"topic", topic}, {"reason", error.what()}});
  }
  if (target == nullptr) return std::nullopt;
  sdk::Hint hint;
  for (const Column& column : target->table.columns) {
    if (!target->binder.is_for_fields(column) || &column == soft_delete_column(target->table, parts_->options.writes)) continue;
    hint.columns.push_back({column.name, hint_of(type_of(column))});
  }
  return hint;
}

}  // namespace sinkway::table
