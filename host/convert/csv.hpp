// One line of comma separated values a record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/config/config_def.hpp"
#include "host/config/config_map.hpp"
#include "host/convert/converter.hpp"
#include "host/convert/csv_line.hpp"

namespace sinkway::convert {

// The names of the columns come from the option `columns`; with `header=true` from the first of the record's two lines;
// else from the columns that the sink has, in their order. Values are text, save where the sink's column of that name
// is boolean, a whole number or a float (csv_cell.hpp). An unquoted cell that equals `null.text` is null, as
// PostgreSQL's COPY has it. [reader-thread]
class CsvConverter final : public Converter {
 public:
  [[nodiscard]] static ConfigDef definition();
  // From a config that was held against definition().
  explicit CsvConverter(const ConfigMap& config);

  // Error ids: csv.utf8, csv.quote, csv.columns, csv.rows, csv.type, csv.names, json.fields. Messages name column or
  // byte.
  Result<Converted> convert(std::string_view topic, std::optional<std::string_view> bytes,
                            const Target& target) override;
  void hint(std::span<const HintColumn> columns, bool may_skip) override;

 private:
  [[nodiscard]] Result<void> read_names(std::string_view text, std::size_t& at, Arena& arena);
  [[nodiscard]] Result<void> find_shape(ShapeTable& shapes);
  [[nodiscard]] Result<Value> value_of(const CsvCell& cell, std::size_t column) const;
  void set_names(std::vector<std::string> names);

  CsvRules rules_;
  std::string null_text_;
  bool header_ = false;
  bool names_by_hint_ = false;
  std::vector<HintColumn> hint_;

  struct Column {
    std::string name;
    Tag tag = Tag::string;  // by the hint
    std::size_t slot = 0;   // in the shape
  };
  std::vector<Column> columns_;
  const Shape* shape_ = nullptr;  // of the columns; null: not looked up yet
  std::vector<CsvCell> cells_;
};

}  // namespace sinkway::convert
