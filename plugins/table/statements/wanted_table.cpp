#include "plugins/table/statements/wanted_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/table/rows/value_text.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

using std::string_view_literals::operator""sv;

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

constexpr std::array kCoordinates{std::pair("__connect_topic"sv, "text"sv), std::pair("__connect_partition"sv, "integer"sv),
                                  std::pair("__connect_offset"sv, "bigint"sv)};

// Logical types by the name of the schema: Connect's and Debezium's.
constexpr std::array kLogical{
    std::pair("org.apache.kafka.connect.data.Decimal"sv, "numeric"sv),
    std::pair("org.apache.kafka.connect.data.Date"sv, "date"sv),
    std::pair("org.apache.kafka.connect.data.Time"sv, "time"sv),
    std::pair("org.apache.kafka.connect.data.Timestamp"sv, "timestamptz"sv),
    std::pair("io.debezium.time.Date"sv, "date"sv),
    std::pair("io.debezium.time.Time"sv, "time"sv),
    std::pair("io.debezium.time.MicroTime"sv, "time"sv),
    std::pair("io.debezium.time.NanoTime"sv, "time"sv),
    std::pair("io.debezium.time.Timestamp"sv, "timestamp"sv),
    std::pair("io.debezium.time.MicroTimestamp"sv, "timestamp"sv),
    std::pair("io.debezium.time.NanoTimestamp"sv, "timestamp"sv),
    std::pair("io.debezium.time.ZonedTimestamp"sv, "timestamptz"sv),
    std::pair("io.debezium.time.ZonedTime"sv, "timetz"sv),
    std::pair("io.debezium.time.Interval"sv, "interval"sv),
    std::pair("io.debezium.data.Uuid"sv, "uuid"sv),
    std::pair("io.debezium.data.Json"sv, "jsonb"sv),
    std::pair("io.debezium.data.Xml"sv, "xml"sv),
    std::pair("io.debezium.data.VariableScaleDecimal"sv, "numeric"sv),
};

std::string type_of_tag(std::uint8_t tag) {
  switch (tag) {
    case SINKWAY_BOOL: return "boolean";
    case SINKWAY_INT8:
    case SINKWAY_INT16: return "smallint";
    case SINKWAY_INT32: return "integer";
    case SINKWAY_INT64: return "bigint";
    case SINKWAY_FLOAT32: return "real";
    case SINKWAY_FLOAT64: return "double precision";
    case SINKWAY_BYTES: return "bytea";
    case SINKWAY_DECIMAL: return "numeric";
    case SINKWAY_DATE: return "date";
    case SINKWAY_TIME_MS:
    case SINKWAY_TIME_US: return "time";
    case SINKWAY_TIMESTAMP_MS:
    case SINKWAY_TIMESTAMP_US: return "timestamptz";
    case SINKWAY_ARRAY:
    case SINKWAY_MAP:
    case SINKWAY_STRUCT: return "jsonb";
    default: return "text";
  }
}

// What a hint makes of values of this kind; empty: it leaves them as they are.
std::string_view type_of_hint(Reading hint, std::uint8_t tag) {
  const bool is_text = tag == SINKWAY_STRING;
  switch (hint) {
    case Reading::epoch_s:
    case Reading::epoch_ms:
    case Reading::epoch_us:
    case Reading::epoch_ns:
    case Reading::pattern: return is_text || (tag >= SINKWAY_INT8 && tag <= SINKWAY_FLOAT64) ? "timestamptz" : "";
    case Reading::base64:
    case Reading::hex: return is_text ? "bytea" : "";
    case Reading::unsigned_number:
      if (tag == SINKWAY_INT8) return "smallint";
      if (tag == SINKWAY_INT16) return "integer";
      if (tag == SINKWAY_INT32) return "bigint";
      return tag == SINKWAY_INT64 ? "numeric" : "";
    default: return "";
  }
}

