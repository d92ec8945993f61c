// Partitions that have arrived and are not fetched yet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/base/result.hpp"
#include "host/kafka/consumer.hpp"
#include "host/task/channel.hpp"

namespace sinkway::task {

// One entry for each assignment: first Kafka is asked where the group stands, in slices, so that a broker that is away never keeps
// the reader from the group for long; then the writer is told to open; its answer ends the entry. Revoked partitions leave
// entries at any time. [reader-thread]
class Openings {
 public:
  // The channel outlives this.
  Openings(Channel& channel, Milliseconds longest_slice) : channel_(channel), longest_slice_(longest_slice) {}

  void add(std::uint64_t generation, std::vector<kafka::TopicPartition> partitions, Instant now);
  void remove(const kafka::TopicPartition& at);
  void clear() { entries_.clear(); }
  // The writer has answered; false: of an assignment that is over.
  bool finish(std::uint64_t generation);

  // Asks for those that are due. An error: of the last try, retriable ones are tried again. `now` gives the time.
  [[nodiscard]] Result<void> work(kafka::Consumer& consumer, const Clock& clock);
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  struct Entry {
    std::uint64_t generation;
    std::vector<kafka::TopicPartition> partitions;
    bool asking;
    Instant next_try;
    Milliseconds slice;
    Backoff backoff;
  };
  [[nodiscard]] Result<void> ask(Entry& entry, kafka::Consumer& consumer);

  Channel& channel_;
  Milliseconds longest_slice_;
  std::vector<Entry> entries_;
};

}  // namespace sinkway::task
