#include "host/convert/json_converter.hpp"

#include <algorithm>
#include <string>

#include "host/convert/json_fault.hpp"
#include "host/convert/utf8.hpp"

namespace sinkway::convert {

namespace {

std::optional<std::string> check_decimal_format(const std::optional<std::string>& value) {
  std::string upper = value.value_or("");
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (upper == "BASE64" || upper == "NUMERIC") return std::nullopt;
  return "Must be one of BASE64, NUMERIC";
}

}  // namespace

ConfigDef JsonConverter::definition() {
  return {
      {.name = "schemas.enable",
       .type = ConfigType::boolean,
       .default_value = "true",
       .importance = Importance::high,
       .group = "Schemas",
       .order = 1,
       .display_name = "Enable Schemas",
       .documentation = "Whether each record is an object of a schema and a payload. Without schemas a record is any "
                        "JSON value: whole numbers become INT64, larger ones DECIMAL; numbers with a fraction become "
                        "FLOAT64, or DECIMAL where a double would not name the same number. Text after the value, "
                        "leading zeros and values that do not fit their schema are errors, which Kafka Connect lets "
                        "pass; of a name that comes twice the last value counts, as there."},
      {.name = "schemas.cache.size",
       .type = ConfigType::integer,
       .default_value = "1000",
       .importance = Importance::high,
       .group = "Schemas",
       .order = 2,
       .display_name = "Schema Cache Size",
       .documentation = "Accepted as Kafka Connect accepts it, without effect: schemas are kept for the life of a "
                        "task.",
       .check = check::at_least(0)},
      {.name = "decimal.format",
       .type = ConfigType::string,
       .default_value = "BASE64",
       .importance = Importance::low,
       .group = "Serialization",
       .order = 1,
       .display_name = "Decimal Format",
       .documentation = "How decimals are written; when reading, base64 and numbers are both understood.",
       .recommended = {"BASE64", "NUMERIC"},
       .check = check_decimal_format},
      {.name = "replace.null.with.default",
       .type = ConfigType::boolean,
       .default_value = "true",
       .importance = Importance::low,
       .group = "Schemas",
       .order = 3,
       .display_name = "Replace null with default",
       .documentation = "Whether a null becomes the default of its schema, where there is one (KIP-581)."},
      {.name = "max.depth",
       .type = ConfigType::integer,
       .default_value = std::to_string(kUsualDepth),
       .importance = Importance::low,
       .group = "Limits",
       .order = 1,
       .display_name = "Maximum Depth",
       .documentation = "Objects and arrays in each other before a record is refused.",
       .check = check::between(1, 1000)},
  };
}

JsonConverter::Options JsonConverter::options_of(const ConfigMap& config) {
  Options options;
  options.schemas = config.get_or("schemas.enable", "true") == "true";
  options.null_is_default = config.get_or("replace.null.with.default", "true") == "true";
  options.max_depth = std::stoul(config.get_or("max.depth", std::to_string(kUsualDepth)));
  return options;
}

JsonConverter::JsonConverter(const Options& options) : options_(options), reader_(options.max_depth), values_(reader_) {
  const PayloadRules rules{.null_is_default = options.null_is_default};
  if (options.schemas) envelope_ = std::make_unique<SchemaEnvelope>(options.max_depth, rules);
}

Result<Converted> JsonConverter::convert(std::string_view, std::optional<std::string_view> bytes,
                                         const Target& target) {
  if (!bytes) return Converted{make::null()};
  std::string_view text = *bytes;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (envelope_ != nullptr) return envelope_->convert(text, target);
  if (bytes->empty()) return Converted{make::null()};
  if (options_.fast_way)
    if (const auto flat = flat_.scan(text, target)) return Converted{*flat};
  const auto tree = reader_.read(text);
  if (!tree) return tree.error();
  auto value = values_.value_of(**tree, target);
  if (!value) return std::move(value).error();
  return Converted{*value};
}

void JsonConverter::hint(std::span<const HintColumn> columns, bool may_skip) {
  const auto kept = may_skip ? columns : std::span<const HintColumn>();
  values_.keep_only(kept);
  if (envelope_ != nullptr) envelope_->keep_only(kept);
}

}  // namespace sinkway::convert
