// Where each open partition stands in the target database, as this task knows it: pure arithmetic, no server.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/cpp/record.hpp"

namespace sinkway::table {

// One partition's row of the offsets table, and what a transaction makes of it.
struct Advance {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t epoch = 0;
  std::int64_t from = 0;  // next_offset as we last saw it
  std::int64_t to = 0;    // next_offset after the batch; greater than `from`
};

// What a batch does to the book. `trouble` set: another owner exists or the host and the database disagree; nothing may
// be written.
struct AdvancePlan {
  std::vector<Advance> advances;  // in the order (topic, partition): the order of the locks
  std::optional<std::string> trouble;
};

// The positions of the partitions that this task has acquired. One thread: [writer-thread].
class PositionBook {
 public:
  void acquired(std::string_view topic, std::int32_t partition, std::uint64_t generation, std::int64_t next_offset,
                std::int64_t epoch);
  void closed(std::string_view topic, std::int32_t partition);

  // What the batch advances. Partitions whose position is already at or beyond the batch's are left out: redelivery is
  // harmless.
  [[nodiscard]] AdvancePlan plan(const sdk::BatchView& batch) const;
  // Whether a record was applied already. Fast for records of the same partition in a row.
  [[nodiscard]] bool is_applied(const sinkway_record& record) const {
    return is_applied(record.original_topic, record.original_partition, record.offset);
  }
  [[nodiscard]] bool is_applied(const sinkway_string* topic, std::int32_t partition, std::int64_t offset) const;

  // Whether each partition of the batch stands where the batch begins, so that none of its records was applied.
  [[nodiscard]] bool stands_before(const sdk::BatchView& batch) const;

  // The plan was committed.
  void committed(std::span<const Advance> advances);
  // The answer to COMMIT was lost; the plan stays open until each of its partitions was asked for or closed.
  void in_doubt(std::vector<Advance> advances) { doubtful_ = std::move(advances); }
  [[nodiscard]] std::span<const Advance> doubtful() const { return doubtful_; }
  // The database's answer for the partition of `doubtful()[index]`. False: neither the old nor the new position, so
  // another owner has been here.
  [[nodiscard]] bool reclaimed(const Advance& advance, std::optional<std::int64_t> next_offset);
  void settled() { doubtful_.clear(); }

 private:
  struct Place {
    std::uint64_t generation;
    std::int64_t position;
    std::int64_t epoch;
  };
  using Key = std::pair<std::string, std::int32_t>;
  struct Less {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      const int order = std::string_view(a.first).compare(std::string_view(b.first));
      return order != 0 ? order < 0 : a.second < b.second;
    }
  };

  [[nodiscard]] const Place* find(std::string_view topic, std::int32_t partition) const;

  std::map<Key, Place, Less> places_;
  std::vector<Advance> doubtful_;
  // The place of the record asked for last. Topic names have stable addresses for the life of the task.
  mutable const sinkway_string* last_topic_ = nullptr;
  mutable std::int32_t last_partition_ = -1;
  mutable const Place* last_place_ = nullptr;
};

}  // namespace sinkway::table
