// The host as a plugin in C++ sees it: log, metrics, errant records, cancellation.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_host.h"
#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::sdk {

// A time series of the host. Copies mean the same series. Does nothing when the host has refused the name. [any-thread]
class Metric {
 public:
  Metric() = default;
  Metric(const sinkway_host* host, sinkway_metric* series) : host_(host), series_(series) {}
  // Adds to a counter, sets a gauge, observes into a histogram.
  void record(double value) const {
    if (series_ != nullptr) host_->record_metric(host_, series_, value);
  }

 private:
  const sinkway_host* host_ = nullptr;
  sinkway_metric* series_ = nullptr;
};

// A record that cannot be delivered. No text may hold a value of the record.
struct Errant {
  std::size_t record_index = 0;  // in the batch of the running put
  std::string_view error_id{};   // stable, e.g. "table.too_long"
  std::string_view reason{};
  std::string_view field{};  // column or field at fault
  std::string_view stage = "TASK_PUT";
};

// Lent to a task or connector for its life. A copy is as good as the original.
class Host {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  Host() = default;
  explicit Host(const sinkway_host* host) : host_(host) {}

  [[nodiscard]] std::string_view connector() const { return view(host_->connector); }
  // The number of the task; -1 for a connector.
  [[nodiscard]] int task() const { return host_->task; }

  // Log lines. Never values of records, never secrets. [any-thread]
  void log(int level, std::string_view text, Fields fields = {}) const {
    const auto pairs = pairs_of(fields);
    host_->log(host_, level, lend(text), pairs.data(), pairs.size());
  }
  void debug(std::string_view text, Fields fields = {}) const { log(SINKWAY_LOG_DEBUG, text, fields); }
  void info(std::string_view text, Fields fields = {}) const { log(SINKWAY_LOG_INFO, text, fields); }
  void warn(std::string_view text, Fields fields = {}) const { log(SINKWAY_LOG_WARN, text, fields); }
  void error(std::string_view text, Fields fields = {}) const { log(SINKWAY_LOG_ERROR, text, fields); }

  // Time series by Prometheus names in base units, to which the host adds the labels connector and task; make them once.
  // [connector-thread] [writer-thread]
  [[nodiscard]] Metric counter(std::string_view name, std::string_view help, Fields labels = {}) const {
    return metric(SINKWAY_COUNTER, name, help, labels);
  }
  [[nodiscard]] Metric gauge(std::string_view name, std::string_view help, Fields labels = {}) const {
    return metric(SINKWAY_GAUGE, name, help, labels);
  }
  [[nodiscard]] Metric histogram(std::string_view name, std::string_view help, Fields labels = {}) const {
    return metric(SINKWAY_HISTOGRAM, name, help, labels);
  }

  // True: leave the record out and go on. False (errors.tolerance=none): throw DataError for it. During put [writer-thread]
  [[nodiscard]] bool report_errant(const Errant& errant) const {
    const sinkway_errant told{sizeof(sinkway_errant), 0, errant.record_index, lend(errant.stage), lend(errant.error_id),
                              lend(errant.reason), lend(errant.field)};
    return host_->report_errant(host_, &told) == SINKWAY_ERRANT_ACCEPTED;
  }
  // Waits until every reported dead letter is acknowledged; false: not within the time. [writer-thread]
  [[nodiscard]] bool flush_errant(std::chrono::milliseconds timeout) const {
    return host_->flush_errant(host_, timeout.count()) == 1;
  }

  // Asks for a commit of positions soon. [writer-thread]
  void request_commit() const { host_->request_commit(host_); }
  // Stops and restarts the flow of one partition. [writer-thread]
  void pause_partition(std::string_view topic, std::int32_t partition) const {
    host_->pause_partition(host_, lend(topic), partition);
  }
  void resume_partition(std::string_view topic, std::int32_t partition) const {
    host_->resume_partition(host_, lend(topic), partition);
  }

  // A clock that never goes back. [any-thread]
  [[nodiscard]] std::chrono::milliseconds monotonic() const { return std::chrono::milliseconds(host_->monotonic_ms(host_)); }

  // Becomes readable when the running call should end soon with RetriableError: poll it together with your own sockets, never
  // read it, never close it. [writer-thread]
  [[nodiscard]] int cancel_descriptor() const { return host_->cancel_descriptor(host_); }
  // [any-thread]
  [[nodiscard]] bool is_cancelled() const { return host_->is_cancelled(host_) == 1; }
  // The assignment generation of this partition is still the task's own. [writer-thread]
  [[nodiscard]] bool is_current(std::string_view topic, std::int32_t partition, std::uint64_t generation) const {
    return host_->is_current(host_, lend(topic), partition, generation) == 1;
  }

  // An extension by id; null when the host does not know it. [any-thread]
  [[nodiscard]] const void* extension(std::string_view id) const { return host_->get_extension(host_, lend(id)); }
  // The headers of a record as Kafka held them, by its raw bytes (RecordView::raw_bytes, not null); empty also where the host
  // does not tell. Lent as long as the batch. [writer-thread]
  [[nodiscard]] std::span<const sinkway_raw_header> raw_headers(const sinkway_raw& raw) const {
    const auto* told = static_cast<const sinkway_raw_headers*>(extension(SINKWAY_EXT_RAW_HEADERS));
    if (told == nullptr) return {};
    const sinkway_raw_header* headers = nullptr;
    const std::size_t count = told->of(&raw, &headers);
    return {headers, count};
  }
  // The batch that waits behind that of the running put, as a forecast (sinkway_next_batch); null: none yet, or the host does not
  // tell. Lent until put returns. The descriptor becomes readable when there may be one; -1: there never is. [writer-thread]
  [[nodiscard]] int next_batch_descriptor() const {
    const auto* told = static_cast<const sinkway_next_batch*>(extension(SINKWAY_EXT_NEXT_BATCH));
    return told == nullptr ? -1 : told->descriptor(host_);
  }
  [[nodiscard]] const sinkway_batch* next_batch() const {
    const auto* told = static_cast<const sinkway_next_batch*>(extension(SINKWAY_EXT_NEXT_BATCH));
    return told == nullptr ? nullptr : told->of(host_);
  }
  // The configuration through a table of options. [connector-thread] [writer-thread]
  [[nodiscard]] Config config(std::span<const sinkway_option> options) const { return {options, *host_}; }
  [[nodiscard]] const sinkway_host* raw() const { return host_; }

 private:
  [[nodiscard]] static std::vector<sinkway_pair> pairs_of(Fields fields) {
    std::vector<sinkway_pair> pairs;
    pairs.reserve(fields.size());
    for (const auto& [key, value] : fields) pairs.push_back({lend(key), lend(value)});
    return pairs;
  }
  [[nodiscard]] Metric metric(int kind, std::string_view name, std::string_view help, Fields labels) const {
    const auto pairs = pairs_of(labels);
    return {host_, host_->make_metric(host_, kind, lend(name), lend(help), pairs.data(), pairs.size())};
  }

  const sinkway_host* host_ = nullptr;
};

}  // namespace sinkway::sdk
