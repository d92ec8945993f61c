// Where each partition stands, for status and metrics.
#pragma once

#include <vector>

#include "host/base/clock.hpp"
#include "host/kafka/consumer.hpp"
#include "host/task/offset_ledger.hpp"
#include "host/task/task.hpp"
#include "host/task/task_metrics.hpp"

namespace sinkway::task {

// Asks the consumer for what it has heard last; makes no request. [reader-thread]
class LagReport {
 public:
  LagReport(MetricSink& sink, MetricLabels labels, std::string group)
      : sink_(sink), labels_(std::move(labels)), group_(std::move(group)) {}

  // All partitions of the ledger, sorted; sets their metrics and drops those of partitions that left. `consumer` may be null.
  [[nodiscard]] std::vector<PartitionStatus> take(const OffsetLedger& ledger, kafka::Consumer* consumer, WallTime now);

 private:
  // Since when records wait that nobody has read yet: their own timestamps are not known.
  struct Behind {
    kafka::TopicPartition at;
    std::int64_t since;
  };
  [[nodiscard]] std::int64_t oldest_waiting(const Ledgered& one, std::int64_t lag, WallTime now);
  [[nodiscard]] PartitionMetrics& metrics_of(const kafka::TopicPartition& at);

  MetricSink& sink_;
  MetricLabels labels_;
  std::string group_;
  std::vector<PartitionMetrics> metrics_;
  std::vector<Behind> behind_;
};

}  // namespace sinkway::task
