// Where a group stands: committed offsets, else what auto.offset.reset says, as numbers; or where it was told to begin.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/kafka/consumer.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// One offset for each of `partitions`, in their order: a plugin is told numbers only (task-engine, "Assignment").
// `start`: earliest, latest or an offset, whatever the group committed; db: 0, which counts for nothing, since the plugin then
// begins in no partition that it has no position for; anything else: where the group stands. Two requests for all partitions
// together, waits for at most `timeout`. Errors: retriable when Kafka is away; not when a
// partition has no committed offset and `reset` is none (KIP-320 and auto.offset.reset of the consumer's
// documentation).
[[nodiscard]] Result<std::vector<PartitionOffset>> start_positions(rd_kafka_t* client,
                                                                   std::span<const TopicPartition> partitions,
                                                                   const std::string& reset, const std::string& start,
                                                                   Milliseconds timeout);

}  // namespace sinkway::kafka
