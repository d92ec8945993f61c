#include "plugins/table/delivery/sink_metrics.hpp"

namespace sinkway::table {

SinkMetrics::SinkMetrics(const sdk::Host& host)
    : commit_seconds(host.histogram("sinkway_table_commit_seconds", "Time from COMMIT to its answer.")),
      copy_seconds(host.histogram("sinkway_table_copy_seconds",
                                  "Time to send the rows of one statement: COPY into the table or into staging, arrays, executions.")),
      merge_seconds(host.histogram("sinkway_table_merge_seconds",
                                   "Time of a statement that brings rows from staging or arrays into the table by key.")),
      transaction_rows(host.histogram("sinkway_table_transaction_rows", "Rows written by one committed transaction.")),
      host_(host) {}

void SinkMetrics::count(std::string_view name, std::string_view help, sdk::Host::Fields labels, double more) {
  std::string key(name);
  for (const auto& [label, value] : labels) key.append(" ").append(value);
  auto found = series_.find(key);
  if (found == series_.end()) found = series_.emplace(key, host_.counter(name, help, labels)).first;
  found->second.record(more);
}

void SinkMetrics::count_rows(const std::string& table, std::string_view operation, std::string_view outcome, std::size_t more) {
  if (more == 0) return;
  count("sinkway_table_rows_total", "Rows by table, by what was to be done with them, and by what became of them.",
        {{"table", table}, {"operation", operation}, {"outcome", outcome}}, static_cast<double>(more));
}

void SinkMetrics::written(const std::string& table, std::string_view operation, std::size_t more) {
  count_rows(table, operation, "written", more);
}

void SinkMetrics::left_out(const std::string& table, std::string_view outcome, std::size_t more) {
  count_rows(table, "", outcome, more);
}

void SinkMetrics::policy(std::string_view policy, std::string_view action, std::size_t more) {
  count("sinkway_table_policy_total", "Values that a policy of their column has changed.",
        {{"policy", policy}, {"action", action}}, static_cast<double>(more));
}

void SinkMetrics::transaction(std::string_view outcome) {
  count("sinkway_table_transactions_total", "Transactions by how they ended.", {{"outcome", outcome}}, 1);
}

void SinkMetrics::statement(const std::string& table, std::string_view method) {
  count("sinkway_table_statements_total", "Statements that wrote rows, by the way they went.",
        {{"table", table}, {"method", method}}, 1);
}

void SinkMetrics::fallback(const std::string& table) {
  count("sinkway_table_fallbacks_total", "Attempts to COPY rows of an upsert that met a key that exists.",
        {{"table", table}}, 1);
}

void SinkMetrics::ahead(bool used) {
  count("sinkway_table_batches_ahead_total", "Batches sorted while the one before was written, by what became of that.",
        {{"outcome", used ? "used" : "dropped"}}, 1);
}

void SinkMetrics::retry(std::string_view sqlstate) {
  const std::string kind(sqlstate.size() == 5 ? sqlstate.substr(0, 2) : "08");
  count("sinkway_table_retries_total", "Batches that must be put again, by class of SQLSTATE.", {{"class", kind}}, 1);
}

}  // namespace sinkway::table
