// Counters, gauges and histograms kept for Prometheus, and their scrape. The only door to prometheus-cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/metric_sink.hpp"

namespace sinkway::metrics {

// A value that is looked up when somebody scrapes, instead of being kept.
struct Sample {
  MetricKind kind = MetricKind::gauge;  // counter or gauge
  std::string name, help;
  MetricLabels labels;
  double value = 0;
};

// The metrics of one worker. Series that were made live as long as one of their owners, longer than this object if need
// be. [any-thread]
class Metrics final : public MetricSink {
 public:
  Metrics();
  ~Metrics() override;

  [[nodiscard]] std::shared_ptr<Metric> make(MetricKind kind, std::string_view name, std::string_view help,
                                             const MetricLabels& labels) override;

  // Asked at every scrape, on the thread of the scrape. Set up before the first one.
  void add_source(std::function<std::vector<Sample>()> source);

  // Prometheus text exposition 0.0.4.
  [[nodiscard]] std::string scrape() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
  std::vector<std::function<std::vector<Sample>()>> sources_;
};

}  // namespace sinkway::metrics
