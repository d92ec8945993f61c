// Counters, gauges and histograms as an interface, for those below metrics/.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// One time series. Adds to a counter, sets a gauge, observes into a histogram. [any-thread]
class Metric {
 public:
  virtual ~Metric() = default;
  virtual void record(double value) = 0;
};

enum class MetricKind { counter, gauge, histogram };

// Makes time series, or finds the one that exists. A series is dropped from the scrape when the last owner of it is gone.
// Names are Prometheus names in base units; histograms named *_seconds get buckets of time, others of counts. Null when the
// name is taken by another kind. [any-thread]
class MetricSink {
 public:
  virtual ~MetricSink() = default;
  [[nodiscard]] virtual std::shared_ptr<Metric> make(MetricKind kind, std::string_view name, std::string_view help,
                                                     const MetricLabels& labels) = 0;
};

// A sink that keeps nothing, for tests and for calls before the real one exists.
class NullMetricSink final : public MetricSink {
 public:
  std::shared_ptr<Metric> make(MetricKind, std::string_view, std::string_view, const MetricLabels&) override {
    struct Nothing final : Metric {
      void record(double) override {}
    };
    static const auto nothing = std::make_shared<Nothing>();
    return nothing;
  }
};

}  // namespace sinkway
