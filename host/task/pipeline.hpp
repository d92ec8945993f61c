// Message to record: key, value and headers converted, or errant.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/convert/converter.hpp"
#include "host/data/batch.hpp"
#include "host/data/raw_message.hpp"
#include "host/data/shape.hpp"
#include "host/errors/errant_reporter.hpp"
#include "host/errors/stage.hpp"
#include "host/kafka/consumer.hpp"
#include "host/task/conversion.hpp"
#include "host/task/held_message.hpp"
#include "host/task/offset_ledger.hpp"
#include "host/task/task.hpp"

namespace sinkway::task {

// Fills the open batch. Positions advance for each message, whatever becomes of it, so that neither the sink's position nor the
// lag stands still behind a bad tail. Allocates nothing in the steady state. [reader-thread]
class Pipeline final : public kafka::MessageSink {
 public:
  struct Converters {
    std::unique_ptr<convert::Converter> key, value;
    std::unique_ptr<convert::Converter> header;  // null: header values are bytes
    std::string key_class, value_class, header_class;  // in Connect's names
    errors::RetryLimits retries{};                     // of each conversion, for errors that time can heal
  };
  // All references outlive the pipeline. Records point into the converters and `shapes`.
  Pipeline(Converters converters, ShapeTable& shapes, OffsetLedger& ledger, errors::ErrantReporter& reporter,
           const BatchLimits& limits);

  // The batch that messages go to from now on, with `messages` already in it.
  void fill(Batch& batch, std::size_t messages, Instant now);
  // Records carry their raw bytes from now on. With a dead letter queue they do from the start.
  void keep_raw() { keeps_raw_ = true; }
  // Records carry no headers from now on, unless their raw bytes need them or their converter finds some of them bad.
  void pass_over_headers() { reads_headers_ = converters_.header && converters_.header->may_refuse(); }
  // Messages in the batch, also those that left no record.
  [[nodiscard]] std::size_t messages() const { return messages_; }
  // True: go on. False: the batch is full, or the message is held to be tried again, or a record ended the task
  // (failure()).
  bool on_message(const kafka::Message& message) override;
  [[nodiscard]] bool reads_headers() const override { return reads_headers_ || keeps_raw_; }
  // When the held message is due; nothing: none is held. Until it is done with, no other message may be given.
  [[nodiscard]] std::optional<Instant> retry_at() const { return held_ ? std::optional(held_->due) : std::nullopt; }
  // Converts the held message once more, after fill(); it may be held again.
  void retry();
  // Ticket of the newest dead letter.
  [[nodiscard]] std::uint64_t letters() const { return reporter_.letters().issued(); }
  // Why the task must end (rule D3); nothing: it need not.
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

  [[nodiscard]] convert::Converter& value_converter() { return *converters_.value; }

 private:
  // stuck: it is held to be tried again, or the task ends because of it.
  enum class Became { record, errant, stuck };

  Became process(const kafka::Message& message, Ledgered& partition);
  Became convert(const kafka::Message& message, std::string_view topic);
  void cover(Ledgered& partition, const kafka::Message& message);
  Became failed(const kafka::Message& message, std::string_view topic, const FailedStep& step);
  bool hold(const kafka::Message& message, errors::Stage stage);
  [[nodiscard]] const std::string& class_of(errors::Stage stage) const;

  Converters converters_;
  ShapeTable& shapes_;
  OffsetLedger& ledger_;
  errors::ErrantReporter& reporter_;
  BatchLimits limits_;
  Batch* batch_ = nullptr;
  std::size_t messages_ = 0;
  Instant now_{};
  bool keeps_raw_;
  bool reads_headers_ = true;
  std::optional<HeldMessage> held_;
  std::vector<sinkway_raw_header> headers_;  // of the message at work, where a letter may need them
  std::optional<std::string> failure_;
};

}  // namespace sinkway::task
