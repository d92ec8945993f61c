// What a record asks for: change events unwrapped, operations read from a field, tombstones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/table/rows/row.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

struct EnvelopeRules {
  enum class Events : std::uint8_t { none, automatic, always } events = Events::none;  // envelope=none|auto|debezium
  bool deletes = false;                    // delete.enabled
  bool truncates = false;                  // truncate.enabled
  bool key_is_in_value = false;            // so a tombstone has none
  std::string operation_field{};           // merge.op.field
  std::vector<std::string> delete_values{};  // merge.delete.values
};

// A Debezium change event is a struct with `op` and `before` or `after`: c, r and u put what is in `after`, d removes
// what is in `before`, t empties the table, m is passed over; other letters are
// its record's fault. [writer-thread]
class Envelope {
 public:
  explicit Envelope(EnvelopeRules rules) : rules_(std::move(rules)) {}

  // The row of a record. Nothing with fault none: the record asks for nothing (a tombstone behind a delete event, a
  // truncate that is not enabled). Nothing with a fault: the record is at fault.
  [[nodiscard]] std::optional<Row> row_of(const sinkway_record& record, std::size_t index, RowFault& fault);

 private:
  // Positions of the fields that count in a shape; -1: there is none.
  struct Places {
    int op = -1;
    int before = -1;
    int after = -1;
    int operation = -1;
  };
  [[nodiscard]] const Places& places_in(const sinkway_shape& shape);
  [[nodiscard]] std::optional<Row> event(const sinkway_struct& body, const Places& places, Row row, RowFault& fault) const;
  [[nodiscard]] bool is_event(const sinkway_struct& body, const Places& places) const;

  EnvelopeRules rules_;
  std::map<const sinkway_shape*, Places> places_;
  const sinkway_shape* last_shape_ = nullptr;
  const Places* last_ = nullptr;
};

}  // namespace sinkway::table
