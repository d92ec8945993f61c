// Positions of a task by partition and generation: pure arithmetic.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/data/record.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::task {

// When the oldest records that are not accepted yet were written: one entry for each batch that a partition has part in.
class WaitingTimes {
 public:
  void add(std::int64_t first_offset, std::int64_t timestamp);
  // Everything below `next_offset` is accepted.
  void accepted(std::int64_t next_offset);
  // Batches that never went out: everything from `offset` on.
  void taken_back(std::int64_t offset);
  // Milliseconds; nothing when nothing waits.
  [[nodiscard]] std::optional<std::int64_t> oldest() const;

 private:
  struct Entry {
    std::int64_t first_offset;
    std::int64_t timestamp;
  };
  std::array<Entry, 4> entries_{};  // as many as batches circulate
  std::size_t count_ = 0;
};

// Where one assigned partition stands. All are next offsets, -1 before the plugin has opened it; at any time
// read >= handed >= accepted >= allowed >= committed.
struct Ledgered {
  kafka::TopicPartition at;
  std::uint64_t generation = 0;
  bool fetching = false;  // false: not opened yet, or leaving
  bool held = false;      // by the plugin
  std::int64_t begun = -1;  // where fetching began
  std::int64_t read = -1;
  std::int64_t handed = -1;
  std::int64_t accepted = -1;
  std::int64_t allowed = -1;
  std::int64_t committed = -1;  // -1: Kafka has not been told in this generation
  int slot = -1;                // of its position in the open batch; -1: none
  WaitingTimes waiting;
};

// The reader's book. A position of another generation than the present one changes nothing. Arrays, not maps: the message
// that comes next is nearly always of the partition that the last one came from. [reader-thread]
class OffsetLedger {
 public:
  void add(const kafka::TopicPartition& at, std::uint64_t generation);
  void start(Ledgered& partition, std::int64_t offset);
  void remove(const kafka::TopicPartition& at);
  void clear();

  // Records read and not committed, over all partitions: what Kafka Connect calls active.
  [[nodiscard]] std::int64_t active() const;

  // Null: not assigned. Valid until add, remove or clear.
  [[nodiscard]] Ledgered* find(const kafka::TopicPartition& at);
  [[nodiscard]] Ledgered* find(const kafka::TopicPartition& at, std::uint64_t generation);

  // The batch went to the writer.
  void hand_over(std::span<const Position> positions);
  // The plugin took it.
  void accept(std::span<const Position> positions);
  // pre_commit answered. The number of positions that were ignored because they lie beyond what was accepted (KIP: a task
  // never raises a position).
  std::size_t allow(std::span<const Position> positions);
  // Kafka has been told.
  void commit(std::span<const kafka::PartitionOffset> offsets);

  // Something has been accepted that Kafka does not know.
  [[nodiscard]] bool has_news() const;
  // Rule D1: what may be committed is what pre_commit allowed, nothing else.
  [[nodiscard]] std::vector<kafka::PartitionOffset> to_commit() const;

  [[nodiscard]] std::span<Ledgered> all() { return partitions_; }
  [[nodiscard]] std::span<const Ledgered> all() const { return partitions_; }
  [[nodiscard]] bool any_fetching() const;

 private:
  std::vector<Ledgered> partitions_;
  std::size_t last_ = 0;  // where the last search ended
};

}  // namespace sinkway::task
