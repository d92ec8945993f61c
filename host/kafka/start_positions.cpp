#include "host/kafka/start_positions.hpp"

#include <algorithm>
#include <charconv>

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

// The offset that the text spells; nothing: it spells none.
std::optional<std::int64_t> offset_in(const std::string& text) {
  std::int64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc() || end != text.data() + text.size() || offset < 0) return std::nullopt;
  return offset;
}

// What the group committed for each of `partitions`; negative: nothing.
Result<ListHandle> committed_offsets(rd_kafka_t* client, std::span<const TopicPartition> partitions, bool ask,
                                     Milliseconds timeout) {
  ListHandle list = make_list(partitions.size());
  for (const auto& at : partitions)
    rd_kafka_topic_partition_list_add(list.get(), terminated(*at.topic).c_str(), at.partition)->offset =
        RD_KAFKA_OFFSET_INVALID;
  if (!ask) return list;
  if (const auto code = rd_kafka_committed(client, list.get(), static_cast<int>(timeout.count())))
    return client_error("committed offsets of the group", code);
  return list;
}

}  // namespace

Result<std::vector<PartitionOffset>> start_positions(rd_kafka_t* client, std::span<const TopicPartition> partitions,
                                                    const std::string& reset, const std::string& start,
                                                    Milliseconds timeout) {
  std::vector<PartitionOffset> found;
  if (const auto number = start == "db" ? std::optional<std::int64_t>(0) : offset_in(start)) {
    for (const auto& at : partitions) found.push_back({at, *number});
    return found;
  }
  const Instant deadline = std::chrono::steady_clock::now() + timeout;
  const auto told = end_of_log(start);
  const auto asked = committed_offsets(client, partitions, !told, timeout);
  if (!asked) return asked.error();
  const ListHandle& committed = *asked;

  const auto ask_for = told ? told : end_of_log(reset);
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
