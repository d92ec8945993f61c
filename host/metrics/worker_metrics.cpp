#include "host/metrics/worker_metrics.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace sinkway::metrics {
namespace {

constexpr std::array<std::string_view, 5> kTaskStates = {"RUNNING", "PAUSED", "FAILED", "UNASSIGNED", "RESTARTING"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return out;
}

void add_starts(std::vector<Sample>& samples, const std::string& what, const herder::StartCounts& counts) {
  const std::string name = "kafka_connect_worker_" + what + "_startup_";
  const auto add = [&](const std::string& which, const std::string& help, std::uint64_t count) {
    samples.push_back({MetricKind::counter, name + which + "_total", help, {}, static_cast<double>(count)});
  };
  add("attempts", "Starts of a " + what + " that were tried.", counts.attempts);
  add("success", "Starts of a " + what + " that succeeded.", counts.successes);
  add("failure", "Starts of a " + what + " that failed.", counts.failures);
}

double tasks_in(const herder::ConnectorStatus& status, std::string_view state) {
  return static_cast<double>(
      std::count_if(status.tasks.begin(), status.tasks.end(),
                    [&](const auto& task) { return task.second.state == state; }));
}

void add_task_counts(std::vector<Sample>& samples, const std::vector<herder::ConnectorStatus>& statuses) {
  for (const auto& status : statuses)
    samples.push_back({MetricKind::gauge, "kafka_connect_worker_connector_total_task_count", "Tasks of the connector.",
                       {{"connector", status.name}}, static_cast<double>(status.tasks.size())});
  for (const auto state : kTaskStates)
    for (const auto& status : statuses)
      samples.push_back({MetricKind::gauge, "kafka_connect_worker_connector_" + lower(state) + "_task_count",
                         "Tasks of the connector that are " + std::string(state) + ".", {{"connector", status.name}},
                         tasks_in(status, state)});
}

void add_states(std::vector<Sample>& samples, const std::vector<herder::ConnectorStatus>& statuses) {
  for (const auto& status : statuses)
    samples.push_back({MetricKind::gauge, "kafka_connect_connector_status", "1 for the state that the connector is in.",
                       {{"connector", status.name}, {"status", lower(status.connector.state)}}, 1});
  for (const auto& status : statuses)
    for (const auto& [number, task] : status.tasks)
      samples.push_back({MetricKind::gauge, "kafka_connect_connector_task_status",
                         "1 for the state that the task is in.",
                         {{"connector", status.name}, {"task", std::to_string(number)},
                          {"status", lower(task.state)}}, 1});
}

}  // namespace

std::vector<Sample> worker_samples(const herder::StatusBook& book) {
  const auto statuses = book.all();
  double tasks = 0;
  for (const auto& status : statuses) tasks += static_cast<double>(status.tasks.size());
  std::vector<Sample> samples;
  samples.push_back({MetricKind::gauge, "kafka_connect_worker_connector_count", "Connectors in this worker.", {},
                     static_cast<double>(statuses.size())});
  samples.push_back({MetricKind::gauge, "kafka_connect_worker_task_count", "Tasks in this worker.", {}, tasks});
  add_starts(samples, "connector", book.starts(herder::StatusBook::Kind::connector));
  add_starts(samples, "task", book.starts(herder::StatusBook::Kind::task));
  add_task_counts(samples, statuses);
  add_states(samples, statuses);
  return samples;
}

std::vector<Sample> version_samples(const std::string& version, const std::string& sinkway_version,
                                    double start_time_seconds) {
  return {{MetricKind::gauge, "kafka_connect_version_info",
           "The Kafka Connect release whose interface this worker has.",
           {{"version", version}, {"sinkway_version", sinkway_version}}, 1},
          {MetricKind::gauge, "kafka_connect_start_time_seconds", "When the worker started, in seconds since 1970.",
           {}, start_time_seconds}};
}

}  // namespace sinkway::metrics
