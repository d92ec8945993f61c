// What becomes of a record that cannot be delivered: counted, told, and left out or the end of its task.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/metric_sink.hpp"
#include "host/errors/tolerance.hpp"

namespace sinkway::errors {

// A record that cannot be delivered. Texts are lent; none holds a value of the record.
struct Errant {
  std::string_view topic;  // as consumed
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  // milliseconds, -1: none
  std::int32_t timestamp_type = 0;
  std::string_view stage;     // Connect's name
  std::string_view executor;  // class of the converter or connector at work
  std::string_view error_id;  // may be empty
  std::string_view reason;
  std::string_view field;  // column or field at fault, may be empty
};

// Whether the task may go on without the record.
enum class Verdict { leave_out, fail };

// "topic weather, partition 3, offset 17, field TM: reason": the place and the reason for people.
[[nodiscard]] std::string place_and_reason(const Errant& errant);
// What the status of a task shows that ended because of a record; begins with Connect's own words.
[[nodiscard]] std::string intolerable(const Errant& errant);

// One for each task; held by both of its threads. Rule D3: each errant record is counted and left out, or the task ends. [any-thread]
class ErrantReporter {
 public:
  struct Options {
    std::string connector;
    int task = 0;
    Tolerance tolerance = Tolerance::none;
    bool log_errors = false;  // errors.log.enable
    Logger log = Logger::none();
    MetricSink* metrics = nullptr;  // outlives the reporter
    const Clock* clock = nullptr;   // outlives the reporter
  };
  explicit ErrantReporter(const Options& options);

  [[nodiscard]] Verdict report(const Errant& errant);

 private:
  Options options_;
  std::shared_ptr<Metric> failures_;
  std::shared_ptr<Metric> errors_;
  std::shared_ptr<Metric> skipped_;
  std::shared_ptr<Metric> logged_;
  std::shared_ptr<Metric> last_;
};

}  // namespace sinkway::errors
