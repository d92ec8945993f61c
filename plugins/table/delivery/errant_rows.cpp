#include "plugins/table/delivery/errant_rows.hpp"

#include <array>

#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::table {
namespace {

constexpr std::chrono::seconds kSafetyTime{10};

struct Meaning {
  std::string_view sqlstate;
  std::string_view id;
  std::string_view reason;
};

// PostgreSQL manual, appendix A; the ids of the encoder's own findings where both mean the same.
constexpr std::array kMeanings{
    Meaning{"22001", "table.too_long", "more characters than the column holds"},
    Meaning{"22003", "table.out_of_range", "a number beyond the column's type"},
    Meaning{"22007", "table.bad_format", "text that is no date or time"},
    Meaning{"22008", "table.out_of_range", "a date or time beyond the column's type"},
    Meaning{"22021", "table.bad_encoding", "text that the database's encoding cannot hold"},
    Meaning{"22P02", "table.bad_format", "text that does not spell a value of the column's type"},
    Meaning{"22P05", "table.bad_encoding", "a character that the database's encoding cannot hold"},
    Meaning{"23502", "table.null_value", "null in a column that must have a value"},
    Meaning{"23503", "table.foreign_key", "no such row in the table that a foreign key refers to"},
    Meaning{"23505", "table.duplicate_key", "a row with this key exists already"},
    Meaning{"23514", "table.check_violation", "a check of the table refuses the row"},
    Meaning{"23P01", "table.exclusion_violation", "an exclusion constraint refuses the row"},
    Meaning{"P0001", "table.raised", "a trigger of the table refuses the row"},
};

}  // namespace

RowRefusal refusal_of(const RowFault& fault, const std::string& table) {
  return {std::string(id_of(fault.fault)), "table " + table + ": " + std::string(reason_of(fault.fault)), fault.column,
          fault.is_fatal};
}

RowRefusal refusal_of(const Reply& reply, const std::string& table) {
  const std::string sqlstate = reply.sqlstate();
  RowRefusal refusal{"table.refused", "the database refuses the row", reply.field(PG_DIAG_COLUMN_NAME), false};
  for (const Meaning& one : kMeanings) {
    if (one.sqlstate == sqlstate)
      refusal = {std::string(one.id), std::string(one.reason), std::move(refusal.column), false};
  }
  const std::string constraint = reply.field(PG_DIAG_CONSTRAINT_NAME);
  refusal.reason = "table " + table + ": " + refusal.reason + " (SQLSTATE " + sqlstate +
                   (constraint.empty() ? "" : ", constraint " + constraint) + ")";
  return refusal;
}

void ErrantRows::begin(const sdk::BatchView& batch) {
  batch_ = &batch;
  refused_.assign(batch.size(), 0);
  count_ = 0;
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
  refused_[record_index] = 1;
  ++count_;
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
