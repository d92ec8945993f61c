#include "plugins/table/rows/envelope.hpp"

#include <algorithm>
#include <string_view>

#include "plugins/table/rows/byte_buffer.hpp"
#include "plugins/table/rows/value_text.hpp"

namespace sinkway::table {
namespace {

std::string_view word_of(const sinkway_value& value) {
  return value.tag == SINKWAY_STRING ? std::string_view(value.as.text, value.length) : std::string_view();
}

const sinkway_struct* struct_at(const sinkway_struct& body, int place) {
  if (place < 0) return nullptr;
  const sinkway_value& value = body.values[place];
  return value.tag == SINKWAY_STRUCT ? value.as.object : nullptr;
}

}  // namespace

const Envelope::Places& Envelope::places_in(const sinkway_shape& shape) {
  if (&shape == last_shape_) return *last_;
  const auto [found, is_new] = places_.try_emplace(&shape);
  if (is_new) {
    for (std::uint32_t n = 0; n < shape.field_count; ++n) {
      const std::string_view name(shape.names[n].data, shape.names[n].size);
      const int place = static_cast<int>(n);
      if (name == "op") found->second.op = place;
      if (name == "before") found->second.before = place;
      if (name == "after") found->second.after = place;
      if (name == rules_.operation_field) found->second.operation = place;
    }
  }
  last_shape_ = &shape;
  return *(last_ = &found->second);
}

// A shape of many records has names that this one has not.
bool Envelope::is_event(const sinkway_struct& body, const Places& places) const {
  const auto has = [&](int place) { return place >= 0 && body.values[place].tag != SINKWAY_ABSENT; };
  if (rules_.events == EnvelopeRules::Events::none || !has(places.op)) return false;
  return has(places.after) || has(places.before) || rules_.events == EnvelopeRules::Events::always;
}

std::optional<Row> Envelope::row_of(const sinkway_record& record, std::size_t index, RowFault& fault) {
  Row row = plain_row(record, index);
  fault.fault = Fault::none;
  if (row.body == nullptr) {
    if (record.value.tag > SINKWAY_NULL) return row;
    // The delete event before it has said all that the tombstone says; so it has where deletes are not wanted, or the
    // key is in the value.
    const bool has_key = rules_.deletes && !rules_.key_is_in_value;
    if (rules_.events == EnvelopeRules::Events::always || (rules_.events == EnvelopeRules::Events::automatic && !has_key))
      return std::nullopt;
    if (rules_.deletes) row.operation = Operation::remove;
    return row;
  }
  if (rules_.events == EnvelopeRules::Events::none && rules_.operation_field.empty()) return row;
  const Places& places = places_in(*row.body->shape);
  if (is_event(*row.body, places)) return event(*row.body, places, row, fault);
  if (rules_.events == EnvelopeRules::Events::always) {
    fault.fault = Fault::no_event;
    return std::nullopt;
  }
  if (places.operation >= 0) {
    ByteBuffer text;
    const sinkway_value& told = row.body->values[places.operation];
    if (told.tag > SINKWAY_NULL && told.tag <= SINKWAY_STRING) (void)print_plain(told, Zone::none, text);
    const std::string_view operation = text.view();
    const auto& deletes = rules_.delete_values;
    if (std::find(deletes.begin(), deletes.end(), operation) != deletes.end()) row.operation = Operation::remove;
  }
  return row;
}

std::optional<Row> Envelope::event(const sinkway_struct& body, const Places& places, Row row, RowFault& fault) const {
  const std::string_view op = word_of(body.values[places.op]);
  const sinkway_struct* const after = struct_at(body, places.after);
  if (op == "c" || op == "r" || op == "u") {
    row.body = after;
    if (after != nullptr) return row;
    fault.fault = Fault::no_event;
    return std::nullopt;
  }
  if (op == "d") {
    if (!rules_.deletes) return std::nullopt;
    row.operation = Operation::remove;
    row.body = struct_at(body, places.before);
    return row;
  }
  if (op == "t" && rules_.truncates) {
    row.operation = Operation::truncate;
    row.body = nullptr;
    return row;
  }
  if (op == "t" || op == "m") return std::nullopt;
  fault.fault = Fault::no_event;
  return std::nullopt;
}

}  // namespace sinkway::table
