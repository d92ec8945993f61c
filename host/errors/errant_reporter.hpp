// What becomes of a record that cannot be delivered: counted, told, sent to the dead letter queue, and left out or the
// end of its task.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/metric_sink.hpp"
#include "host/errors/dead_letter_queue.hpp"
#include "host/errors/letter_tally.hpp"
#include "host/errors/tolerance.hpp"

namespace sinkway::errors {

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
    bool log_places = false;        // errors.log.include.messages
    DeadLetters letters{};
  };
  explicit ErrantReporter(const Options& options);

  // A letter goes out whatever the verdict is: with tolerance none its record is read again, and sent again, after a
  // restart.
  [[nodiscard]] Verdict report(const Errant& errant);
  // An operation has failed that is tried again.
  void retried();

  // Raw bytes must be kept for letters.
  [[nodiscard]] bool needs_raw() const { return options_.letters.queue != nullptr; }
  [[nodiscard]] LetterTally& letters() const { return *letters_; }
  // What it counts; whoever holds these keeps them in the scrape.
  [[nodiscard]] std::vector<std::shared_ptr<Metric>> series() const {
    return {failures_, errors_, skipped_, logged_, retries_, requests_, refusals_, last_};
  }

 private:
  void send(const Errant& errant);

  Options options_;
  std::shared_ptr<LetterTally> letters_ = std::make_shared<LetterTally>();
  std::shared_ptr<Metric> failures_;
  std::shared_ptr<Metric> errors_;
  std::shared_ptr<Metric> skipped_;
  std::shared_ptr<Metric> logged_;
  std::shared_ptr<Metric> retries_;
  std::shared_ptr<Metric> requests_;
  std::shared_ptr<Metric> refusals_;
  std::shared_ptr<Metric> last_;
};

}  // namespace sinkway::errors
