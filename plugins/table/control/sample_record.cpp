#include "plugins/table/control/sample_record.hpp"

#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include "plugins/table/rows/byte_text.hpp"

namespace sinkway::table {
namespace {

using std::string_view_literals::operator""sv;
using Json = SampleRecord::Json;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

constexpr std::array kTypes{std::pair("boolean"sv, SINKWAY_BOOL),  std::pair("int8"sv, SINKWAY_INT8),
                            std::pair("int16"sv, SINKWAY_INT16),   std::pair("int32"sv, SINKWAY_INT32),
                            std::pair("int64"sv, SINKWAY_INT64),   std::pair("float"sv, SINKWAY_FLOAT32),
                            std::pair("float32"sv, SINKWAY_FLOAT32), std::pair("double"sv, SINKWAY_FLOAT64),
                            std::pair("float64"sv, SINKWAY_FLOAT64), std::pair("string"sv, SINKWAY_STRING),
                            std::pair("bytes"sv, SINKWAY_BYTES),   std::pair("array"sv, SINKWAY_ARRAY),
                            std::pair("map"sv, SINKWAY_MAP),       std::pair("struct"sv, SINKWAY_STRUCT)};

// What Connect's own logical types become (KIP-301's names of org.apache.kafka.connect.data).
constexpr std::array kLogical{std::pair("org.apache.kafka.connect.data.Decimal"sv, SINKWAY_DECIMAL),
                              std::pair("org.apache.kafka.connect.data.Date"sv, SINKWAY_DATE),
                              std::pair("org.apache.kafka.connect.data.Time"sv, SINKWAY_TIME_MS),
                              std::pair("org.apache.kafka.connect.data.Timestamp"sv, SINKWAY_TIMESTAMP_MS)};

int tag_of(const sinkway_schema& schema) {
  for (const auto& [name, tag] : kLogical)
    if (std::string_view(schema.name.data, schema.name.size) == name) return tag;
  return schema.type;
}

bool has_schema(const Json& told) {
  return told.is_object() && told.size() == 2 && told.contains("schema") && told.contains("payload");
}

sinkway_value whole(int tag, std::int64_t number) {
  sinkway_value value{};
  value.tag = static_cast<std::uint8_t>(tag);
  value.as.integer = number;
  return value;
}

sinkway_value real(int tag, double number) {
  sinkway_value value = whole(tag, 0);
  value.as.number = number;
  return value;
}

std::int64_t number_at(const Json& told, const char* key, std::int64_t otherwise) {
  const auto found = told.find(key);
  if (found == told.end()) return otherwise;
  if (!found->is_number_integer()) refuse(std::string(key) + " must be a whole number");
  return found->get<std::int64_t>();
}

std::string text_at(const Json& told, const char* key) {
  const auto found = told.find(key);
  return found != told.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

SampleRecord::SampleRecord(const Json& told, std::string topic) : topic_(lent(std::move(topic))) {
  record_.topic = record_.original_topic = &topic_;
  record_.partition = record_.original_partition = static_cast<std::int32_t>(number_at(told, "partition", 0));
  record_.offset = number_at(told, "offset", 0);
  record_.timestamp = number_at(told, "timestamp", 0);
  record_.timestamp_type = 1;
  const auto part = [&](const char* name) {
    return told.contains(name) ? read(told.at(name)) : Read{whole(SINKWAY_NULL, 0)};
  };
  const Read key = part("key"), value = part("value");
  record_.key = key.value;
  record_.key_schema = key.schema;
  record_.value = value.value;
  record_.value_schema = value.schema;
  if (const auto headers = told.find("headers"); headers != told.end()) {
    if (!headers->is_object()) refuse("headers must be an object");
    for (const auto& [name, header] : headers->items()) {
      const Read one = read(header);
      headers_.push_back({lent(name), one.value, one.schema});
    }
  }
  record_.headers = headers_.data();
  record_.header_count = static_cast<std::uint32_t>(headers_.size());
}

SampleRecord::Read SampleRecord::read(const Json& told) {
  if (!has_schema(told)) return {plain(told), nullptr};
  if (told.at("schema").is_null()) return {plain(told.at("payload")), nullptr};
  const sinkway_schema& schema = schema_of(told.at("schema"));
  return {declared(told.at("payload"), schema), &schema};
}

const sinkway_schema& SampleRecord::schema_of(const Json& told) {
  if (!told.is_object()) refuse("a schema must be an object");
  sinkway_schema& schema = schemas_.emplace_back();
  schema.struct_size = sizeof(sinkway_schema);
  const std::string type = text_at(told, "type");
  for (const auto& [name, tag] : kTypes)
    if (type == name) schema.type = static_cast<std::uint8_t>(tag);
  if (schema.type == SINKWAY_ABSENT) refuse("a schema has no type that Connect knows");
  schema.optional = told.value("optional", false) ? 1 : 0;
  schema.name = lent(text_at(told, "name"));
  schema.version = static_cast<std::int32_t>(number_at(told, "version", 0));
  if (const auto parameters = told.find("parameters"); parameters != told.end() && parameters->is_object())
    schema.scale = static_cast<std::int16_t>(std::atoi(text_at(*parameters, "scale").c_str()));
  if (schema.type == SINKWAY_STRUCT) {
    const auto fields = told.find("fields");
    if (fields == told.end() || !fields->is_array()) refuse("the schema of a struct must have fields");
    std::vector<sinkway_string> names;
    std::vector<const sinkway_schema*> members;
    for (const Json& field : *fields) {
      names.push_back(lent(text_at(field, "field")));
      members.push_back(&schema_of(field));
    }
    schema.field_count = static_cast<std::uint32_t>(names.size());
    schema.field_names = names_.emplace_back(std::move(names)).data();
    schema.fields = fields_.emplace_back(std::move(members)).data();
  }
  if (schema.type == SINKWAY_MAP) schema.key_schema = &schema_of(told.value("keys", Json()));
  if (schema.type == SINKWAY_MAP) schema.element_schema = &schema_of(told.value("values", Json()));
  if (schema.type == SINKWAY_ARRAY) schema.element_schema = &schema_of(told.value("items", Json()));
  if (const auto value = told.find("default"); value != told.end() && !value->is_null())
    schema.default_value = &defaults_.emplace_back(declared(*value, schema));
  return schema;
}

sinkway_value SampleRecord::plain(const Json& told) {
  if (told.is_null()) return whole(SINKWAY_NULL, 0);
  if (told.is_boolean()) return whole(SINKWAY_BOOL, told.get<bool>() ? 1 : 0);
  if (told.is_number_unsigned() && told.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    return real(SINKWAY_FLOAT64, told.get<double>());
  if (told.is_number_integer()) return whole(SINKWAY_INT64, told.get<std::int64_t>());
  if (told.is_number()) return real(SINKWAY_FLOAT64, told.get<double>());
  if (told.is_string()) return text(SINKWAY_STRING, told.get<std::string>());
  std::vector<std::string> names;
  std::vector<sinkway_value> values;
  if (told.is_array()) {
    for (const Json& one : told) values.push_back(plain(one));
    return list(SINKWAY_ARRAY, std::move(values));
  }
  for (const auto& [name, one] : told.items()) {
    names.push_back(name);
    values.push_back(plain(one));
  }
  return object(std::move(names), values, nullptr);
}

sinkway_value SampleRecord::declared(const Json& told, const sinkway_schema& schema) {
  if (told.is_null() && schema.default_value != nullptr) {
    sinkway_value value = *schema.default_value;
    value.flags |= SINKWAY_FLAG_DEFAULT_FILLED;
    return value;
  }
  if (told.is_null()) return whole(SINKWAY_NULL, 0);
  const int tag = tag_of(schema);
  switch (schema.type) {
    case SINKWAY_BOOL:
      if (told.is_boolean()) return whole(SINKWAY_BOOL, told.get<bool>() ? 1 : 0);
      break;
    case SINKWAY_INT8: case SINKWAY_INT16: case SINKWAY_INT32: case SINKWAY_INT64:
      if (told.is_number_integer()) return whole(tag, told.get<std::int64_t>());
      break;
    case SINKWAY_FLOAT32: case SINKWAY_FLOAT64:
      if (told.is_number()) return real(tag, told.get<double>());
      break;
    case SINKWAY_STRING:
      if (told.is_string()) return text(SINKWAY_STRING, told.get<std::string>());
      break;
    case SINKWAY_BYTES: {
      ByteBuffer bytes;
      if (!told.is_string() || parse_base64(told.get<std::string>(), bytes) != Fault::none) break;
      sinkway_value value = text(tag, std::string(bytes.view()));
      value.scale = tag == SINKWAY_DECIMAL ? schema.scale : std::int16_t{0};
      return value;
    }
    case SINKWAY_ARRAY: {
      if (!told.is_array()) break;
      std::vector<sinkway_value> items;
      for (const Json& one : told) items.push_back(declared(one, *schema.element_schema));
      return list(SINKWAY_ARRAY, std::move(items));
    }
    case SINKWAY_MAP: {
      if (!told.is_object()) break;
      std::vector<sinkway_value> items;
      for (const auto& [name, one] : told.items()) {
        items.push_back(text(SINKWAY_STRING, name));
        items.push_back(declared(one, *schema.element_schema));
      }
      return list(SINKWAY_MAP, std::move(items));
    }
    default:
      if (told.is_object()) return declared_struct(told, schema);
      break;
  }
  refuse("a payload does not fit its schema");
}

sinkway_value SampleRecord::declared_struct(const Json& told, const sinkway_schema& schema) {
  std::vector<std::string> names;
  std::vector<sinkway_value> values;
  for (std::uint32_t field = 0; field < schema.field_count; ++field) {
    names.emplace_back(schema.field_names[field].data, schema.field_names[field].size);
    const auto found = told.find(names.back());
    values.push_back(declared(found == told.end() ? Json() : *found, *schema.fields[field]));
  }
  return object(std::move(names), values, &schema);
}

sinkway_value SampleRecord::text(int tag, std::string bytes) {
  sinkway_value value = whole(tag, 0);
  const sinkway_string kept = lent(std::move(bytes));
  value.length = static_cast<std::uint32_t>(kept.size);
  value.as.text = kept.data;
  return value;
}

sinkway_value SampleRecord::list(int tag, std::vector<sinkway_value> items) {
  sinkway_value value = whole(tag, 0);
  value.length = static_cast<std::uint32_t>(tag == SINKWAY_MAP ? items.size() / 2 : items.size());
  value.as.items = items_.emplace_back(std::move(items)).data();
  return value;
}

sinkway_value SampleRecord::object(std::vector<std::string> names, const std::vector<sinkway_value>& values,
                                   const sinkway_schema* schema) {
  std::vector<sinkway_string> lent_names;
  for (std::string& name : names) lent_names.push_back(lent(std::move(name)));
  const auto count = static_cast<std::uint32_t>(lent_names.size());
  const sinkway_shape& shape = shapes_.emplace_back(sinkway_shape{
      sizeof(sinkway_shape), count, names_.emplace_back(std::move(lent_names)).data(), schema, shapes_.size() + 1});
  auto& memory = structs_.emplace_back(sizeof(sinkway_struct) + values.size() * sizeof(sinkway_value));
  auto* const body = new (memory.data()) sinkway_struct;
  body->shape = &shape;
  for (std::size_t n = 0; n < values.size(); ++n) body->values[n] = values[n];
  sinkway_value value = whole(SINKWAY_STRUCT, 0);
  value.length = count;
  value.as.object = body;
  return value;
}

}  // namespace sinkway::table
