#include "host/task/task_services.hpp"

#include <algorithm>

#include "host/data/raw_message.hpp"
#include "host/data/value.hpp"
#include "host/errors/stage.hpp"

namespace sinkway::task {
namespace {

// What Kafka Connect names when a task reports a record, whichever task it is (KIP-610).
constexpr std::string_view kExecutor = "org.apache.kafka.connect.sink.SinkTask";

}  // namespace

void Services::begin_put(const Batch& batch) {
  batch_ = &batch;
  reported_.clear();
  intolerable_.reset();
  if (channel_.ready.size() > 0) channel_.batch_waits.notify();  // a put that comes again may have looked at it before
}

std::vector<std::size_t> Services::end_put() {
  batch_ = nullptr;
  return std::move(reported_);
}

bool Services::report(std::size_t index, std::string_view stage, std::string_view error_id, std::string_view reason,
                      std::string_view field) {
  if (std::find(reported_.begin(), reported_.end(), index) != reported_.end()) return true;
  const Record& record = batch_->records[index];
  errors::Errant errant{view(*record.original_topic),
                        record.original_partition,
                        record.offset,
                        record.timestamp,
                        record.timestamp_type,
                        stage.empty() ? errors::name_of(errors::Stage::task_put) : stage,
                        kExecutor,
                        error_id,
                        reason,
                        field};
  errant.raw = raw_message_of(record);
  if (intolerable_) return false;
  if (reporter_.report(errant) == errors::Verdict::fail) {
    intolerable_ = errors::intolerable(errant);
    return false;
  }
  reported_.push_back(index);
  return true;
}

bool Services::report_errant(const plugin::ErrantReport& told) {
  if (!batch_ || told.record_index >= batch_->records.size()) {
    spec_.log.error("the plugin {} reported record {}, which is not in its batch", spec_.plugin->name, told.record_index);
    return false;
  }
  return report(told.record_index, told.stage, told.error_id, told.reason, told.field);
}

// Only the writer, whose put this is, takes batches: what lies there stays.
const sinkway_batch* Services::next_batch() {
  channel_.batch_waits.clear();
  const BatchPtr* next = batch_ == nullptr ? nullptr : channel_.ready.peek();
  if (next == nullptr) return nullptr;
  next_batch_ = (*next)->view();
  return &next_batch_;
}

bool Services::await_letters(std::uint64_t until, Milliseconds timeout) const {
  return letters().wait(until, std::max(timeout, Milliseconds::zero()), [this] { return channel_.cancel.raised(); });
}

void Services::pause_partition(std::string_view topic, std::int32_t partition) {
  channel_.to_reader.post(HoldPartition{std::string(topic), partition, true});
}

void Services::resume_partition(std::string_view topic, std::int32_t partition) {
  channel_.to_reader.post(HoldPartition{std::string(topic), partition, false});
}

}  // namespace sinkway::task
