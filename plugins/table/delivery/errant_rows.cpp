#include "plugins/table/delivery/errant_rows.hpp"

#include <utility>

#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::table {
namespace {

constexpr std::chrono::seconds kSafetyTime{10};

}  // namespace

ErrantRows::ErrantRows(const sdk::Host& host, const TableOptions& options, DeadLetterTable& letters)
    : host_(host), letters_(letters) {
  if (options.errors_budget) budget_.emplace(*options.errors_budget);
}

void ErrantRows::begin(const sdk::BatchView& batch) {
  batch_ = &batch;
  is_again_ = std::exchange(sequence_, batch.sequence()) == batch.sequence();
  refused_.assign(batch.size(), 0);
  held_.clear();
  count_ = 0;
  by_table_.clear();
}

void ErrantRows::hold(std::size_t record_index, const RowRefusal& refusal) {
  if (std::exchange(refused_[record_index], 1) == 0) held_.emplace_back(record_index, refusal);
}

void ErrantRows::release() {
  for (const auto& [record, refusal] : std::exchange(held_, {})) refused_[record] = 0;
}

void ErrantRows::refuse_held() {
  for (const auto& [record, refusal] : std::exchange(held_, {})) {
    refused_[record] = 0;
    refuse(record, refusal);
  }
}

void ErrantRows::refuse(std::size_t record_index, const RowRefusal& refusal) {
  if (contains(record_index)) return;
  if (refusal.is_fatal) {
    throw sdk::FatalError(coordinates(record_index) + ", column " + refusal.column + ": " + refusal.reason,
                          {.hint = "a policy of this column says fail; mend the record, or choose another policy",
                           .error_id = refusal.id});
  }
  const bool tolerated = host_.report_errant(
      {.record_index = record_index, .error_id = refusal.id, .reason = refusal.reason, .field = refusal.column});
  if (!tolerated) {
    throw sdk::DataError(record_index,
                         coordinates(record_index) + (refusal.column.empty() ? "" : ", column " + refusal.column) +
                             ": " + refusal.reason,
                         {.hint = "mend the record or the table, or set errors.tolerance=all to leave such records out",
                          .error_id = refusal.id});
  }
  const sinkway_record& record = (*batch_)[record_index].raw();
  letters_.add({sdk::view(*record.original_topic), record.original_partition, record.offset, record.timestamp, record.raw}, refusal);
  refused_[record_index] = 1;
  ++count_;
  ++unspent_;
  ++by_table_[refusal.table];
}

void ErrantRows::note(const sinkway_unconverted& record) {
  RowRefusal refusal{record.error_id.size == 0 ? "unconverted" : std::string(sdk::view(record.error_id)),
                     std::string(sdk::view(record.stage)) + ": " + std::string(sdk::view(record.reason))};
  letters_.add({sdk::view(*record.topic), record.partition, record.offset, record.timestamp, record.raw}, refusal);
  if (!is_again_) ++unspent_;
  ++by_table_[refusal.table];
}

void ErrantRows::spend_budget() {
  const std::size_t errant = std::exchange(unspent_, 0);
  if (!budget_ || budget_->spend(batch_->size() + batch_->unconverted().size(), errant, std::chrono::steady_clock::now())) return;
  throw sdk::FatalError("errors.budget is exceeded: " + std::to_string(errant) + " records of the last batch are errant",
                        {.hint = "look at the dead letters (dlq.table has those of earlier batches alone), mend what sends such records, and "
                                 "restart the task; or raise errors.budget",
                         .error_id = "table.errors_budget"});
}

std::string ErrantRows::coordinates(std::size_t record_index) const {
  const sdk::RecordView record = (*batch_)[record_index];
  return "topic " + std::string(record.original_topic()) + ", partition " +
      std::to_string(record.original_partition()) + ", offset " +
         std::to_string(record.offset());
}

void ErrantRows::await_safety() {
  if (count_ == 0 || host_.flush_errant(kSafetyTime)) return;
  throw sdk::RetriableError("the dead letters of this batch were not acknowledged within 10 s",
                            {.error_id = "table.dead_letters"});
}

}  // namespace sinkway::table
