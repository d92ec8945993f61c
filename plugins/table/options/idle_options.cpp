#include "plugins/table/options/idle_options.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

using sdk::view;

bool is_sql(const TableOptions& o) { return o.writes.mode == InsertMode::sql; }

// Whether rows that exist are changed.
bool changes_rows(const TableOptions& o) {
  const InsertMode mode = o.writes.mode;
  return mode == InsertMode::upsert || mode == InsertMode::upsert_if_newer || mode == InsertMode::merge || mode == InsertMode::update;
}

struct Line {
  std::string_view key;
  bool (*counts)(const TableOptions&);  // whether the option has an effect
  std::string_view sentence;
};

constexpr std::string_view kUpserts = "has no effect: insert.mode is none that changes rows (upsert, upsert_if_newer, update, merge)";
constexpr std::string_view kSql = "has no effect with insert.mode=sql: the statement names the table";

constexpr Line kLines[] = {
    {"skip.unchanged", [](const TableOptions& o) { return !o.writes.skip_unchanged || changes_rows(o); }, kUpserts},
    {"upsert.fields", [](const TableOptions& o) { return !o.writes.present_fields || changes_rows(o); }, kUpserts},
    {"upsert.newer.column", [](const TableOptions& o) { return o.writes.mode == InsertMode::upsert_if_newer; },
     "has no effect: insert.mode is not upsert_if_newer"},
    {"merge.delete.values", [](const TableOptions& o) { return !o.fields.operation_field.empty(); },
     "has no effect: merge.op.field names no field"},
    {"truncate.enabled", [](const TableOptions& o) { return !o.truncates || o.envelope != "none"; },
     "has no effect: envelope is none, so there are no change events that could empty a table"},
    {"schema.evolution.rewrite", [](const TableOptions& o) { return !o.evolution.rewrite || o.evolution.widen; },
     "has no effect: schema.evolution has no widen"},
    {"nested.separator", [](const TableOptions& o) { return o.fields.nested == Nested::flatten; },
     "has no effect: nested is not flatten"},
    {"table.name.replacement", [](const TableOptions& o) { return o.routing.rewriting.has_value(); },
     "has no effect: table.name.regex is empty"},
    {"offsets.table", [](const TableOptions& o) { return o.delivery == Delivery::exactly_once; },
     "has no effect: with delivery=at_least_once positions live in Kafka"},
    {"table.name.format", [](const TableOptions& o) { return !is_sql(o); }, kSql},
    {"topics.to.tables.mapping", [](const TableOptions& o) { return !is_sql(o); }, kSql},
    {"table.name.regex", [](const TableOptions& o) { return !is_sql(o); }, kSql},
    {"table.name.normalize", [](const TableOptions& o) { return !is_sql(o); }, kSql},
    {"copy.min.rows", [](const TableOptions& o) { return !is_sql(o); }, "has no effect with insert.mode=sql: statements are executed"},
};

std::vector<std::string_view> names_of(const sinkway_option& option) {
  std::vector<std::string_view> names{view(option.name)};
  for (std::size_t n = 0; n < option.alias_count; ++n) names.push_back(view(option.aliases[n]));
  return names;
}

}  // namespace

std::vector<ForeignNote> idle_option_notes(const sdk::Config& config, const TableOptions& options) {
  std::vector<ForeignNote> notes;
  for (const sinkway_option& option : config.options()) {
    for (const Line& line : kLines) {
      if (line.key != view(option.name) || line.counts(options)) continue;
      for (const std::string_view name : names_of(option))
        if (config.written(name)) notes.push_back({std::string(name), false, std::string(line.sentence)});
    }
  }
  return notes;
}

void check_aliases(const sdk::Config& config) {
  for (const sinkway_option& option : config.options()) {
    std::string_view first;
    for (const std::string_view name : names_of(option)) {
      if (!config.written(name)) continue;
      if (!first.empty() && config.written(name) != config.written(first))
        throw OptionError(std::string(name), "means the same as " + std::string(first) + ", which has another value: leave one of them out");
      if (first.empty()) first = name;
    }
  }
}

}  // namespace sinkway::table
