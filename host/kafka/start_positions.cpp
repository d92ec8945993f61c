#include "host/kafka/start_positions.hpp"

#include <algorithm>

namespace sinkway::kafka {
namespace {

std::string place(const rd_kafka_topic_partition_t& at) {
  return "topic " + std::string(at.topic) + ", partition " + std::to_string(at.partition);
}

// The timestamp that stands for one end of the log in a ListOffsets request; nothing: none, or a spelling of it.
std::optional<std::int64_t> end_of_log(const std::string& reset) {
  if (reset == "earliest" || reset == "smallest" || reset == "beginning") return RD_KAFKA_OFFSET_BEGINNING;
  if (reset == "latest" || reset == "largest" || reset == "end") return RD_KAFKA_OFFSET_END;
  return std::nullopt;
}

}  // namespace

Result<std::vector<PartitionOffset>> start_positions(rd_kafka_t* client, std::span<const TopicPartition> partitions,
                                                    const std::string& reset, Milliseconds timeout) {
  const Instant deadline = std::chrono::steady_clock::now() + timeout;
  const ListHandle committed = make_list(partitions.size());
  for (const auto& at : partitions)
    rd_kafka_topic_partition_list_add(committed.get(), terminated(*at.topic).c_str(), at.partition);
  if (const auto code = rd_kafka_committed(client, committed.get(), static_cast<int>(timeout.count())))
    return client_error("committed offsets of the group", code);

  const auto ask_for = end_of_log(reset);
  std::vector<PartitionOffset> found;
  std::vector<std::size_t> missing;
  const ListHandle ends = make_list(partitions.size());
  for (int n = 0; n < committed->cnt; ++n) {
    const auto& one = committed->elems[n];
    if (one.err) return client_error("committed offset of " + place(one), one.err);
    found.push_back({partitions[static_cast<std::size_t>(n)], one.offset});
    if (one.offset >= 0) continue;
    if (!ask_for)
      return Error(place(one) + ": the group has no committed offset and auto.offset.reset is none")
          .with_hint("set auto.offset.reset to earliest or latest, or give the group offsets");
    missing.push_back(static_cast<std::size_t>(n));
    rd_kafka_topic_partition_list_add(ends.get(), one.topic, one.partition)->offset = *ask_for;
  }
  if (missing.empty()) return found;

  const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  const int wait = static_cast<int>(std::max<Milliseconds::rep>(left, 1));
  if (const auto code = rd_kafka_offsets_for_times(client, ends.get(), wait))
    return client_error("offsets of topics", code);
  for (const std::size_t n : missing) {
    const auto& [topic, partition] = partitions[n];
    const auto* const one = rd_kafka_topic_partition_list_find(ends.get(), terminated(*topic).c_str(), partition);
    if (!one) return Error::transient("the offset of a partition was not told");
    if (one->err) return client_error("offset of " + place(*one), one->err);
    if (one->offset < 0) return Error::transient("offset of " + place(*one) + ": not known yet");
    found[n].offset = one->offset;
  }
  return found;
}

}  // namespace sinkway::kafka
