#include "host/task/offset_ledger.hpp"

#include <algorithm>

namespace sinkway::task {

void WaitingTimes::add(std::int64_t first_offset, std::int64_t timestamp) {
  if (count_ < entries_.size()) entries_[count_++] = {first_offset, timestamp};
}

void WaitingTimes::accepted(std::int64_t next_offset) {
  std::size_t over = 0;
  while (over < count_ && entries_[over].first_offset < next_offset) ++over;
  std::move(entries_.begin() + static_cast<std::ptrdiff_t>(over), entries_.begin() + static_cast<std::ptrdiff_t>(count_),
            entries_.begin());
  count_ -= over;
}

void WaitingTimes::taken_back(std::int64_t offset) {
  while (count_ > 0 && entries_[count_ - 1].first_offset >= offset) --count_;
}

std::optional<std::int64_t> WaitingTimes::oldest() const {
  if (count_ == 0) return std::nullopt;
  return entries_[0].timestamp;
}

void OffsetLedger::add(const kafka::TopicPartition& at, std::uint64_t generation) {
  remove(at);
  Ledgered& partition = partitions_.emplace_back();
  partition.at = at;
  partition.generation = generation;
}

void OffsetLedger::start(Ledgered& partition, std::int64_t offset) {
  partition.begun = partition.read = partition.handed = partition.accepted = partition.allowed = offset;
  partition.fetching = true;
}

std::int64_t OffsetLedger::active() const {
  std::int64_t count = 0;
  for (const Ledgered& one : partitions_) count += one.read - std::max(one.committed, one.begun);
  return count;
}

void OffsetLedger::remove(const kafka::TopicPartition& at) {
  std::erase_if(partitions_, [&](const Ledgered& one) { return one.at == at; });
  last_ = 0;
}

void OffsetLedger::clear() {
  partitions_.clear();
  last_ = 0;
}

Ledgered* OffsetLedger::find(const kafka::TopicPartition& at) {
  if (last_ < partitions_.size() && partitions_[last_].at == at) [[likely]]
    return &partitions_[last_];
  for (std::size_t n = 0; n < partitions_.size(); ++n)
    if (partitions_[n].at == at) {
      last_ = n;
      return &partitions_[n];
    }
  return nullptr;
}

Ledgered* OffsetLedger::find(const kafka::TopicPartition& at, std::uint64_t generation) {
  Ledgered* const found = find(at);
  return found && found->generation == generation ? found : nullptr;
}

void OffsetLedger::hand_over(std::span<const Position> positions) {
  for (const Position& position : positions)
    if (Ledgered* const one = find({position.topic, position.partition}, position.generation))
      one->handed = std::max(one->handed, std::min(position.next_offset, one->read));
}

void OffsetLedger::accept(std::span<const Position> positions) {
  for (const Position& position : positions)
    if (Ledgered* const one = find({position.topic, position.partition}, position.generation)) {
      one->accepted = std::max(one->accepted, std::min(position.next_offset, one->handed));
      one->waiting.accepted(one->accepted);
    }
}

std::size_t OffsetLedger::allow(std::span<const Position> positions) {
  std::size_t ignored = 0;
  for (const Position& position : positions) {
    Ledgered* const one = find({position.topic, position.partition}, position.generation);
    if (!one) continue;
    if (position.next_offset > one->accepted)
      ++ignored;
    else
      one->allowed = std::max(one->allowed, position.next_offset);
  }
  return ignored;
}

void OffsetLedger::commit(std::span<const kafka::PartitionOffset> offsets) {
  for (const auto& [at, offset] : offsets)
    if (Ledgered* const one = find(at)) one->committed = std::max(one->committed, std::min(offset, one->allowed));
}

bool OffsetLedger::has_news() const {
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [](const Ledgered& one) { return one.accepted > one.committed; });
}

std::vector<kafka::PartitionOffset> OffsetLedger::to_commit() const {
  std::vector<kafka::PartitionOffset> offsets;
  for (const Ledgered& one : partitions_)
    if (one.allowed > one.committed) offsets.push_back({one.at, one.allowed});
  return offsets;
}

bool OffsetLedger::any_fetching() const {
  return std::any_of(partitions_.begin(), partitions_.end(), [](const Ledgered& one) { return one.fetching; });
}

}  // namespace sinkway::task
