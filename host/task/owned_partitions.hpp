// The partitions that the plugin knows, as the writer keeps them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/data/record.hpp"
#include "host/kafka/consumer.hpp"

namespace sinkway::task {

// From the first try to open a partition until its close. [writer-thread]
class OwnedPartitions {
 public:
  struct Owned {
    kafka::TopicPartition at;
    std::uint64_t generation = 0;
    bool open = false;    // the plugin has answered OK
    bool fenced = false;  // another owner exists: closed as lost
    std::int64_t accepted = 0;
    std::int64_t allowed = 0;
  };

  // About to be opened; not yet open.
  void expect(const kafka::TopicPartition& at, std::uint64_t generation, std::int64_t host_start);
  void opened(const kafka::TopicPartition& at, std::int64_t next_offset);
  void accepted(std::span<const Position> positions);
  void allowed(std::span<const Position> positions);
  void fenced(std::span<const Position> positions);

  // May this part of a batch be put?
  [[nodiscard]] bool takes(const Position& position) const;
  // All open ones that nobody else owns: what pre_commit is asked about. `expected` is what was allowed before.
  [[nodiscard]] std::vector<Position> committable() const;
  [[nodiscard]] std::vector<Position> committable(std::span<const kafka::TopicPartition> among) const;
  // Takes partitions out: fenced ones or the others.
  [[nodiscard]] std::vector<Position> take(std::span<const kafka::TopicPartition> among, bool fenced);

 private:
  [[nodiscard]] const Owned* find(const Position& position) const;
  [[nodiscard]] Owned* find(const Position& position);
  std::vector<Owned> partitions_;
};

}  // namespace sinkway::task