// Connect's own logical types have values of their own, which hints do not read.
std::string type_of_schema(const sinkway_schema& schema, Reading hint) {
  if (!view(schema.name).starts_with("org.apache.kafka.connect.data."))
    if (const auto hinted = type_of_hint(hint, schema.type); !hinted.empty()) return std::string(hinted);
  for (const auto& [name, type] : kLogical)
    if (view(schema.name) == name) return std::string(type);
  if (schema.type == SINKWAY_ARRAY && schema.element_schema != nullptr) {
    const std::string element = type_of_schema(*schema.element_schema, hint);
    const bool has_parts = schema.element_schema->type >= SINKWAY_ARRAY && element == "jsonb";
    return has_parts || element.ends_with("[]") ? "jsonb" : element + "[]";
  }
  return type_of_tag(schema.type);
}

// A default that can be said as a literal; others are left out, and so are Debezium's counts of days or microseconds, which are
// no values of the types that columns have.
std::string default_of(const sinkway_schema* schema) {
  if (schema == nullptr || schema->default_value == nullptr || view(schema->name).starts_with("io.debezium.time.")) return "";
  const sinkway_value& value = *schema->default_value;
  if (value.tag <= SINKWAY_NULL || value.tag >= SINKWAY_ARRAY || value.tag == SINKWAY_BYTES) return "";
  ByteBuffer text;
  return print_plain(value, Zone::utc, text) == Fault::none ? quote_literal(text.view()) : "";
}

const sinkway_schema* field_schema(const sinkway_struct& body, std::uint32_t field) {
  const sinkway_schema* schema = body.shape->schema;
  return schema != nullptr && field < schema->field_count ? schema->fields[field] : nullptr;
}

class Wishes {
 public:
  Wishes(const Row& row, const BindingRules& rules) : row_(row), rules_(rules) {}

  WantedTable take_always() {
    add_outer_key();
    add_metadata();
    return std::move(made_);
  }

  WantedTable take() {
    add_outer_key();
    if (rules_.key_mode == KeyMode::record_key) add_key();
    if (row_.body != nullptr) add_body(*row_.body, "", false);
    if (row_.body == nullptr && row_.record->value.tag > SINKWAY_NULL)
      add(rules_.fields.value_column.empty() ? "record_value" : rules_.fields.spelt(rules_.fields.value_column),
          row_.record->value, row_.record->value_schema);
    add_metadata();
    if (rules_.key_mode == KeyMode::record_value || (rules_.key_mode == KeyMode::none && rules_.is_keyed))
      for (const std::string& name : rules_.key_fields) made_.key.push_back(made_as(name));
    for (WantedColumn& column : made_.columns)
      column.not_null |= std::find(made_.key.begin(), made_.key.end(), column.name) != made_.key.end();
    return std::move(made_);
  }

