#include "host/convert/csv.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/convert/csv_cell.hpp"
#include "host/convert/json_object.hpp"
#include "host/convert/utf8.hpp"
#include "host/data/structure.hpp"

namespace sinkway::convert {

namespace {

bool are_different(const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return all_different(views);
}

std::optional<std::string> check_columns(const std::optional<std::string>& value) {
  if (are_different(list_items(value.value_or("")))) return std::nullopt;
  return "A column may not come twice";
}

// One character, or \t for the tabulator, which a properties file would trim away.
std::optional<std::string> check_character(const std::optional<std::string>& value) {
  const bool is_one = value && value->size() == 1 && static_cast<unsigned char>(value->front()) < 0x80;
  if (value == "\\t" || (is_one && value != "\n" && value != "\r")) return std::nullopt;
  return "Must be one ASCII character, or \\t";
}

char character_of(const std::string& text) { return text == "\\t" ? '\t' : text.front(); }

}  // namespace

ConfigDef CsvConverter::definition() {
  return {
      {.name = "columns",
       .type = ConfigType::list,
       .default_value = "",
       .importance = Importance::high,
       .documentation = "The names of the columns, in the order of the cells. Empty: the columns of the target that "
                        "values may fill, in their order.",
       .check = check_columns},
      {.name = "header",
       .type = ConfigType::boolean,
       .default_value = "false",
       .documentation = "Whether each record has two lines, of which the first names the columns."},
      {.name = "delimiter",
       .default_value = ",",
       .documentation = "What stands between two cells.",
       .check = check_character},
      {.name = "quote", .default_value = "\"", .documentation = "What stands around a cell.", .check = check_character},
      {.name = "null.text",
       .default_value = "",
       .documentation = "The text of an unquoted cell that means null. Empty: an empty cell is null, one in quotes is "
                        "empty text."},
  };
}

CsvConverter::CsvConverter(const ConfigMap& config)
    : rules_{character_of(config.get_or("delimiter", ",")), character_of(config.get_or("quote", "\""))},
      null_text_(config.get_or("null.text", "")),
      header_(config.get_or("header", "false") == "true") {
  set_names(list_items(config.get_or("columns", "")));
  names_by_hint_ = columns_.empty() && !header_;
}

void CsvConverter::hint(std::span<const HintColumn> columns, bool /*may_skip*/) {
  hint_.assign(columns.begin(), columns.end());
  std::vector<std::string> names;
  if (names_by_hint_)
    for (const auto& column : hint_) names.push_back(column.name);
  else
    for (const auto& column : columns_) names.push_back(column.name);
  set_names(std::move(names));
}

void CsvConverter::set_names(std::vector<std::string> names) {
  columns_.clear();
  shape_ = nullptr;
  for (auto& name : names) {
    const auto fits = [&](const HintColumn& hint) { return same_name(hint.name, name); };
    const auto column = std::find_if(hint_.begin(), hint_.end(), fits);
    columns_.push_back({std::move(name), column != hint_.end() ? column->tag : Tag::string});
  }
}

Result<void> CsvConverter::read_names(std::string_view text, std::size_t& at, Arena& arena) {
  if (auto line = read_csv_line(text, at, rules_, arena, cells_); !line) return line;
  const auto same = [](const CsvCell& cell, const Column& column) { return cell.text == column.name; };
  if (std::equal(cells_.begin(), cells_.end(), columns_.begin(), columns_.end(), same)) return {};
  std::vector<std::string> names;
  for (const auto& cell : cells_) names.emplace_back(cell.text);
  if (std::ranges::any_of(names, &std::string::empty)) return Error("the header line has a cell without a name").with_id("csv.names");
  if (!are_different(names)) return Error("the header line names a column twice").with_id("csv.names");
  set_names(std::move(names));
  return {};
}

Result<void> CsvConverter::find_shape(ShapeTable& shapes) {
  std::vector<std::string_view> names;
  for (const auto& column : columns_) names.push_back(column.name);
  shape_ = record_shape(names, shapes);
  if (shape_ == nullptr) return too_many_names();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool in_place = i < shape_->field_count && view(shape_->names[i]) == columns_[i].name;
    columns_[i].slot = in_place ? i : static_cast<std::size_t>(ShapeTable::position(*shape_, columns_[i].name));
  }
  return {};
}

Result<Value> CsvConverter::value_of(const CsvCell& cell, std::size_t column) const {
  if (!cell.quoted && cell.text == null_text_) return make::null();
  if (const auto value = cell_value(cell.text, columns_[column].tag)) return *value;
  return Error(fmt::format("column {}: the cell is no value of the type that the target's column has",
                           columns_[column].name))
      .with_id("csv.type");
}

Result<Converted> CsvConverter::convert(std::string_view, std::optional<std::string_view> bytes, const Target& target) {
  if (!bytes) return Converted{make::null()};
  if (const std::size_t good = valid_utf8_length(*bytes); good != bytes->size())
    return Error(fmt::format("CSV is wrong at byte {} of {}: bytes that are not UTF-8", good, bytes->size()))
        .with_id("csv.utf8");
  const std::string_view text = target.arena.copy(*bytes);
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (header_) {
    if (auto names = read_names(text, at, target.arena); !names) return std::move(names).error();
    if (at == text.size()) return Error("there is no line behind the header line").with_id("csv.columns");
  }
  if (columns_.empty())
    return Error("nothing names the columns of the line")
        .with_hint("set the option columns or header of the converter, or use a sink that has a table already")
        .with_id("csv.names");
  if (auto line = read_csv_line(text, at, rules_, target.arena, cells_); !line) return std::move(line).error();
  if (at != text.size()) return Error("the record has more than one row").with_id("csv.rows");
  if (cells_.size() != columns_.size())
    return Error(fmt::format("the line has {} cells, but there are {} columns", cells_.size(), columns_.size()))
        .with_id("csv.columns");
  if (shape_ == nullptr)
    if (auto found = find_shape(target.shapes); !found) return std::move(found).error();
  sinkway_struct* const row = allocate_struct(target.arena, *shape_);
  Value* const values = row->values;
  if (shape_->field_count != columns_.size()) std::fill_n(values, shape_->field_count, make::absent());
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    auto value = value_of(cells_[i], i);
    if (!value) return std::move(value).error();
    values[columns_[i].slot] = *value;
  }
  return Converted{make::structure(row)};
}

}  // namespace sinkway::convert
