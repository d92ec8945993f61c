#include "host/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sinkway::metrics {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, PrintEveryKindWithItsHelp) {
  Metrics metrics;
  const auto records = metrics.make(MetricKind::counter, "records_total", "Records.", {{"connector", "a"}});
  const auto lag = metrics.make(MetricKind::gauge, "lag", "Lag.", {});
  const auto put = metrics.make(MetricKind::histogram, "put_seconds", "Puts.", {{"task", "0"}});
  const auto size = metrics.make(MetricKind::histogram, "batch_records", "Batches.", {});
  records->record(2);
  records->record(3);
  lag->record(7);
  lag->record(4);
  put->record(0.003);
  size->record(20'000);
  const std::string text = metrics.scrape();
  for (const auto* line : {"# HELP records_total Records.", "# TYPE records_total counter",
                           "records_total{connector=\"a\"} 5", "lag 4",
                           "# TYPE put_seconds histogram", "put_seconds_count{task=\"0\"} 1",
                           "put_seconds_bucket{task=\"0\",le=\"0.0025\"} 0",
                           "put_seconds_bucket{task=\"0\",le=\"0.005\"} 1", "batch_records_bucket{le=\"20000\"} 1",
                           "batch_records_bucket{le=\"+Inf\"} 1"})
    EXPECT_TRUE(has_line(text, line)) << line << "\nin\n" << text;
}

TEST(Metrics, ShareASeriesAndDropItWithItsLastOwner) {
  Metrics metrics;
  auto first = metrics.make(MetricKind::counter, "n_total", "N.", {{"a", "1"}, {"b", "2"}});
  auto second = metrics.make(MetricKind::counter, "n_total", "N.", {{"b", "2"}, {"a", "1"}});
  first->record(1);
  second->record(1);
  first.reset();
  EXPECT_TRUE(has_line(metrics.scrape(), "n_total{a=\"1\",b=\"2\"} 2"));
  second.reset();
  EXPECT_EQ(metrics.scrape().find("n_total"), std::string::npos);
  auto third = metrics.make(MetricKind::counter, "n_total", "N.", {{"a", "1"}, {"b", "2"}});
  EXPECT_TRUE(has_line(metrics.scrape(), "n_total{a=\"1\",b=\"2\"} 0")) << "it begins anew";
}

TEST(Metrics, RefuseWhatPrometheusDoes) {
  Metrics metrics;
  const auto kept = metrics.make(MetricKind::counter, "n_total", "N.", {});
  EXPECT_EQ(metrics.make(MetricKind::gauge, "n_total", "N.", {}), nullptr);
  EXPECT_EQ(metrics.make(MetricKind::gauge, "no such name", "N.", {}), nullptr);
  EXPECT_EQ(metrics.make(MetricKind::gauge, "m", "N.", {{"no label", "x"}}), nullptr);
  EXPECT_NE(metrics.make(MetricKind::counter, "n_total", "N.", {}), nullptr);
}

TEST(Metrics, EscapeLabelValues) {
  Metrics metrics;
  const auto kept = metrics.make(MetricKind::gauge, "g", "G.", {{"connector", "a\"b\\c\nd"}});
  EXPECT_TRUE(has_line(metrics.scrape(), "g{connector=\"a\\\"b\\\\c\\nd\"} 0")) << metrics.scrape();
}

TEST(Metrics, OutliveTheirRegistry) {
  std::shared_ptr<Metric> kept;
  {
    Metrics metrics;
    kept = metrics.make(MetricKind::gauge, "g", "G.", {});
  }
  kept->record(1);
}

TEST(Metrics, AskTheirSourcesAtEachScrape) {
  Metrics metrics;
  int asked = 0;
  metrics.add_source([&] {
    ++asked;
    return std::vector<Sample>{{MetricKind::gauge, "s", "S.", {{"x", "1"}}, 1.5},
                               {MetricKind::gauge, "s", "S.", {{"x", "2"}}, 2},
                               {MetricKind::counter, "t_total", "T.", {}, static_cast<double>(asked)}};
  });
  EXPECT_TRUE(has_line(metrics.scrape(), "s{x=\"1\"} 1.5\ns{x=\"2\"} 2"));
  EXPECT_TRUE(has_line(metrics.scrape(), "t_total 2"));
}

TEST(Metrics, AreMadeUsedScrapedAndDroppedByManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&metrics] {
      for (int n = 0; n < 500; ++n) {
        const auto metric = metrics.make(MetricKind::counter, "n_total", "N.", {{"k", std::to_string(n % 3)}});
        metric->record(1);
        if (n % 100 == 0) (void)metrics.scrape();
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(metrics.scrape().find("n_total"), std::string::npos);
}

}  // namespace
}  // namespace sinkway::metrics