 private:
  [[nodiscard]] bool is_made(const std::string& name) const {
    return std::any_of(made_.columns.begin(), made_.columns.end(), [&](const WantedColumn& one) { return one.name == name; });
  }
  // The column that a part of the key goes into, as tasks find it: by its name, in any case of letters.
  [[nodiscard]] std::string made_as(const std::string& name) const {
    std::vector<std::string_view> names;
    for (const WantedColumn& column : made_.columns) names.emplace_back(column.name);
    const std::string spelt = rules_.fields.spelt(name);
    auto found = find_name(names, name);
    if (!found) found = find_name(names, spelt);
    return found ? made_.columns[*found].name : spelt;
  }
  void add_column(WantedColumn column) {
    if (!is_made(column.name)) made_.columns.push_back(std::move(column));
  }
  void add_key_column(const std::string& name, std::string type) {
    add_column({name, std::move(type), true});
    made_.key.push_back(name);
  }
  void add_key_field(const std::string& field, const sinkway_value& value, const sinkway_schema* schema) {
    const std::string name = rules_.fields.spelt(field);
    add_key_column(name, sql_type(value, schema, hint_of(name)));
  }
  [[nodiscard]] Reading hint_of(const std::string& column) const {
    return rules_.columns == nullptr ? Reading::natural : rules_.columns->hint_of(column);
  }
  // What is neither in the key nor in the value of a record.
  void add_outer_key() {
    if (rules_.key_mode == KeyMode::kafka) add_coordinates();
    if (rules_.key_mode == KeyMode::record_header)
      for (const std::string& name : rules_.key_fields) add_key_column(rules_.fields.spelt(name), "text");
  }
  void add_coordinates() {
    for (std::size_t n = 0; n < kCoordinates.size(); ++n)
      add_key_column(n < rules_.key_fields.size() ? rules_.fields.spelt(rules_.key_fields[n]) : std::string(kCoordinates[n].first),
                     std::string(kCoordinates[n].second));
  }
  void add_key() {
    const sinkway_value& key = row_.record->key;
    if (key.tag != SINKWAY_STRUCT) {
      if (rules_.key_fields.size() == 1) add_key_field(rules_.key_fields.front(), key, row_.record->key_schema);
      return;
    }
    const sinkway_struct& body = *key.as.object;
    for (std::uint32_t field = 0; field < body.shape->field_count; ++field) {
      const std::string name(view(body.shape->names[field]));
      const auto& wanted = rules_.key_fields;
      if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
      add_key_field(name, body.values[field], field_schema(body, field));
    }
  }
  // `optional`: an object around the fields may be null.
  void add_body(const sinkway_struct& body, const std::string& prefix, bool optional) {
    for (std::uint32_t field = 0; field < body.shape->field_count; ++field) {
      const sinkway_value& value = body.values[field];
      const sinkway_schema* const schema = field_schema(body, field);
      const std::string name = prefix + std::string(view(body.shape->names[field]));
      const bool flattens = rules_.fields.nested == Nested::flatten;
      if (value.tag == SINKWAY_STRUCT && flattens)
        add_body(*value.as.object, name + rules_.fields.separator, optional || schema == nullptr || schema->optional != 0);
      else if (schema != nullptr && schema->type == SINKWAY_STRUCT && flattens)
        add_declared(*schema, name + rules_.fields.separator);
      else
        add_field(name, value, schema, optional);
    }
  }
  // The fields of an object that is null.
  void add_declared(const sinkway_schema& object, const std::string& prefix) {
    for (std::uint32_t field = 0; field < object.field_count; ++field) {
      const sinkway_schema& schema = *object.fields[field];
      const std::string name = prefix + std::string(view(object.field_names[field]));
      if (schema.type == SINKWAY_STRUCT)
        add_declared(schema, name + rules_.fields.separator);
      else
        add_field(name, {}, &schema, true);
    }
  }
  void add_field(const std::string& name, const sinkway_value& value, const sinkway_schema* schema, bool optional) {
    if (!name.empty() && name == rules_.fields.operation_field) return;
    // Nobody knows its type yet, and the first value will tell it.
    if (value.tag <= SINKWAY_NULL && schema == nullptr && rules_.adds_columns) return;
    const auto column = rules_.fields.column_of(view(*row_.record->topic), name);
    if (column) add(*column, value, schema, optional);
  }
  void add(const std::string& name, const sinkway_value& value, const sinkway_schema* schema, bool optional = false) {
    const bool required = schema != nullptr && schema->optional == 0 && !optional;
    std::string type = sql_type(value, schema, hint_of(name));
    const bool is_hinted = type != sql_type(value, schema);  // the default is no value of this type, as it is
    add_column({name, std::move(type), required, is_hinted ? "" : default_of(schema)});
  }
  void add_metadata() {
    constexpr std::array kTypes{std::pair(Metadata::topic, "text"),          std::pair(Metadata::partition, "integer"),
                                std::pair(Metadata::offset, "bigint"),       std::pair(Metadata::timestamp, "timestamptz"),
                                std::pair(Metadata::headers, "jsonb"),       std::pair(Metadata::key, "text")};
    for (const auto& [metadata, column] : rules_.fields.metadata)
      for (const auto& [kind, type] : kTypes)
        if (kind == metadata) add_column({column, type});
    if (rules_.fields.unmatched == Unmatched::remainder) add_column({rules_.fields.remainder_column, "jsonb"});
  }

  const Row& row_;
  const BindingRules& rules_;
  WantedTable made_;
};

}  // namespace

std::string sql_type(const sinkway_value& value, const sinkway_schema* schema, Reading hint) {
  if (schema != nullptr) return type_of_schema(*schema, hint);
  const auto hinted = type_of_hint(hint, value.tag);
  return hinted.empty() ? type_of_tag(value.tag) : std::string(hinted);
}

WantedTable wanted_table(const Row& row, const BindingRules& rules) { return Wishes(row, rules).take(); }

WantedTable wanted_always(const BindingRules& rules) { return Wishes(Row{}, rules).take_always(); }

}  // namespace sinkway::table
