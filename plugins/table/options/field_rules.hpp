// Which fields of a record go into which columns, as the options say it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway::table {

// What becomes of a field that has no column.
enum class Unmatched : std::uint8_t { fail, ignore, add, dlq, remainder };
// What becomes of a field that has fields itself.
enum class Nested : std::uint8_t { jsonb, flatten, fail };
// What a record is beside its key and value.
enum class Metadata : std::uint8_t { topic, partition, offset, timestamp, headers, key };

// How names of fields become names of columns and, for ${topic}, of tables that are made.
enum class NameCase : std::uint8_t { keep, lower, snake };

struct FieldRules {
  Unmatched unmatched = Unmatched::fail;
  std::string remainder_column;       // Unmatched::remainder: jsonb:COL
  std::vector<std::string> included;  // fields.whitelist; empty: all
  std::vector<std::string> keys;      // fields of the key that come from the value: they need be in no list
  std::vector<std::regex> include;    // field.include.list: patterns of field or topic:field; empty: all
  std::vector<std::regex> exclude;    // field.exclude.list
  std::map<std::string, std::string, std::less<>> renamed;  // field.rename: field to column
  Nested nested = Nested::jsonb;
  std::string separator = "_";
  std::string value_column;  // of values without fields; empty: the only column of the table
  std::vector<std::pair<Metadata, std::string>> metadata;  // metadata.columns
  NameCase name_case = NameCase::keep;  // identifier.case
  bool nulls_for_defaults = true;  // replace.null.with.default=false: a default of the schema does not stand for null
  std::string operation_field;     // merge.op.field: no column unless the table has one of that name

  // Whether a field's name alone does not tell its column: the topic does as well.
  [[nodiscard]] bool by_topic() const { return !include.empty() || !exclude.empty(); }
  // A name in the case of identifier.case. Pure.
  [[nodiscard]] std::string spelt(std::string_view name) const;
  // The column for a field, as the record has it after flattening; nothing: the field is left out. Pure.
  [[nodiscard]] std::optional<std::string> column_of(std::string_view topic, std::string_view field) const;
};

}  // namespace sinkway::table
