#include "host/task/leave_out.hpp"

#include <algorithm>

namespace sinkway::task {

bool leave_out_partitions(Batch& batch, const std::function<bool(const Position&)>& is_over) {
  std::vector<Position> over;
  std::erase_if(batch.positions, [&](const Position& position) {
    if (!is_over(position)) return false;
    over.push_back(position);
    return true;
  });
  if (over.empty()) return false;
  const auto is_left = [&](TopicName topic, std::int32_t partition) {
    return std::any_of(over.begin(), over.end(),
                       [&](const Position& position) { return position.topic == topic && position.partition == partition; });
  };
  std::erase_if(batch.records, [&](const Record& record) { return is_left(record.original_topic, record.original_partition); });
  std::erase_if(batch.unconverted, [&](const Unconverted& one) { return is_left(one.topic, one.partition); });
  return true;
}

void leave_out_records(Batch& batch, std::vector<std::size_t> indexes) {
  if (indexes.empty()) return;
  std::sort(indexes.begin(), indexes.end());
  auto next = indexes.begin();
  std::size_t kept = 0;
  for (std::size_t index = 0; index < batch.records.size(); ++index) {
    while (next != indexes.end() && *next < index) ++next;
    if (next != indexes.end() && *next == index) continue;
    batch.records[kept++] = batch.records[index];
  }
  batch.records.resize(kept);
}

}  // namespace sinkway::task
