// Message to record: key, value and headers converted, or errant.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "host/convert/converter.hpp"
#include "host/data/batch.hpp"
#include "host/data/shape.hpp"
#include "host/errors/errant_reporter.hpp"
#include "host/errors/stage.hpp"
#include "host/kafka/consumer.hpp"
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
    std::string key_class, value_class, header_class;  // for people
  };
  // All references outlive the pipeline. Records point into the converters and `shapes`.
  Pipeline(Converters converters, ShapeTable& shapes, OffsetLedger& ledger, errors::ErrantReporter& reporter,
           const BatchLimits& limits);

  // The batch that messages go to from now on, with `messages` already in it.
  void fill(Batch& batch, std::size_t messages);
  // Messages in the batch, also those that left no record.
  [[nodiscard]] std::size_t messages() const { return messages_; }
  // True: go on. False: the batch is full, or a record ended the task (failure()).
  bool on_message(const kafka::Message& message) override;
  // Why the task must end (rule D3); nothing: it need not.
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

  [[nodiscard]] convert::Converter& value_converter() { return *converters_.value; }

 private:
  // False: errant; the error is reported.
  bool convert(const kafka::Message& message, std::string_view topic);
  bool convert_headers(const kafka::Message& message, std::string_view topic, const convert::Target& target, Record& record);
  void cover(Ledgered& partition, const kafka::Message& message);
  void errant(const kafka::Message& message, std::string_view topic, errors::Stage stage, const std::string& executor,
              const Error& error);

  Converters converters_;
  ShapeTable& shapes_;
  OffsetLedger& ledger_;
  errors::ErrantReporter& reporter_;
  BatchLimits limits_;
  Batch* batch_ = nullptr;
  std::size_t messages_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace sinkway::task
