// The smallest useful plugin: counts what comes, refuses what is too big, keeps nothing.
#include "plugins/sdk/cpp/export.hpp"

namespace {

using namespace sinkway::sdk;

constexpr auto kOptions = option_table({
    {.name = "max.length", .type = SINKWAY_TYPE_INT, .default_value = "1000", .documentation = "Longest text that is counted."},
});

class CountingSink final : public SinkTask {
  void start(const Config& config) override {
    longest_ = config.integer("max.length");
    counted_ = host().counter("example_records_total", "Records that were counted.");
  }

  void put(const BatchView& batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const ValueView value = batch[i].value();
      if (value.tag() == SINKWAY_STRING && static_cast<std::int64_t>(value.text().size()) > longest_) {
        // With errors.tolerance=all the record goes to the dead letter queue, else the task must fail with it.
        const bool accepted = host().report_errant({.record_index = i, .error_id = "example.too_long", .reason = "text too long"});
        if (!accepted) throw DataError(i, "text longer than max.length", {.hint = "raise max.length"});
      } else {
        counted_.record(1);
      }
    }
  }

  std::int64_t longest_ = 0;
  Metric counted_;
};

}  // namespace

SINKWAY_EXPORT_SINKS(sink<CountingSink>({.name = "org.example.CountingSinkConnector",
                                         .version = "1.0.0",
                                         .documentation = "Counts records.",
                                         .options = kOptions}))
