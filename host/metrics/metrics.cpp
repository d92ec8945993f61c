#include "host/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <variant>

namespace sinkway::metrics {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using Labels = std::map<std::string, std::string>;

template <typename T>
struct Kept {
  Family<T>* family = nullptr;
  T* series = nullptr;
};
using Series = std::variant<Kept<Counter>, Kept<Gauge>, Kept<Histogram>>;

// From a put of a few rows to one that waits for a lock.
Histogram::BucketBoundaries time_buckets() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

Histogram::BucketBoundaries count_buckets() {
  return {1, 10, 50, 100, 500, 1'000, 2'500, 5'000, 10'000, 20'000, 50'000, 100'000};
}

Labels labels_of(const MetricLabels& labels) { return {labels.begin(), labels.end()}; }

}  // namespace

struct Metrics::State {
  struct Owned {
    Series series;
    int owners = 0;
  };
  struct Named {
    MetricKind kind = MetricKind::gauge;
    std::variant<Family<Counter>*, Family<Gauge>*, Family<Histogram>*> family;
    std::map<Labels, Owned> series;
  };

  std::mutex mutex;
  prometheus::Registry registry;
  std::map<std::string, Named, std::less<>> names;

  Named* find_or_add(MetricKind kind, std::string_view name, std::string_view help) {
    if (const auto known = names.find(name); known != names.end())
      return known->second.kind == kind ? &known->second : nullptr;
    Named named;
    named.kind = kind;
    const std::string as_text(name), about(help);
    try {
      if (kind == MetricKind::counter)
        named.family = &prometheus::BuildCounter().Name(as_text).Help(about).Register(registry);
      else if (kind == MetricKind::gauge)
        named.family = &prometheus::BuildGauge().Name(as_text).Help(about).Register(registry);
      else
        named.family = &prometheus::BuildHistogram().Name(as_text).Help(about).Register(registry);
    } catch (const std::invalid_argument&) {
      return nullptr;  // not a name that Prometheus allows
    }
    return &names.emplace(as_text, std::move(named)).first->second;
  }

  static std::optional<Series> add_series(const Named& named, std::string_view name, const Labels& labels) {
    try {
      if (auto* const* counters = std::get_if<Family<Counter>*>(&named.family))
        return Kept<Counter>{*counters, &(*counters)->Add(labels)};
      if (auto* const* gauges = std::get_if<Family<Gauge>*>(&named.family))
        return Kept<Gauge>{*gauges, &(*gauges)->Add(labels)};
      auto* histograms = std::get<Family<Histogram>*>(named.family);
      return Kept<Histogram>{histograms,
                             &histograms->Add(labels, name.ends_with("_seconds") ? time_buckets() : count_buckets())};
    } catch (const std::invalid_argument&) {
      return std::nullopt;  // a label name that Prometheus does not allow
    }
  }

  void let_go(const std::string& name, const Labels& labels) {
    const std::lock_guard guard(mutex);
    auto& all = names.find(name)->second.series;
    const auto found = all.find(labels);
    if (--found->second.owners > 0) return;
    std::visit([](auto& kept) { kept.family->Remove(kept.series); }, found->second.series);
    all.erase(found);
  }
};

namespace {

// One owner's hold on a series; the series goes with its last owner.
class OwnedMetric final : public Metric {
 public:
  OwnedMetric(std::shared_ptr<Metrics::State> state, std::string name, Labels labels, Series series)
      : state_(std::move(state)), name_(std::move(name)), labels_(std::move(labels)), series_(series) {}
  ~OwnedMetric() override { state_->let_go(name_, labels_); }
  OwnedMetric(const OwnedMetric&) = delete;
  OwnedMetric& operator=(const OwnedMetric&) = delete;

  void record(double value) override {
    if (auto* counter = std::get_if<Kept<Counter>>(&series_))
      counter->series->Increment(value);
    else if (auto* gauge = std::get_if<Kept<Gauge>>(&series_))
      gauge->series->Set(value);
    else
      std::get<Kept<Histogram>>(series_).series->Observe(value);
  }

 private:
  std::shared_ptr<Metrics::State> state_;
  std::string name_;
  Labels labels_;
  Series series_;
};

void add_sample(std::vector<prometheus::MetricFamily>& families, const Sample& sample) {
  if (families.empty() || families.back().name != sample.name) {
    prometheus::MetricFamily family;
    family.name = sample.name;
    family.help = sample.help;
    family.type = sample.kind == MetricKind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    families.push_back(std::move(family));
  }
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  metric.counter.value = metric.gauge.value = sample.value;
  families.back().metric.push_back(std::move(metric));
}

}  // namespace

Metrics::Metrics() : state_(std::make_shared<State>()) {}
Metrics::~Metrics() = default;

std::shared_ptr<Metric> Metrics::make(MetricKind kind, std::string_view name, std::string_view help,
                                      const MetricLabels& labels) {
  const std::lock_guard guard(state_->mutex);
  State::Named* named = state_->find_or_add(kind, name, help);
  if (!named) return nullptr;
  const Labels sorted = labels_of(labels);
  auto found = named->series.find(sorted);
  if (found == named->series.end()) {
    const auto series = State::add_series(*named, name, sorted);
    if (!series) return nullptr;
    found = named->series.emplace(sorted, State::Owned{*series, 0}).first;
  }
  ++found->second.owners;
  return std::make_shared<OwnedMetric>(state_, std::string(name), sorted, found->second.series);
}

void Metrics::add_source(std::function<std::vector<Sample>()> source) { sources_.push_back(std::move(source)); }

std::string Metrics::scrape() const {
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  for (const auto& source : sources_)
    for (const auto& sample : source()) add_sample(families, sample);
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace sinkway::metrics
