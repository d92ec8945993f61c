// A metric sink that remembers the last value and the sum of each series.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/base/metric_sink.hpp"

namespace sinkway::test {

// Series are named "name{label=value,...}". [any-thread]
class RecordingMetrics final : public MetricSink {
 public:
  std::shared_ptr<Metric> make(MetricKind, std::string_view name, std::string_view, const MetricLabels& labels) override {
    std::string series(name);
    series += "{";
    for (const auto& [key, value] : labels) series += (series.back() == '{' ? "" : ",") + key + "=" + value;
    return std::make_shared<Series>(*this, series + "}");
  }
  void clear() {
    const std::lock_guard guard(mutex_);
    values_.clear();
  }
  [[nodiscard]] double sum(const std::string& series) const { return look(series).sum; }
  [[nodiscard]] double last(const std::string& series) const { return look(series).last; }
  [[nodiscard]] bool has(const std::string& series) const {
    const std::lock_guard guard(mutex_);
    return values_.contains(series);
  }

 private:
  struct Values {
    double sum = 0;
    double last = 0;
  };
  struct Series final : Metric {
    Series(RecordingMetrics& to, std::string of) : sink(to), name(std::move(of)) {}
    void record(double value) override {
      const std::lock_guard guard(sink.mutex_);
      sink.values_[name].sum += value;
      sink.values_[name].last = value;
    }
    RecordingMetrics& sink;
    std::string name;
  };
  [[nodiscard]] Values look(const std::string& series) const {
    const std::lock_guard guard(mutex_);
    const auto found = values_.find(series);
    return found == values_.end() ? Values{} : found->second;
  }
  mutable std::mutex mutex_;
  std::map<std::string, Values> values_;
};

}  // namespace sinkway::test
