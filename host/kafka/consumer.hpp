// A member of a consumer group: assignment events apart from data, back-pressure without pause.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/data/topic_names.hpp"

namespace sinkway::kafka {

struct TopicPartition {
  TopicName topic = nullptr;  // interned in the TopicNames that the consumer was made with
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

struct PartitionOffset {
  TopicPartition at;
  std::int64_t offset = 0;
};

// A header of a message, lent.
struct MessageHeader {
  std::string_view name;
  std::optional<std::string_view> value;
};

// One message, lent for the duration of MessageSink::on_message.
struct Message {
  TopicPartition at;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  // milliseconds, -1: none
  std::int32_t timestamp_type = 0;  // as in sinkway_record
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::span<const MessageHeader> headers;
};

class MessageSink {
 public:
  virtual ~MessageSink() = default;
  // True: go on; false: enough for now (the rest stays queued).
  virtual bool on_message(const Message& message) = 0;
  // False: messages may come without headers, for which the client makes a list each.
  [[nodiscard]] virtual bool reads_headers() const { return true; }
};

// What the main queue tells.
struct Assigned { std::vector<TopicPartition> partitions; };  // nothing is fetched until start_fetching
struct Revoked { std::vector<TopicPartition> partitions; bool lost = false; };  // answer with answer_revoked
struct CommitDone { std::vector<PartitionOffset> offsets; std::optional<Error> error; };
// fatal: this consumer is dead, build another one; ends_task: no consumer will ever do (no permission, no position to
// start from).
struct ClientTrouble { Error error; bool fatal = false; bool ends_task = false; };
struct Closed {};                                           // the last event, after begin_close and the final Revoked
using ConsumerEvent = std::variant<Assigned, Revoked, CommitDone, ClientTrouble, Closed>;

struct Watermarks {
  std::int64_t low = 0;
  std::int64_t high = 0;  // last stable offset with read_committed, else end offset; as last heard, no request is made
};

// All calls on the reader thread, in this order: subscribe; then next_event and take as often as the descriptor wakes;
// Assigned -> start_fetching; Revoked -> answer_revoked; begin_close -> next_event until Closed -> destroy. Nothing
// here waits, save start_offsets. An abstract class so that the task engine is tested with a scripted one.
class Consumer {
 public:
  virtual ~Consumer() = default;

  // Either a list of topics or (one of them empty) a Java-style regular expression that must match a whole topic name.
  [[nodiscard]] virtual Result<void> subscribe(const std::vector<std::string>& topics, const std::string& regex) = 0;

  // The next thing that the group has to say, nothing when there is none.
  [[nodiscard]] virtual std::optional<ConsumerEvent> next_event() = 0;

  // Hands at most `most` waiting messages to `sink`, each given back to the library right after; the number of messages
  // handed over. 0: drained. A broken partition (e.g. offset out of range) shows up as ClientTrouble in next_event.
  virtual std::size_t take(std::size_t most, MessageSink& sink) = 0;

  // Where the group stands: the committed offset, else `auto.offset.reset` as a number; or where ConsumerOptions::start
  // says. Waits for at most `timeout`.
  [[nodiscard]] virtual Result<std::vector<PartitionOffset>> start_offsets(std::span<const TopicPartition> partitions,
                                                                          Milliseconds timeout) = 0;
  // Forwards the queues of these partitions to the data queue and then begins to fetch at these offsets.
  [[nodiscard]] virtual Result<void> start_fetching(std::span<const PartitionOffset> partitions) = 0;
  // Ends the assignment after Revoked; without one that waits for an answer it does nothing.
  virtual void answer_revoked() = 0;

  // Sends positions to the group without waiting; CommitDone follows.
  virtual void commit(std::span<const PartitionOffset> offsets) = 0;

  // Stops and restarts the flow of one partition: no gap, no duplicate, what was fetched is kept.
  virtual void hold(const TopicPartition& at) = 0;
  virtual void release(const TopicPartition& at) = 0;

  [[nodiscard]] virtual std::optional<Watermarks> watermarks(const TopicPartition& at) = 0;
  // Makes a stalled fetcher go on at once (task-engine, reader loop 6): call when the data queue has just been drained
  // and the watermarks say that more exists; it limits itself to one request in 5 ms and does nothing where the library
  // has fetch.queue.backoff.ms.
  virtual void wake_fetcher(std::span<const PartitionOffset> positions) = 0;

  // Leaves the group and joins again (after FENCED): Revoked follows, then Assigned.
  virtual void rejoin() = 0;
  // The group is left once a Revoked that is under way or follows has been answered. Destroying does not need this, and
  // waits for a second at most.
  virtual void begin_close() = 0;
};

// Makes a consumer from translated librdkafka properties (client_config.hpp). Its queues write to `event_descriptor`
// when they go from empty to not empty. `names` outlives the consumer.
struct ConsumerOptions {
  ConfigMap properties;  // librdkafka's own spelling
  std::string start{};   // what start_offsets answers: earliest, latest or an offset; db: 0, unasked; else where the group stands
  int event_descriptor = -1;
  TopicNames* names = nullptr;
  Logger log = Logger::none();
};
[[nodiscard]] Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options);

}  // namespace sinkway::kafka
