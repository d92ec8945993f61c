#include "host/convert/converter_set.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "host/config/validation.hpp"
#include "host/convert/csv.hpp"
#include "host/convert/headers.hpp"
#include "host/convert/json_converter.hpp"
#include "host/convert/string_converter.hpp"

namespace sinkway::convert {

namespace {

using Maker = std::unique_ptr<Converter> (*)(const ConfigMap& config);

template <Tag kTag>
std::unique_ptr<Converter> make_number(const ConfigMap&) {
  return std::make_unique<NumberConverter>(kTag);
}

struct Row {
  std::string_view package;
  std::string_view simple_name;
  bool for_headers;
  bool headers_only;
  ConfigDef (*definition)();
  Maker make;
};

ConfigDef no_options() { return {}; }

constexpr std::string_view kNumbers = "org.apache.kafka.connect.converters";
constexpr std::string_view kStorage = "org.apache.kafka.connect.storage";

const Row kRows[] = {
    {"io.sinkway.convert", "CsvConverter", false, false, CsvConverter::definition,
     [](const ConfigMap& config) -> std::unique_ptr<Converter> { return std::make_unique<CsvConverter>(config); }},
    {kNumbers, "BooleanConverter", true, false, no_options, make_number<Tag::boolean>},
    {kNumbers, "ByteArrayConverter", true, false, no_options,
     [](const ConfigMap&) -> std::unique_ptr<Converter> { return std::make_unique<BytesConverter>(); }},
    {kNumbers, "DoubleConverter", true, false, no_options, make_number<Tag::float64>},
    {kNumbers, "FloatConverter", true, false, no_options, make_number<Tag::float32>},
    {kNumbers, "IntegerConverter", true, false, no_options, make_number<Tag::int32>},
    {kNumbers, "LongConverter", true, false, no_options, make_number<Tag::int64>},
    {kNumbers, "ShortConverter", true, false, no_options, make_number<Tag::int16>},
    {"org.apache.kafka.connect.json", "JsonConverter", true, false, JsonConverter::definition,
     [](const ConfigMap& config) -> std::unique_ptr<Converter> {
       return std::make_unique<JsonConverter>(JsonConverter::options_of(config));
     }},
    {kStorage, "SimpleHeaderConverter", true, true, no_options,
     [](const ConfigMap&) -> std::unique_ptr<Converter> { return std::make_unique<SimpleHeaderConverter>(); }},
    {kStorage, "StringConverter", true, false, StringConverter::definition,
     [](const ConfigMap& config) -> std::unique_ptr<Converter> { return std::make_unique<StringConverter>(config); }},
};

// Kafka Connect's own rule: the simple name, and the simple name without what kind of plugin it is.
std::vector<std::string> aliases_of(std::string_view simple_name) {
  for (const std::string_view suffix : {"HeaderConverter", "Converter"})
    if (simple_name.ends_with(suffix))
      return {std::string(simple_name), std::string(simple_name.substr(0, simple_name.size() - suffix.size()))};
  return {std::string(simple_name)};
}

const Row* find_row(const ConverterClass& converter) {
  const auto& classes = converter_classes();
  return kRows + (&converter - classes.data());
}

Error unknown(std::string_view name) {
  std::string names;
  for (const auto& known : converter_classes()) names += (names.empty() ? "" : ", ") + known.aliases.front();
  return Error(fmt::format("Class {} is no converter that this worker knows", name)).with_hint("there are: " + names);
}

std::string_view name_of(Role role) {
  return role == Role::key ? "keys" : role == Role::value ? "values" : "headers";
}

}  // namespace

const std::vector<ConverterClass>& converter_classes() {
  static const std::vector<ConverterClass> classes = [] {
    std::vector<ConverterClass> all;
    for (const Row& row : kRows)
      all.push_back({fmt::format("{}.{}", row.package, row.simple_name), aliases_of(row.simple_name), row.definition(),
                     row.for_headers});
    return all;
  }();
  return classes;
}

const ConverterClass* find_converter(std::string_view name) {
  for (const auto& converter : converter_classes()) {
    const auto& aliases = converter.aliases;
    if (converter.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return &converter;
  }
  return nullptr;
}

Result<std::unique_ptr<Converter>> make_converter(std::string_view name, Role role, const ConfigMap& config) {
  const ConverterClass* const found = find_converter(name);
  if (found == nullptr) return unknown(name);
  const Row& row = *find_row(*found);
  if (role == Role::header ? !row.for_headers : row.headers_only)
    return Error(fmt::format("Class {} is not a converter of {}", name, name_of(role)));
  for (const auto& key : validate(found->definition, config).keys)
    if (!key.errors.empty()) return Error(key.errors.front());
  return row.make(resolved(found->definition, config));
}

}  // namespace sinkway::convert
