// The key of a row laid onto the columns of a table: the part of binding_maker.hpp that pk.mode and pk.fields steer.
#include <algorithm>
#include <array>

#include "plugins/table/rows/binding_maker.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

// Confluent's names for pk.mode=kafka without pk.fields.
constexpr std::array<std::string_view, 3> kCoordinates = {"__connect_topic", "__connect_partition", "__connect_offset"};
constexpr std::array kCoordinateSources = {Source::topic, Source::partition, Source::offset};

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

}  // namespace

std::vector<std::string> key_names(const Table& table, const BindingRules& rules) {
  if (!rules.key_fields.empty()) return rules.key_fields;
  if (rules.key_mode == KeyMode::kafka) return {kCoordinates.begin(), kCoordinates.end()};
  return table.primary_key;
}

const Column* find_column(const Table& table, const FieldRules& fields, std::string_view name) {
  const Column* const column = find_column(table, name);
  return column != nullptr ? column : find_column(table, fields.spelt(name));
}

void BindingMaker::require_key(std::string_view name, Source source, std::size_t field) {
  require(find(name) != nullptr ? std::string(name) : rules_.fields.spelt(name), source, field);
}

void BindingMaker::add_coordinates() {
  for (std::size_t n = 0; n < kCoordinates.size(); ++n)
    require_key(n < rules_.key_fields.size() ? std::string_view(rules_.key_fields[n]) : kCoordinates[n],
                kCoordinateSources[n], 0);
}

void BindingMaker::add_key() {
  const sinkway_value& key = row_.record->key;
  const auto& wanted = rules_.key_fields;
  if (key.tag != SINKWAY_STRUCT) {
    if (key.tag <= SINKWAY_NULL && wanted.size() != 1) return;  // the record lacks its key
    if (wanted.size() != 1)
      throw BindingError("the key of the record has no fields, so pk.mode=record_key needs the one column it goes into",
                         "name that column in pk.fields", row_.record->key_schema == nullptr && wanted.size() > 1 ? Fault::no_key : Fault::none);
    return require_key(wanted.front(), Source::key, 0);
  }
  const sinkway_shape& shape = *key.as.object->shape;
  for (const std::string& one : wanted) {
    const auto is_wanted = [&](const sinkway_string& name) { return view(name) == one; };
    if (std::none_of(shape.names, shape.names + shape.field_count, is_wanted))
      throw BindingError("the key of the record has no field " + quote_identifier(one) + ", which pk.fields names",
                         "correct pk.fields, or set pk.mode to where the field is", shape.schema == nullptr ? Fault::no_key : Fault::none, one);
  }
  for (std::size_t field = 0; field < shape.field_count; ++field) {
    const std::string_view name = view(shape.names[field]);
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end())
      require_key(name, Source::key_field, field);
  }
}

void BindingMaker::add_key_headers() {
  if (rules_.key_fields.empty())
    throw BindingError("pk.mode=record_header needs the names of the headers that tell rows apart",
                       "name them in pk.fields");
  for (const std::string& name : rules_.key_fields) {
    binding_.headers.push_back(name);
    require_key(name, Source::header, binding_.headers.size() - 1);
  }
}

}  // namespace sinkway::table
