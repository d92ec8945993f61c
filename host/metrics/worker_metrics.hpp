// What a worker counts: its connectors, tasks and starts, in the names that Kafka Connect's dashboards ask for.
#pragma once

#include <string>
#include <vector>

#include "host/herder/status_book.hpp"
#include "host/metrics/metrics.hpp"

namespace sinkway::metrics {

// kafka_connect_worker_*, kafka_connect_connector_status, kafka_connect_connector_task_status (JMX names as
// jmx_exporter's and Strimzi's rules spell them). Samples of one name stand together. Pure.
[[nodiscard]] std::vector<Sample> worker_samples(const herder::StatusBook& book);

// kafka_connect_version_info and kafka_connect_start_time_seconds.
[[nodiscard]] std::vector<Sample> version_samples(const std::string& version, const std::string& sinkway_version,
                                                  double start_time_seconds);

}  // namespace sinkway::metrics
