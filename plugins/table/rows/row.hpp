// One record on its way to becoming a row: where it came from, the fields that are bound, and what is to be done.
#pragma once

#include <cstddef>
#include <cstdint>

#include "plugins/sdk/abi/sinkway_value.h"

namespace sinkway::table {

// What a record asks of the table.
enum class Operation : std::uint8_t {
  put,       // the row is to be there: insert, upsert or update, as insert.mode says
  remove,    // the row of this key is to be gone: a tombstone, or the delete of a change event
  truncate,  // every row is to be gone: the truncate of a change event
};

// Lent from the batch of a put. `body` holds the fields that go into columns: the value of the record, the row inside a
// change event, or null where the value has no fields (a tombstone, a bare value). `made` are values that no record
// holds, one for each of the binding's made columns.
struct Row {
  const sinkway_record* record = nullptr;
  const sinkway_struct* body = nullptr;
  const sinkway_value* made = nullptr;
  std::uint32_t index = 0;  // of the record in its batch
  Operation operation = Operation::put;
};

// The row of a record whose value is what its body is: no change event.
[[nodiscard]] inline Row plain_row(const sinkway_record& record, std::size_t index = 0) {
  const bool has_fields = record.value.tag == SINKWAY_STRUCT;
  return {&record, has_fields ? record.value.as.object : nullptr, nullptr, static_cast<std::uint32_t>(index),
          Operation::put};
}

}  // namespace sinkway::table
