#include "plugins/table/delivery/position_book.hpp"

#include <algorithm>
#include <tuple>

namespace sinkway::table {
namespace {

using sdk::view;

std::string named(std::string_view topic, std::int32_t partition) { return std::string(topic) + "-" +
  std::to_string(partition); }

}  // namespace

void PositionBook::acquired(std::string_view topic, std::int32_t partition, std::uint64_t generation,
                            std::int64_t next_offset,
                            std::int64_t epoch) {
  closed(topic, partition);  // what was in doubt is answered: an acquisition waits for the transaction that was lost
  places_.emplace(Key(topic, partition), Place{generation, next_offset, epoch});
}

void PositionBook::closed(std::string_view topic, std::int32_t partition) {
  if (const auto found = places_.find(std::pair(topic, partition)); found != places_.end()) places_.erase(found);
  std::erase_if(doubtful_, [&](const Advance& one) { return one.topic == topic && one.partition == partition; });
  last_topic_ = nullptr;
}

const PositionBook::Place* PositionBook::find(std::string_view topic, std::int32_t partition) const {
  const auto found = places_.find(std::pair(topic, partition));
  return found == places_.end() ? nullptr : &found->second;
}

AdvancePlan PositionBook::plan(const sdk::BatchView& batch) const {
  AdvancePlan plan;
  for (const sinkway_position& position : batch.positions()) {
    const std::string_view topic = view(*position.topic);
    const Place* place = find(topic, position.partition);
    if (place == nullptr || place->generation != position.generation) {
      plan.trouble = named(topic, position.partition) + " is not open in this assignment";
      return plan;
    }
    if (position.expected > place->position) {
      // Writing on would pass over the records in between for ever.
      plan.trouble = named(topic, position.partition) + " stands at " + std::to_string(place->position) +
                     " in the database, but the batch begins at " + std::to_string(position.expected);
      return plan;
    }
    if (position.next_offset <= place->position) continue;
    plan.advances.push_back({std::string(topic), position.partition, place->epoch, place->position,
                             position.next_offset});
  }
  std::ranges::sort(plan.advances, {}, [](const Advance& one) { return std::tie(one.topic, one.partition); });
  return plan;
}

bool PositionBook::stands_before(const sdk::BatchView& batch) const {
  for (const sinkway_position& position : batch.positions()) {
    const Place* const place = find(view(*position.topic), position.partition);
    if (place == nullptr || place->position != position.expected) return false;
  }
  return true;
}

bool PositionBook::is_applied(const sinkway_string* topic, std::int32_t partition, std::int64_t offset) const {
  if (topic != last_topic_ || partition != last_partition_) {
    last_place_ = find(view(*topic), partition);
    last_topic_ = topic;
    last_partition_ = partition;
  }
  return last_place_ != nullptr && offset < last_place_->position;
}

void PositionBook::committed(std::span<const Advance> advances) {
  for (const Advance& advance : advances) {
    if (const auto found = places_.find(std::pair(std::string_view(advance.topic),
                                                  advance.partition)); found != places_.end()) {
      found->second.position = advance.to;
    }
  }
}

bool PositionBook::reclaimed(const Advance& advance, std::optional<std::int64_t> next_offset) {
  if (!next_offset || (*next_offset != advance.from && *next_offset != advance.to)) return false;
  const auto found = places_.find(std::pair(std::string_view(advance.topic), advance.partition));
  if (found != places_.end()) found->second.position = *next_offset;
  return true;
}

}  // namespace sinkway::table
