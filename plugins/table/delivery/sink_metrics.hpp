// What the table sink counts, made once for each task.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "plugins/sdk/cpp/host.hpp"

namespace sinkway::table {

// Measures one step of a transaction into a histogram of seconds.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

// The series of one task. [writer-thread]
class SinkMetrics {
 public:
  explicit SinkMetrics(const sdk::Host& host);

  // Rows by table and outcome: written (committed), skipped (applied by an earlier transaction), errant (reported to
  // the host), folded (a later record of the same key stands for them).
  void rows(const std::string& table, std::string_view outcome, std::size_t more);
  // Values that a column's policy has changed, by policy and by what was done: null, replace, truncate.
  void policy(std::string_view policy, std::string_view action, std::size_t more);
  // Ends of transactions: committed, rolled_back, in_doubt.
  void transaction(std::string_view outcome);
  // How rows went into a table: copy, arrays, staging, optimistic_copy; and attempts that met an existing key.
  void statement(const std::string& table, std::string_view method);
  void fallback(const std::string& table);
  // Answers after which the same batch is put again, by class of SQLSTATE ("08" when the connection itself was lost).
  void retry(std::string_view sqlstate);

  sdk::Metric commit_seconds;
  sdk::Metric write_seconds;

 private:
  void count(std::string_view name, std::string_view help, sdk::Host::Fields labels, double more);

  sdk::Host host_;
  std::map<std::string, sdk::Metric> series_;  // made at first use; key: name and labels
};

}  // namespace sinkway::table
