#include "host/task/owned_partitions.hpp"

#include <algorithm>
#include <utility>

namespace sinkway::task {
namespace {

Position position_of(const OwnedPartitions::Owned& one) {
  return {one.at.topic, one.at.partition, 0, one.generation, one.allowed, one.accepted};
}

bool is_among(std::span<const kafka::TopicPartition> partitions, const kafka::TopicPartition& at) {
  return std::find(partitions.begin(), partitions.end(), at) != partitions.end();
}

}  // namespace

void OwnedPartitions::expect(const kafka::TopicPartition& at, std::uint64_t generation, std::int64_t host_start) {
  std::erase_if(partitions_, [&](const Owned& one) { return one.at == at; });
  partitions_.push_back({at, generation, false, false, host_start, host_start});
}

void OwnedPartitions::opened(const kafka::TopicPartition& at, std::int64_t next_offset) {
  for (Owned& one : partitions_)
    if (one.at == at) {
      one.open = true;
      one.accepted = one.allowed = next_offset;
    }
}

void OwnedPartitions::accepted(std::span<const Position> positions) {
  for (const Position& position : positions)
    if (Owned* const one = find(position)) one->accepted = std::max(one->accepted, position.next_offset);
}

void OwnedPartitions::allowed(std::span<const Position> positions) {
  for (const Position& position : positions)
    if (Owned* const one = find(position)) one->allowed = std::max(one->allowed, position.next_offset);
}

void OwnedPartitions::fenced(std::span<const Position> positions) {
  for (const Position& position : positions)
    if (Owned* const one = find(position)) one->fenced = true;
}

bool OwnedPartitions::takes(const Position& position) const {
  const Owned* const one = find(position);
  return one && one->open && !one->fenced;
}

std::vector<Position> OwnedPartitions::committable() const {
  std::vector<Position> positions;
  for (const Owned& one : partitions_)
    if (one.open && !one.fenced) positions.push_back(position_of(one));
  return positions;
}

std::vector<Position> OwnedPartitions::committable(std::span<const kafka::TopicPartition> among) const {
  std::vector<Position> positions = committable();
  std::erase_if(positions, [&](const Position& one) { return !is_among(among, {one.topic, one.partition}); });
  return positions;
}

std::vector<Position> OwnedPartitions::take(std::span<const kafka::TopicPartition> among, bool fenced) {
  std::vector<Position> positions;
  std::erase_if(partitions_, [&](const Owned& one) {
    if (one.fenced != fenced || !is_among(among, one.at)) return false;
    positions.push_back(position_of(one));
    return true;
  });
  return positions;
}

const OwnedPartitions::Owned* OwnedPartitions::find(const Position& position) const {
  for (const Owned& one : partitions_)
    if (one.at.topic == position.topic && one.at.partition == position.partition && one.generation == position.generation)
      return &one;
  return nullptr;
}

OwnedPartitions::Owned* OwnedPartitions::find(const Position& position) {
  return const_cast<Owned*>(std::as_const(*this).find(position));
}

}  // namespace sinkway::task
