// Fills batches from the consumer and hands them to the writer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "host/kafka/consumer.hpp"
#include "host/task/batch_policy.hpp"
#include "host/task/channel.hpp"
#include "host/task/offset_ledger.hpp"
#include "host/task/pipeline.hpp"

namespace sinkway::task {

// Owns the open batch and the memory of those that came back: two circulate, each recycled.
// Without a slot in the ready queue nothing is taken: librdkafka's own queue is the back-pressure. [reader-thread]
class Feeder {
 public:
  static constexpr std::size_t kBatches = Channel::kReadyBatches + 1;

  // All references outlive the feeder.
  Feeder(const BatchLimits& limits, Pipeline& pipeline, OffsetLedger& ledger, Channel& channel);

  struct Fed {
    std::size_t taken = 0;
    bool drained = false;  // the consumer had no more
    bool again = false;    // there is more to do at once
  };
  // Takes what waits until the batch is full, hands it over when the policy says so.
  Fed feed(kafka::Consumer& consumer, Instant now);
  // Hands over what is there, if there is a slot: nothing more will be taken for now.
  void flush(Instant now);

  // Partitions left: their records leave the open batch.
  void drop(const std::function<bool(const Position&)>& is_over);
  // A batch came back.
  void returned(BatchPtr batch);

  // Nothing is open, waiting or being put.
  [[nodiscard]] bool quiet() const { return messages_ == 0 && outstanding_ == 0; }
  // When the open batch should be handed over; nothing: no passing of time will do it.
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  [[nodiscard]] bool open_batch();
  // There may be a batch to fill and a slot to hand it to.
  [[nodiscard]] bool may_take() const {
    return channel_.ready.has_room() && (open_ || !free_.empty() || made_ < kBatches);
  }
  void take(kafka::Consumer& consumer, Instant now, Fed& fed);
  bool hand_over_if_due(Instant now, bool drained, bool flush);
  [[nodiscard]] std::optional<Instant> due(bool drained, bool flush) const;

  BatchLimits limits_;
  Pipeline& pipeline_;
  OffsetLedger& ledger_;
  Channel& channel_;
  BatchPtr open_;
  std::size_t messages_ = 0;  // in the open batch
  Instant oldest_{};
  std::vector<BatchPtr> free_;
  std::size_t made_ = 0;
  std::size_t outstanding_ = 0;  // handed over and not come back
  std::uint64_t sequence_ = 0;
  bool drained_ = false;
};

}  // namespace sinkway::task
