#include "host/task/lag_report.hpp"

#include <algorithm>
#include <tuple>

#include "host/data/value.hpp"
#include "host/kafka/lag.hpp"

namespace sinkway::task {

std::vector<PartitionStatus> LagReport::take(const OffsetLedger& ledger, kafka::Consumer* consumer, WallTime now) {
  std::vector<PartitionStatus> report;
  const auto assigned = [&](const kafka::TopicPartition& at) {
    return std::any_of(ledger.all().begin(), ledger.all().end(), [&](const Ledgered& one) { return one.at == at; });
  };
  std::erase_if(metrics_, [&](const PartitionMetrics& one) { return !assigned(one.at()); });
  std::erase_if(behind_, [&](const Behind& one) { return !assigned(one.at); });

  for (const Ledgered& one : ledger.all()) {
    PartitionStatus status{std::string(view(*one.at.topic)), one.at.partition, one.accepted, one.committed, -1, -1, -1};
    const auto marks = consumer ? consumer->watermarks(one.at) : std::nullopt;
    // What was read is there, whatever was heard of the end before.
    if (marks) status.end = std::max(marks->high, one.read);
    status.lag = kafka::lag_records(one.accepted, marks ? std::optional(status.end) : std::nullopt);
    status.lag_seconds = kafka::lag_seconds(status.lag, oldest_waiting(one, status.lag, now), now);
    metrics_of(one.at).lag(status.lag, status.lag_seconds);
    report.push_back(std::move(status));
  }
  std::sort(report.begin(), report.end(), [](const PartitionStatus& left, const PartitionStatus& right) {
    return std::tie(left.topic, left.partition) < std::tie(right.topic, right.partition);
  });
  return report;
}

std::int64_t LagReport::oldest_waiting(const Ledgered& one, std::int64_t lag, WallTime now) {
  const auto found = std::find_if(behind_.begin(), behind_.end(), [&](const Behind& it) { return it.at == one.at; });
  const auto read = one.waiting.oldest();
  if (lag <= 0 || read) {
    if (found != behind_.end()) behind_.erase(found);
    return read.value_or(-1);
  }
  if (found != behind_.end()) return found->since;
  const auto since = std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()).count();
  behind_.push_back({one.at, since});
  return since;
}

PartitionMetrics& LagReport::metrics_of(const kafka::TopicPartition& at) {
  const auto found = std::find_if(metrics_.begin(), metrics_.end(), [&](const PartitionMetrics& one) { return one.at() == at; });
  if (found != metrics_.end()) return *found;
  return metrics_.emplace_back(sink_, labels_, group_, at);
}

}  // namespace sinkway::task
