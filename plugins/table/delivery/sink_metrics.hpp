// What the table sink counts, made once for each task.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "plugins/sdk/cpp/host.hpp"

namespace sinkway::table {

// The series of one task. [writer-thread]
class SinkMetrics {
 public:
  explicit SinkMetrics(const sdk::Host& host);

  // Rows of a transaction that was committed, by what was done with them: insert.mode's word, or delete.
  void written(const std::string& table, std::string_view operation, std::size_t more);
  // Records without a row, by table; "": none was chosen: skipped (applied by an earlier transaction), errant (reported to
  // the host), folded (a later record of the same key stands for them), passed_over (they ask for nothing).
  void left_out(const std::string& table, std::string_view outcome, std::size_t more);
  // Values that a column's policy has changed, by policy and by what was done: null, replace, truncate.
  void policy(std::string_view policy, std::string_view action, std::size_t more);
  // Ends of transactions: committed, rolled_back, in_doubt.
  void transaction(std::string_view outcome);
  // How rows went into a table: copy, arrays, staging, optimistic_copy; and attempts that met an existing key.
  void statement(const std::string& table, std::string_view method);
  void fallback(const std::string& table);
  // Batches that were sorted while the one before was written: used, or dropped.
  void ahead(bool used);
  // Answers after which the same batch is put again, by class of SQLSTATE ("08" when the connection itself was lost).
  void retry(std::string_view sqlstate);

  sdk::Metric commit_seconds;
  sdk::Metric copy_seconds;
  sdk::Metric merge_seconds;
  sdk::Metric transaction_rows;

 private:
  void count_rows(const std::string& table, std::string_view operation, std::string_view outcome, std::size_t more);
  void count(std::string_view name, std::string_view help, sdk::Host::Fields labels, double more);

  sdk::Host host_;
  std::map<std::string, sdk::Metric> series_;  // made at first use; key: name and labels
};

}  // namespace sinkway::table
