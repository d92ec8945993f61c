#include "plugins/table/delivery/sink_metrics.hpp"

namespace sinkway::table {

SinkMetrics::SinkMetrics(const sdk::Host& host)
    : commit_seconds(host.histogram("sinkway_table_commit_seconds", "Time from COMMIT to its answer.")),
      write_seconds(host.histogram("sinkway_table_copy_seconds",
                                   "Time to write the rows of one table in one transaction.")),
      host_(host) {}

void SinkMetrics::rows(const std::string& table, std::string_view outcome, std::size_t count) {
  if (count == 0) return;
  const std::string key = "rows " + std::string(outcome) + " " + table;
  auto found = series_.find(key);
  if (found == series_.end()) {
    found = series_.emplace(key, host_.counter("sinkway_table_rows_total", "Rows by table and what became of them.",
                                               {{"table", table}, {"outcome", outcome}})).first;
  }
  found->second.record(static_cast<double>(count));
}

void SinkMetrics::policy(std::string_view policy, std::string_view action, std::size_t count) {
  const std::string key = "policy " + std::string(policy) + " " + std::string(action);
  auto found = series_.find(key);
  if (found == series_.end()) {
    found = series_.emplace(key, host_.counter("sinkway_table_policy_total",
                                               "Values that a policy of their column has changed.",
                                               {{"policy", std::string(policy)}, {"action", std::string(action)}}))
                .first;
  }
  found->second.record(static_cast<double>(count));
}

void SinkMetrics::transaction(std::string_view outcome) {
  const std::string key = "transactions " + std::string(outcome);
  auto found = series_.find(key);
  if (found == series_.end()) {
    found = series_.emplace(key, host_.counter("sinkway_table_transactions_total", "Transactions by how they ended.",
                                               {{"outcome", outcome}})).first;
  }
  found->second.record(1);
}

void SinkMetrics::retry(std::string_view sqlstate) {
  const std::string kind(sqlstate.size() == 5 ? sqlstate.substr(0, 2) : "08");
  const std::string key = "retries " + kind;
  auto found = series_.find(key);
  if (found == series_.end()) {
    found = series_.emplace(key, host_.counter("sinkway_table_retries_total",
                                               "Batches that must be put again, by class of SQLSTATE.",
                                               {{"class", kind}})).first;
  }
  found->second.record(1);
}

}  // namespace sinkway::table
