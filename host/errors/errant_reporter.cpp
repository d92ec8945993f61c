#include "host/errors/errant_reporter.hpp"

#include <fmt/format.h>

namespace sinkway::errors {
namespace {

// KIP-298's names of timestampType.
std::string_view timestamp_type_name(std::int32_t type) {
  return type == 1 ? "CreateTime" : type == 2 ? "LogAppendTime" : "NoTimestampType";
}

std::string consumed_record(const Errant& errant) {
  return fmt::format(
      ", where consumed record is {{topic='{}', partition={}, offset={}, timestamp={}, timestampType={}}}",
      errant.topic, errant.partition, errant.offset, errant.timestamp, timestamp_type_name(errant.timestamp_type));
}

// runtime-semantics 2.5: the line that people search for, without keys and values.
std::string log_line(const ErrantReporter::Options& task, const Errant& errant) {
  return fmt::format("Error encountered in task {}-{}. Executing stage '{}' with class '{}'{}. {}", task.connector,
                     task.task, errant.stage, errant.executor, task.log_places ? consumed_record(errant) : "",
                     reason_with_field(errant));
}

std::string place_of(const Errant& errant) {
  return fmt::format("topic {}, partition {}, offset {}", errant.topic, errant.partition, errant.offset);
}

}  // namespace

std::string place_and_reason(const Errant& errant) {
  return fmt::format("topic {}, partition {}, offset {}{}{}: {}", errant.topic, errant.partition, errant.offset,
                     errant.field.empty() ? "" : ", field ", errant.field, errant.reason);
}

std::string intolerable(const Errant& errant) {
  return fmt::format("Tolerance exceeded in error handler: stage {}, {} (errors.tolerance=all leaves such records out)",
                     errant.stage, place_and_reason(errant));
}

ErrantReporter::ErrantReporter(const Options& options) : options_(options) {
  const MetricLabels labels{{"connector", options.connector}, {"task", std::to_string(options.task)}};
  // A plugin may have taken a name for another kind: then the task goes on without this series.
  const auto series = [&](MetricKind kind, std::string_view name, std::string_view help) {
    auto made = options.metrics->make(kind, name, help, labels);
    return made ? made : NullMetricSink().make(kind, name, help, labels);
  };
  const auto counter = [&](std::string_view name, std::string_view help) { return series(MetricKind::counter, name, help); };
  failures_ = counter("kafka_connect_task_error_total_record_failures", "Records that could not be processed.");
  errors_ = counter("kafka_connect_task_error_total_record_errors", "Errors while records were processed.");
  skipped_ = counter("kafka_connect_task_error_total_records_skipped", "Records left out because of errors.tolerance=all.");
  logged_ = counter("kafka_connect_task_error_total_errors_logged", "Errors written to the log.");
  retries_ = counter("kafka_connect_task_error_total_retries", "Operations on records that were tried again.");
  requests_ =
      counter("kafka_connect_task_error_deadletterqueue_produce_requests", "Records sent to the dead letter queue.");
  refusals_ = counter("kafka_connect_task_error_deadletterqueue_produce_failures",
                      "Tries to send a record to the dead letter queue that failed.");
  last_ = series(MetricKind::gauge, "kafka_connect_task_error_last_error_timestamp",
                 "When the last error happened, in milliseconds since 1970.");
}

Verdict ErrantReporter::report(const Errant& errant) {
  failures_->record(1);
  errors_->record(1);
  const auto now = options_.clock->wall().time_since_epoch();
  last_->record(static_cast<double>(std::chrono::duration_cast<Milliseconds>(now).count()));
  if (options_.log_errors) {
    options_.log.line(LogLevel::error, log_line(options_, errant));
    logged_->record(1);
  }
  if (options_.letters.queue) send(errant);
  if (options_.tolerance == Tolerance::none) return Verdict::fail;
  skipped_->record(1);
  return Verdict::leave_out;
}

void ErrantReporter::retried() {
  failures_->record(1);
  retries_->record(1);
}

// The letter may outlive the task: what hears of it owns all that it touches.
void ErrantReporter::send(const Errant& errant) {
  requests_->record(1);
  auto heard = [letters = letters_, refusals = refusals_, ticket = letters_->open(),
                place = place_of(errant)](const std::optional<Error>& error) {
    if (!error) return letters->acknowledged(ticket);
    refusals->record(1);
    if (error->retriable()) return letters->delayed("the dead letter of " + place + ": " + error->text());
    letters->refused("the dead letter of " + place + " was refused: " + error->text());
  };
  const Sender sender{options_.connector, options_.task};
  options_.letters.queue->send(make_dead_letter(errant, sender, options_.letters.context_headers), std::move(heard));
}

}  // namespace sinkway::errors
