// What a plugin throws: one type for each way in which a call can end other than well.
#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "plugins/sdk/abi/sinkway_sink.h"

namespace sinkway::sdk {

// What may be said beside the reason. None of these texts ever holds a value of a record or a secret.
struct ErrorDetails {
  std::string hint{};      // what to change, e.g. "grant insert on weather to loader"
  std::string error_id{};  // stable, for docs and metrics, e.g. "table.permission_denied"
  std::chrono::milliseconds retry_after{-1};  // with RetriableError: when to try again; negative: the host decides
};

// The common part. `reason` says what failed and where. Throw one of the types below.
class SinkError : public std::runtime_error {
 public:
  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] const ErrorDetails& details() const { return details_; }
  [[nodiscard]] std::size_t record_index() const { return record_index_; }

 protected:
  SinkError(int code, const std::string& reason, ErrorDetails details, std::size_t record_index = SINKWAY_NO_RECORD)
      : std::runtime_error(reason), details_(std::move(details)), record_index_(record_index), code_(code) {}

 private:
  ErrorDetails details_;
  std::size_t record_index_;
  int code_;
};

// The world is in the way (a server is away, a lock is held): the host makes the same call again, a put with the same batch.
class RetriableError final : public SinkError {
 public:
  explicit RetriableError(const std::string& reason, ErrorDetails details = {})
      : SinkError(SINKWAY_RETRIABLE, reason, std::move(details)) {}
};

// One record of the batch is at fault. Nothing of the batch may have been written: the host reports the record, takes it out and
// puts the rest again.
class DataError final : public SinkError {
 public:
  DataError(std::size_t record_index, const std::string& reason, ErrorDetails details = {})
      : SinkError(SINKWAY_DATA_ERROR, reason, std::move(details), record_index) {}
};

// Nothing will help but a change by a person: the task becomes FAILED. Every exception that is not a SinkError means this, too.
class FatalError final : public SinkError {
 public:
  explicit FatalError(const std::string& reason, ErrorDetails details = {})
      : SinkError(SINKWAY_FATAL, reason, std::move(details)) {}
};

// Another owner of the partitions exists: the host leaves the group and joins again.
class FencedError final : public SinkError {
 public:
  explicit FencedError(const std::string& reason, ErrorDetails details = {})
      : SinkError(SINKWAY_FENCED, reason, std::move(details)) {}
};

}  // namespace sinkway::sdk
