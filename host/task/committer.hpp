// Tells Kafka the positions that the plugin allows.
#pragma once

#include <optional>
#include <span>

#include "host/base/log.hpp"
#include "host/kafka/consumer.hpp"
#include "host/task/channel.hpp"
#include "host/task/commit_schedule.hpp"
#include "host/task/offset_ledger.hpp"
#include "host/task/task_metrics.hpp"

namespace sinkway::task {

// Asks the writer for pre_commit when the schedule says so, sends what it allowed (rule D1), notes what Kafka answers. A commit that
// fails is told and tried again at the next interval; it never ends the task. [reader-thread]
class Committer {
 public:
  // connect's offset.flush.timeout.ms
  static constexpr Milliseconds kTimeout{5'000};

  // All references outlive the committer.
  Committer(Milliseconds interval, OffsetLedger& ledger, Channel& channel, ReaderMetrics& metrics, Logger log);

  void begin(Instant now) { schedule_.begin(now); }
  void request() { schedule_.request(); }
  // What time has brought.
  void work(Instant now);
  // pre_commit answered. `consumer` null: none at present, nothing is sent.
  void allowed(std::span<const Position> positions, kafka::Consumer* consumer, Instant now);
  // Sends at once what the ledger allows for these partitions; what was sent.
  std::vector<kafka::PartitionOffset> send_last(std::span<const kafka::TopicPartition> partitions, kafka::Consumer& consumer,
                                                Instant now);
  void answered(const kafka::CommitDone& done, Instant now);
  // The consumer is gone, and its answers with it.
  void forget(Instant now) { schedule_.finished(now); }

  // A request of before is neither waiting nor under way.
  [[nodiscard]] bool idle() const {
    return schedule_.step() == CommitSchedule::Step::waiting && !schedule_.is_requested();
  }
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  void send(std::span<const kafka::PartitionOffset> offsets, kafka::Consumer& consumer);

  CommitSchedule schedule_;
  OffsetLedger& ledger_;
  Channel& channel_;
  ReaderMetrics& metrics_;
  Logger log_;
  double sequence_ = 0;
};

}  // namespace sinkway::task
