// What a task counts: every name of its metrics, and where they are made.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/metric_sink.hpp"
#include "host/kafka/consumer.hpp"
#include "host/task/sampled_time.hpp"

namespace sinkway::task {

// Kafka Connect's own names as Strimzi's dashboards spell them (ecosystem 1b, family A), then ours in base units.
inline constexpr std::string_view kReadTotal = "kafka_connect_sink_task_sink_record_read_total";
inline constexpr std::string_view kSendTotal = "kafka_connect_sink_task_sink_record_send_total";
inline constexpr std::string_view kPartitionCount = "kafka_connect_sink_task_partition_count";
inline constexpr std::string_view kActiveCount = "kafka_connect_sink_task_sink_record_active_count";
inline constexpr std::string_view kBatchAverage = "kafka_connect_connector_task_batch_size_avg";
inline constexpr std::string_view kBatchMost = "kafka_connect_connector_task_batch_size_max";
inline constexpr std::string_view kPutAverage = "kafka_connect_sink_task_put_batch_avg_time_ms";
inline constexpr std::string_view kPutMost = "kafka_connect_sink_task_put_batch_max_time_ms";
inline constexpr std::string_view kCommitSequence = "kafka_connect_sink_task_offset_commit_seq_no";
inline constexpr std::string_view kCommitDone = "kafka_connect_sink_task_offset_commit_completion_total";
inline constexpr std::string_view kCommitSkipped = "kafka_connect_sink_task_offset_commit_skip_total";
inline constexpr std::string_view kCommitAverage = "kafka_connect_connector_task_offset_commit_avg_time_ms";
inline constexpr std::string_view kCommitMost = "kafka_connect_connector_task_offset_commit_max_time_ms";
inline constexpr std::string_view kRetries = "kafka_connect_task_error_total_retries";
inline constexpr std::string_view kPutSeconds = "sinkway_task_put_seconds";
inline constexpr std::string_view kBatchRecords = "sinkway_task_batch_records";
inline constexpr std::string_view kLagRecords = "sinkway_partition_lag_records";
inline constexpr std::string_view kLagSeconds = "sinkway_partition_lag_seconds";
inline constexpr std::string_view kGroupLag = "kafka_consumergroup_lag";

// The reader's series. [reader-thread]
class ReaderMetrics {
 public:
  ReaderMetrics(MetricSink& sink, const MetricLabels& labels);
  void read(std::size_t records) { read_->record(static_cast<double>(records)); }
  void partitions(std::size_t count) { partitions_->record(static_cast<double>(count)); }
  void active(std::int64_t count) { active_->record(static_cast<double>(count)); }
  void commit_sent(double sequence) { commit_sequence_->record(sequence); }
  void commit_done(Instant sent, Instant now);
  void commit_skipped() { commit_skipped_->record(1); }

 private:
  std::shared_ptr<Metric> read_, partitions_, active_, commit_sequence_, commit_done_, commit_skipped_, commit_average_, commit_most_;
  SampledTime commit_times_;
};

// The writer's series. [writer-thread]
class WriterMetrics {
 public:
  WriterMetrics(MetricSink& sink, const MetricLabels& labels);
  void put(std::size_t records, Instant began, Instant ended);
  void sent(std::size_t records) { sent_->record(static_cast<double>(records)); }
  void retried() { retries_->record(1); }

 private:
  std::shared_ptr<Metric> sent_, average_, most_, retries_, seconds_, batch_records_, batch_average_, batch_most_;
  SampledTime times_, sizes_;
};

// One partition's series; they leave the scrape with it. A gauge shows nothing before it is known. [reader-thread]
class PartitionMetrics {
 public:
  // `labels`: of the task.
  PartitionMetrics(MetricSink& sink, const MetricLabels& labels, std::string group, const kafka::TopicPartition& at);
  [[nodiscard]] const kafka::TopicPartition& at() const { return at_; }
  // -1: not known.
  void lag(std::int64_t records, double seconds);

 private:
  MetricSink* sink_;
  MetricLabels labels_, group_labels_;
  kafka::TopicPartition at_;
  std::shared_ptr<Metric> records_, seconds_, group_;
};

}  // namespace sinkway::task
