#include "host/convert/schema_payload.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "host/convert/base64.hpp"
#include "host/convert/json_number.hpp"
#include "host/data/decimal.hpp"
#include "host/data/structure.hpp"

namespace sinkway::convert {

namespace {

using Kind = JsonNode::Kind;

std::string_view type_name(const ReadSchema& schema) {
  switch (schema.tag) {
    case Tag::boolean: return "boolean";
    case Tag::int8: return "int8";
    case Tag::int16: return "int16";
    case Tag::int32: return "int32";
    case Tag::int64: return "int64";
    case Tag::float32: return "float";
    case Tag::float64: return "double";
    case Tag::string: return "string";
    case Tag::bytes: return "bytes";
    case Tag::decimal: return "Decimal";
    case Tag::date: return "Date";
    case Tag::time_ms: return "Time";
    case Tag::timestamp_ms: return "Timestamp";
    case Tag::array: return "array";
    case Tag::map: return "map";
    case Tag::structure: return "struct";
    default: return "unknown";
  }
}

Error wrong_type(const ReadSchema& schema, const JsonNode& node) {
  return Error(fmt::format("the schema says {}, but here is {}", type_name(schema), name_of(node.kind)))
      .with_id("json.type");
}

Error out_of_range(const ReadSchema& schema) {
  return Error(fmt::format("the number does not fit into {}", type_name(schema))).with_id("json.range");
}

struct Range {
  std::int64_t low, high;
};

Range range_of(Tag tag) {
  constexpr std::int64_t kMillisPerDay = 86'400'000;
  switch (tag) {
    case Tag::int8: return {std::numeric_limits<std::int8_t>::min(), std::numeric_limits<std::int8_t>::max()};
    case Tag::int16: return {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()};
    case Tag::int32:
    case Tag::date: return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    case Tag::time_ms: return {0, kMillisPerDay};
    default: return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

// 1, 1.0 and 1e2 are integers; 1.5 is none.
Result<Value> integer_value(const JsonNode& node, const ReadSchema& schema, Arena& arena) {
  if (node.kind != Kind::number) return wrong_type(schema, node);
  constexpr double kBeyond = 9'223'372'036'854'775'808.0;  // 2^63; read_number makes a double only of what it names exactly
  Value number = make::null();
  if (read_number(node.text, arena, number) != NumberFault::none) return out_of_range(schema);
  std::int64_t integer = number.as.integer;
  if (tag_of(number) == Tag::float64) {
    const double value = number.as.number;
    if (std::trunc(value) != value)
      return Error(fmt::format("the schema says {}, but the number has a fraction", type_name(schema)))
          .with_id("json.type");
    if (value < -kBeyond || value >= kBeyond) return out_of_range(schema);
    integer = static_cast<std::int64_t>(value);
  } else if (tag_of(number) == Tag::decimal) {
    return out_of_range(schema);
  }
  const auto [low, high] = range_of(schema.tag);
  if (integer < low || integer > high) return out_of_range(schema);
  return make::integer(schema.tag, integer);
}

// Beyond the range of from_chars: 0 or what is next to it, with its sign, where the number is too small, infinity where it is too great.
template <typename Float>
Float nearest(std::string_view text) {
  const std::string terminated(text);
  if constexpr (std::is_same_v<Float, float>) return std::strtof(terminated.c_str(), nullptr);
  else return std::strtod(terminated.c_str(), nullptr);
}

template <typename Float>
Result<Value> parse_float(const JsonNode& node, const ReadSchema& schema) {
  Float number = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto error = std::from_chars(node.text.data(), end, number).ec;
  if (error == std::errc::result_out_of_range) number = nearest<Float>(node.text);
  else if (error != std::errc()) return out_of_range(schema);
  if (!std::isfinite(number)) return out_of_range(schema);
  return make::number(schema.tag, number);
}

Result<Value> float_value(const JsonNode& node, const ReadSchema& schema) {
  if (node.kind == Kind::string) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (node.text == "NaN") return make::number(schema.tag, std::numeric_limits<double>::quiet_NaN());
    if (node.text == "Infinity") return make::number(schema.tag, kInfinity);
    if (node.text == "-Infinity") return make::number(schema.tag, -kInfinity);
  }
  if (node.kind != Kind::number) return wrong_type(schema, node);
  return schema.tag == Tag::float32 ? parse_float<float>(node, schema) : parse_float<double>(node, schema);
}

Result<Value> bytes_value(const JsonNode& node, const ReadSchema& schema, Arena& arena) {
  if (schema.tag == Tag::decimal && node.kind == Kind::number) {
    const auto number = decimal::parse(node.text, arena);
    return number ? Result<Value>(*number) : Result<Value>(out_of_range(schema));
  }
  if (node.kind != Kind::string) return wrong_type(schema, node);
  const auto bytes = decode_base64(node.text, arena);
  if (!bytes || (schema.tag == Tag::decimal && bytes->empty()))
    return Error(fmt::format("the text of {} is not base64", type_name(schema))).with_id("json.base64");
  return schema.tag == Tag::decimal ? make::decimal(*bytes, schema.schema.scale) : make::bytes(*bytes);
}

// A walk over a tree and its schema; the recursion of the containers.
class Walk {
 public:
  Walk(const PayloadRules& rules, Arena& arena) : rules_(rules), arena_(arena) {}

  Result<Value> value(const JsonNode& node, const ReadSchema& schema) {
    if (node.kind == Kind::null) return null(schema);
    switch (schema.tag) {
      case Tag::boolean:
        if (node.kind != Kind::boolean) return wrong_type(schema, node);
        return make::boolean(node.truth);
      case Tag::float32:
      case Tag::float64: return float_value(node, schema);
      case Tag::string:
        if (node.kind != Kind::string) return wrong_type(schema, node);
        return make::string(arena_.copy(node.text));
      case Tag::bytes:
      case Tag::decimal: return bytes_value(node, schema, arena_);
      case Tag::array: return array(node, schema);
      case Tag::map: return node.kind == Kind::object ? map_of_members(node, schema) : map_of_pairs(node, schema);
      case Tag::structure: return structure(node, schema);
      default: return integer_value(node, schema, arena_);
    }
  }

 private:
  static Value default_of(const ReadSchema& schema, int flags = SINKWAY_FLAG_DEFAULT_FILLED) {
    Value value = *schema.schema.default_value;
    value.flags |= static_cast<std::uint8_t>(flags);
    return value;
  }

  Result<Value> null(const ReadSchema& schema) const {
    if (rules_.null_is_default && schema.schema.default_value != nullptr) return default_of(schema);
    if (schema.schema.optional) return make::null();
    return Error(fmt::format("null for a required {}", type_name(schema))).with_id("json.required");
  }

  static Result<Value> missing(const ReadSchema& schema) {
    if (schema.schema.default_value != nullptr) return default_of(schema, SINKWAY_FLAG_DEFAULT_FILLED | SINKWAY_FLAG_MISSING);
    if (schema.schema.optional) return make::absent();
    return Error(fmt::format("a required {} is missing", type_name(schema))).with_id("json.required");
  }

  Result<Value> array(const JsonNode& node, const ReadSchema& schema) {
    if (node.kind != Kind::array) return wrong_type(schema, node);
    const auto items = arena_.array<Value>(node.children.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto item = value(node.children[i], *schema.elements);
      if (!item) return std::move(item).error().at(fmt::format("item {}", i));
      items[i] = *item;
    }
    return make::array(items);
  }

  Result<Value> map_of_members(const JsonNode& node, const ReadSchema& schema) {
    if (schema.keys->tag != Tag::string) return wrong_type(schema, node);
    const auto entries = arena_.array<Value>(node.children.size() * 2);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      auto item = value(node.children[i], *schema.elements);
      if (!item) return std::move(item).error().at("a value of the map");
      entries[i * 2] = make::string(arena_.copy(node.children[i].name));
      entries[i * 2 + 1] = *item;
    }
    return make::map(entries);
  }

  Result<Value> map_of_pairs(const JsonNode& node, const ReadSchema& schema) {
    if (node.kind != Kind::array) return wrong_type(schema, node);
    const auto entries = arena_.array<Value>(node.children.size() * 2);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const JsonNode& pair = node.children[i];
      if (pair.kind != Kind::array || pair.children.size() != 2)
        return Error("an entry of the map is not an array of key and value").with_id("json.type");
      auto key = value(pair.children[0], *schema.keys);
      if (!key) return std::move(key).error().at("a key of the map");
      auto item = value(pair.children[1], *schema.elements);
      if (!item) return std::move(item).error().at("a value of the map");
      entries[i * 2] = *key;
      entries[i * 2 + 1] = *item;
    }
    return make::map(entries);
  }

  Result<Value> structure(const JsonNode& node, const ReadSchema& schema) {
    if (node.kind != Kind::object) return wrong_type(schema, node);
    sinkway_struct* const body = allocate_struct(arena_, *schema.shape);
    Value* const values = body->values;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
      const std::string_view name = view(schema.shape->names[i]);
      // Members mostly stand in the order of the schema.
      const bool in_place = i < node.children.size() && node.children[i].name == name;
      const JsonNode* const member = in_place ? &node.children[i] : node.member(name);
      auto field = member != nullptr ? value(*member, *schema.fields[i]) : missing(*schema.fields[i]);
      if (!field) return std::move(field).error().at(name);
      values[i] = *field;
    }
    return make::structure(body);
  }

  const PayloadRules& rules_;
  Arena& arena_;
};

}  // namespace

Result<Value> payload_value(const JsonNode& node, const ReadSchema& schema, const PayloadRules& rules, Arena& arena) {
  return Walk(rules, arena).value(node, schema);
}

}  // namespace sinkway::convert
