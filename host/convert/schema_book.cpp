#include "host/convert/schema_book.hpp"

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "host/convert/json_object.hpp"
#include "host/convert/schema_payload.hpp"

namespace sinkway::convert {

namespace {

using Kind = JsonNode::Kind;

struct TypeName {
  std::string_view name;
  Tag tag;
};
constexpr TypeName kTypes[] = {{"boolean", Tag::boolean}, {"int8", Tag::int8},      {"int16", Tag::int16},
                               {"int32", Tag::int32},     {"int64", Tag::int64},    {"float", Tag::float32},
                               {"double", Tag::float64},  {"bytes", Tag::bytes},    {"string", Tag::string},
                               {"array", Tag::array},     {"map", Tag::map},        {"struct", Tag::structure}};

// A logical type changes what a base type means.
struct LogicalName {
  std::string_view name;
  Tag base, tag;
};
constexpr LogicalName kLogicalTypes[] = {{"org.apache.kafka.connect.data.Decimal", Tag::bytes, Tag::decimal},
                                         {"org.apache.kafka.connect.data.Date", Tag::int32, Tag::date},
                                         {"org.apache.kafka.connect.data.Time", Tag::int32, Tag::time_ms},
                                         {"org.apache.kafka.connect.data.Timestamp", Tag::int64, Tag::timestamp_ms}};

Error schema_error(std::string reason) {
  return Error(std::move(reason)).with_hint("see Kafka Connect's JSON schema envelope").with_id("json.schema");
}

std::optional<Tag> type_called(std::string_view name) {
  for (const auto& type : kTypes)
    if (type.name == name) return type.tag;
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// The text of a member; nothing when it is missing or null. `wrong` is set when it is something else than `kind`.
const JsonNode* member_of_kind(const JsonNode& node, std::string_view name, Kind kind, bool& wrong) {
  const JsonNode* const member = node.member(name);
  if (member == nullptr || member->kind == Kind::null) return nullptr;
  wrong = wrong || member->kind != kind;
  return member;
}

// The scale of a Decimal stands in its parameters, as text.
std::optional<std::int16_t> scale_of(const JsonNode& node) {
  const JsonNode* const parameters = node.member("parameters");
  const JsonNode* const scale = parameters != nullptr ? parameters->member("scale") : nullptr;
  if (scale == nullptr || (scale->kind != Kind::string && scale->kind != Kind::number)) return std::nullopt;
  const auto number = integer_of(scale->text);
  if (!number || *number < INT16_MIN || *number > INT16_MAX) return std::nullopt;
  return static_cast<std::int16_t>(*number);
}

// Everything of a schema that does not contain other schemas.
Result<ReadSchema> read_head(const JsonNode& node, Arena& arena) {
  if (node.kind != Kind::object)
    return schema_error(fmt::format("a schema is an object, but here is {}", name_of(node.kind)));
  ReadSchema read;
  bool wrong = false;
  const JsonNode* const type = member_of_kind(node, "type", Kind::string, wrong);
  const JsonNode* const optional = member_of_kind(node, "optional", Kind::boolean, wrong);
  const JsonNode* const name = member_of_kind(node, "name", Kind::string, wrong);
  const JsonNode* const version = member_of_kind(node, "version", Kind::number, wrong);
  if (wrong) return schema_error("type and name of a schema are strings, optional is a boolean, version a number");
  const auto tag = type != nullptr ? type_called(type->text) : std::nullopt;
  if (!tag) return schema_error("the schema has no type, or one that Kafka Connect does not know");
  read.tag = *tag;
  read.schema.struct_size = sizeof(Schema);
  read.schema.type = static_cast<std::uint8_t>(*tag);
  read.schema.optional = optional != nullptr && optional->truth ? 1 : 0;
  if (name != nullptr) read.schema.name = lend(arena.copy(name->text));
  if (version != nullptr) {
    const auto number = integer_of(version->text);
    if (!number || *number < INT32_MIN || *number > INT32_MAX)
      return schema_error("the version of the schema is not an int32");
    read.schema.version = static_cast<std::int32_t>(*number);
  }
  for (const auto& logical : kLogicalTypes)
    if (name != nullptr && name->text == logical.name && logical.base == *tag) read.tag = logical.tag;
  if (read.tag == Tag::decimal) {
    const auto scale = scale_of(node);
    if (!scale) return schema_error("a Decimal needs its scale among the parameters");
    read.schema.scale = *scale;
  }
  return read;
}

}  // namespace

Result<const ReadSchema*> SchemaBook::read(std::string_view text, ShapeTable& shapes) {
  if (last_ != nullptr && text == last_text_) return last_;
  auto known = by_text_.find(text);
  if (known == by_text_.end()) {
    if (by_text_.size() == kMostSchemas || arena_.bytes() + text.size() > kMostBytes)
      return Error(fmt::format("more than {} different schemas, or {} MB of them, came with the records of this task", kMostSchemas,
                               kMostBytes >> 20))
          .with_hint("let producers write the same schema the same way, or use schemas.enable=false")
          .with_id("json.schemas");
    const auto tree = reader_.read(text);
    if (!tree) return tree.error();
    known = by_text_.emplace(arena_.copy(text), read_node(**tree, shapes)).first;
  }
  if (!known->second) return known->second;
  last_text_ = known->first;
  last_ = *known->second;
  return last_;
}

Result<const ReadSchema*> SchemaBook::read_node(const JsonNode& node, ShapeTable& shapes) {
  auto head = read_head(node, arena_);
  if (!head) return std::move(head).error();
  auto* const schema = std::construct_at(arena_.array<ReadSchema>(1).data(), *head);
  if (auto parts = read_parts(node, *schema, shapes); !parts) return std::move(parts).error();
  if (auto filled = read_default(node, *schema); !filled) return std::move(filled).error();
  return static_cast<const ReadSchema*>(schema);
}

Result<void> SchemaBook::read_parts(const JsonNode& node, ReadSchema& schema, ShapeTable& shapes) {
  if (schema.tag == Tag::structure) return read_fields(node, schema, shapes);
  const auto part = [&](std::string_view name, const ReadSchema*& read, const Schema*& shown) -> Result<void> {
    const JsonNode* const member = node.member(name);
    if (member == nullptr) return schema_error(fmt::format("the schema has no {}", name));
    auto inner = read_node(*member, shapes);
    if (!inner) return std::move(inner).error().at(name);
    read = *inner;
    shown = &read->schema;
    return {};
  };
  if (schema.tag == Tag::array) return part("items", schema.elements, schema.schema.element_schema);
  if (schema.tag != Tag::map) return {};
  if (auto keys = part("keys", schema.keys, schema.schema.key_schema); !keys) return keys;
  return part("values", schema.elements, schema.schema.element_schema);
}

Result<void> SchemaBook::read_fields(const JsonNode& node, ReadSchema& schema, ShapeTable& shapes) {
  const JsonNode* const list = node.member("fields");
  if (list == nullptr || list->kind != Kind::array) return schema_error("a struct needs an array of fields");
  const auto count = list->children.size();
  if (count > kMostNames) return schema_error(fmt::format("a struct of more than {} fields", kMostNames));
  const auto fields = arena_.array<const ReadSchema*>(count);
  const auto shown = arena_.array<const Schema*>(count);
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) {
    const JsonNode* const name = list->children[i].member("field");
    if (name == nullptr || name->kind != Kind::string) return schema_error(fmt::format("field {} has no name", i));
    for (const auto other : names)
      if (other == name->text) return schema_error(fmt::format("two fields are called {}", name->text));
    names.push_back(name->text);
    auto field = read_node(list->children[i], shapes);
    if (!field) return std::move(field).error().at(name->text);
    fields[i] = *field;
    shown[i] = &fields[i]->schema;
  }
  schema.shape = shapes.intern(names, &schema.schema);
  schema.fields = fields;
  schema.schema.field_count = static_cast<std::uint32_t>(count);
  schema.schema.field_names = schema.shape->names;
  schema.schema.fields = shown.data();
  return {};
}

Result<void> SchemaBook::read_default(const JsonNode& node, ReadSchema& schema) {
  const JsonNode* const given = node.member("default");
  if (given == nullptr || given->kind == Kind::null) return {};
  auto value = payload_value(*given, schema, PayloadRules{}, arena_);
  if (!value) return std::move(value).error().at("default");
  schema.schema.default_value = std::construct_at(arena_.array<Value>(1).data(), *value);
  return {};
}

}  // namespace sinkway::convert
