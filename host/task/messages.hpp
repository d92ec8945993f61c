// What the two threads of a task, and its owner, say to each other.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/data/batch.hpp"
#include "host/kafka/consumer.hpp"
#include "host/plugin/sink_task_proxy.hpp"

namespace sinkway::task {

// --- To the writer. Commands come before batches that wait.
struct StartCommand {};
// Partitions of one generation arrived; offsets are the host's starts.
struct OpenCommand {
  std::uint64_t generation = 0;
  std::vector<kafka::PartitionOffset> partitions;
};
// Partitions leave. Answered by CloseDone with the same ticket; tickets count up from 1.
struct CloseCommand {
  std::uint64_t ticket = 0;
  std::vector<kafka::TopicPartition> partitions;
  bool lost = false;
};
struct PreCommitCommand {};
struct StopCommand {};
using WriterCommand = std::variant<StartCommand, OpenCommand, CloseCommand, PreCommitCommand, StopCommand>;

// --- To the reader, from the writer.
struct WriterStarted {};
// The plugin asks for the raw bytes of records; before the first OpenDone.
struct RawRecordsWanted {};
// The plugin looks at no headers; at the same time.
struct HeadersUnwanted {};
// Comes back for its memory; its positions are those that the plugin has accepted.
struct BatchDone {
  BatchPtr batch;
};
using TopicHint = std::pair<std::string, plugin::SinkTaskProxy::Hint>;
// Offsets are where to fetch from.
struct OpenDone {
  std::uint64_t generation = 0;
  std::vector<kafka::PartitionOffset> partitions;
  std::vector<TopicHint> hints;
};
// Positions that pre_commit allowed.
struct CloseDone {
  std::uint64_t ticket = 0;
  std::vector<Position> allowed;
};
struct PreCommitDone {
  std::vector<Position> allowed;
};
// Positions name the partitions and generations that the refused call was about.
struct WriterFenced {
  std::vector<Position> positions;
  std::string reason;
};
struct WriterFailed {
  std::string trace;
};
struct WriterEnded {};
struct HoldPartition {
  std::string topic;
  std::int32_t partition = 0;
  bool hold = true;  // false: release
};
struct CommitAsked {};

// --- To the reader, from the owner of the task.
struct PauseAsked {};
struct ResumeAsked {};
struct StopAsked {};

using ReaderMessage =
    std::variant<WriterStarted, RawRecordsWanted, HeadersUnwanted, BatchDone, OpenDone, CloseDone, PreCommitDone,
                 WriterFenced, WriterFailed, WriterEnded, HoldPartition, CommitAsked, PauseAsked, ResumeAsked, StopAsked>;

}  // namespace sinkway::task
