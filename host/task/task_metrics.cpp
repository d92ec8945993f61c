#include "host/task/task_metrics.hpp"

#include "host/data/value.hpp"

namespace sinkway::task {
namespace {

double milliseconds(Instant from, Instant to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

// A plugin may have taken the name for another kind: then the task goes on without this series.
std::shared_ptr<Metric> series(MetricSink& sink, MetricKind kind, std::string_view name, std::string_view help,
                               const MetricLabels& labels) {
  if (auto made = sink.make(kind, name, help, labels)) return made;
  return NullMetricSink().make(kind, name, help, labels);
}

}  // namespace

ReaderMetrics::ReaderMetrics(MetricSink& sink, const MetricLabels& labels)
    : read_(series(sink, MetricKind::counter, kReadTotal, "Records read from Kafka.", labels)),
      partitions_(series(sink, MetricKind::gauge, kPartitionCount, "Partitions assigned to the task.", labels)),
      active_(series(sink, MetricKind::gauge, kActiveCount, "Records read from Kafka and not committed yet.", labels)),
      commit_sequence_(series(sink, MetricKind::gauge, kCommitSequence, "Number of the last offset commit.", labels)),
      commit_done_(series(sink, MetricKind::counter, kCommitDone, "Offset commits that Kafka acknowledged.", labels)),
      commit_skipped_(series(sink, MetricKind::counter, kCommitSkipped, "Offset commits that failed or came too late.", labels)),
      commit_average_(series(sink, MetricKind::gauge, kCommitAverage, "Average time of an offset commit.", labels)),
      commit_most_(series(sink, MetricKind::gauge, kCommitMost, "Longest time of an offset commit.", labels)) {}

void ReaderMetrics::commit_done(Instant sent, Instant now) {
  commit_done_->record(1);
  commit_times_.add(milliseconds(sent, now), now);
  commit_average_->record(commit_times_.average(now));
  commit_most_->record(commit_times_.most(now));
}

WriterMetrics::WriterMetrics(MetricSink& sink, const MetricLabels& labels)
    : sent_(series(sink, MetricKind::counter, kSendTotal, "Records that the plugin has taken.", labels)),
      average_(series(sink, MetricKind::gauge, kPutAverage, "Average time of a put.", labels)),
      most_(series(sink, MetricKind::gauge, kPutMost, "Longest time of a put.", labels)),
      retries_(series(sink, MetricKind::counter, kRetries, "Calls into the plugin that were tried again.", labels)),
      seconds_(series(sink, MetricKind::histogram, kPutSeconds, "Time of a put.", labels)),
      batch_records_(series(sink, MetricKind::histogram, kBatchRecords, "Records in a put.", labels)),
      batch_average_(series(sink, MetricKind::gauge, kBatchAverage, "Average number of records in a put.", labels)),
      batch_most_(series(sink, MetricKind::gauge, kBatchMost, "Most records in a put.", labels)) {}

void WriterMetrics::put(std::size_t records, Instant began, Instant ended) {
  times_.add(milliseconds(began, ended), ended);
  average_->record(times_.average(ended));
  most_->record(times_.most(ended));
  seconds_->record(milliseconds(began, ended) / 1'000);
  batch_records_->record(static_cast<double>(records));
  sizes_.add(static_cast<double>(records), ended);
  batch_average_->record(sizes_.average(ended));
  batch_most_->record(sizes_.most(ended));
}

PartitionMetrics::PartitionMetrics(MetricSink& sink, const MetricLabels& labels, std::string group,
                                   const kafka::TopicPartition& at)
    : sink_(&sink), labels_(labels), at_(at) {
  const std::string topic(view(*at.topic));
  labels_.emplace_back("topic", topic);
  labels_.emplace_back("partition", std::to_string(at.partition));
  group_labels_ = {{"consumergroup", std::move(group)}, {"topic", topic}, {"partition", std::to_string(at.partition)}};
}

void PartitionMetrics::lag(std::int64_t records, double seconds) {
  if (records >= 0) {
    if (!records_) {
      records_ = series(*sink_, MetricKind::gauge, kLagRecords, "Records in Kafka that the plugin has not taken yet.", labels_);
      group_ = series(*sink_, MetricKind::gauge, kGroupLag, "Approximate lag of a consumer group.", group_labels_);
    }
    records_->record(static_cast<double>(records));
    group_->record(static_cast<double>(records));
  }
  if (seconds >= 0) {
    if (!seconds_)
      seconds_ = series(*sink_, MetricKind::gauge, kLagSeconds, "Age of the oldest record that the plugin has not taken yet.",
                        labels_);
    seconds_->record(seconds);
  }
}

}  // namespace sinkway::task
