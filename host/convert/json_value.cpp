#include "host/convert/json_value.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/convert/json_fault.hpp"
#include "host/convert/json_number.hpp"
#include "host/convert/json_object.hpp"
#include "host/data/structure.hpp"

namespace sinkway::convert {

namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace

void JsonValues::keep_only(std::span<const HintColumn> columns) {
  wanted_.clear();
  for (const auto& column : columns) wanted_.insert(in_lower_case(column.name));
}

bool JsonValues::is_wanted(const JsonNode& member) const {
  if (wanted_.empty() || (member.kind != JsonNode::Kind::object && member.kind != JsonNode::Kind::array)) return true;
  return wanted_.contains(in_lower_case(member.name));
}

Result<Value> JsonValues::value_of(const JsonNode& root, const Target& target) {
  return root.kind == JsonNode::Kind::object ? record(root, target) : build(root, target, true);
}

Result<Value> JsonValues::build(const JsonNode& node, const Target& target, bool nested) {
  switch (node.kind) {
    case JsonNode::Kind::null: return make::null();
    case JsonNode::Kind::boolean: return make::boolean(node.truth);
    case JsonNode::Kind::number: return number(node, target);
    case JsonNode::Kind::string: return make::string(target.arena.copy(node.text));
    case JsonNode::Kind::object: return nested ? nested_object(node, target) : record(node, target);
    case JsonNode::Kind::array: break;
  }
  const auto items = target.arena.array<Value>(node.children.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto item = build(node.children[i], target, true);
    if (!item) return item;
    items[i] = *item;
  }
  return make::array(items);
}

Result<Value> JsonValues::record(const JsonNode& node, const Target& target) {
  names_.clear();
  for (const auto& member : node.children)
    if (is_wanted(member)) names_.push_back(member.name);
  const Shape* const shape = record_shape(names_, target.shapes);
  if (shape == nullptr) return too_many_names();
  return structure(node, *shape, target, [&](const JsonNode& member) { return is_wanted(member); });
}

Result<Value> JsonValues::nested_object(const JsonNode& node, const Target& target) {
  names_.clear();
  for (const auto& member : node.children) names_.push_back(member.name);
  const Shape* const shape = nested_shape(node.name, names_, target.shapes);
  if (shape != nullptr) return structure(node, *shape, target, [](const JsonNode&) { return true; });
  const auto entries = target.arena.array<Value>(node.children.size() * 2);
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const JsonNode& member = node.children[i];
    auto value = build(member, target, true);
    if (!value) return value;
    entries[i * 2] = make::string(target.arena.copy(member.name));
    entries[i * 2 + 1] = *value;
  }
  return make::map(entries);
}

// `names_` are those of the members that are taken.
template <typename Taken>
Result<Value> JsonValues::structure(const JsonNode& node, const Shape& shape, const Target& target, Taken is_taken) {
  const auto same = [](std::string_view name, const sinkway_string& other) { return name == view(other); };
  const bool exact = std::equal(names_.begin(), names_.end(), shape.names, shape.names + shape.field_count, same);
  sinkway_struct* const structure = allocate_struct(target.arena, shape);
  Value* const values = structure->values;
  std::fill_n(values, shape.field_count, make::absent());
  std::size_t next = 0;
  for (const auto& member : node.children) {
    if (!is_taken(member)) continue;
    auto value = build(member, target, true);
    if (!value) return value;
    values[exact ? next : static_cast<std::size_t>(ShapeTable::position(shape, member.name))] = *value;
    ++next;
  }
  return make::structure(structure);
}

Result<Value> JsonValues::number(const JsonNode& node, const Target& target) const {
  Value value = make::null();
  // The reader has checked grammar and length.
  if (read_number(node.text, target.arena, value) == NumberFault::none) return value;
  return json_error("json.number", reader_->position_of(node), reader_->size(),
                    "an exponent that no decimal number can hold");
}

}  // namespace sinkway::convert
