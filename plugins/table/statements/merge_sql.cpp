#include "plugins/table/statements/merge_sql.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/sql.hpp"

namespace sinkway::table {
namespace {

using Columns = std::vector<const Column*>;

std::string name_of(const Column& column) { return quote_identifier(column.name); }
std::string place_name() { return name_of(place_column()); }

// `make(column)` for each, with `between` in between.
template <typename Make>
std::string joined(const Columns& columns, std::string_view between, Make make) {
  std::string text;
  for (const Column* column : columns) {
    if (!text.empty()) text += between;
    text += make(*column);
  }
  return text;
}

Columns all_columns(const Binding& binding) {
  Columns columns;
  for (const BoundColumn& bound : binding.columns) columns.push_back(bound.column);
  return columns;
}

Columns key_columns(const Binding& binding) {
  Columns columns;
  for (const std::size_t position : binding.identity) columns.push_back(binding.columns[position].column);
  return columns;
}

Columns other_columns(const Binding& binding) {
  const Columns keys = key_columns(binding);
  Columns columns;
  for (const Column* column : all_columns(binding))
    if (std::find(keys.begin(), keys.end(), column) == keys.end()) columns.push_back(column);
  return columns;
}

// The bound column that tells which row is newer; null: the mode has none, or the records have no such field.
const Column* newer_column(const RowGroup& group, const WriteRules& rules) {
  if (rules.mode != InsertMode::upsert_if_newer) return nullptr;
  const Columns bound = all_columns(*group.binding);
  const auto found = std::find(bound.begin(), bound.end(), find_column(*group.table, rules.newer_column));
  return found == bound.end() ? nullptr : *found;
}

// Of the type of the column: char(n) does not see trailing blanks, text does.
std::string as_compared(const Column& column, std::string value) {
  if (column.base_type == oid::kBpchar) value += "::bpchar";
  if (!column.rounded_type.empty()) value += "::" + column.rounded_type;
  if (!column.collation.empty()) value += " COLLATE " + column.collation;
  return value;
}

// Whether a row that is new has a value in the column that tells which is newer, though the records have none.
bool is_newer_by_default(const RowGroup& group, const WriteRules& rules) {
  if (rules.mode != InsertMode::upsert_if_newer || newer_column(group, rules) != nullptr) return false;
  const Column* const column = find_column(*group.table, rules.newer_column);
  return column != nullptr && column->has_default;
}

// The columns of the last row of each key, the key as the first one spells it: an upsert of one row after the other leaves the key alone.
std::string with_first_key(const RowGroup& group, const std::string& keys) {
  const Columns key = key_columns(*group.binding);
  return joined(all_columns(*group.binding), ", ", [&](const Column& column) {
    if (std::ranges::find(key, &column) == key.end()) return name_of(column);
    return "last_value(s." + name_of(column) + ") OVER (PARTITION BY " + keys + " ORDER BY " + place_name() +
           " DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS " + name_of(column);
  });
}

// One row for each key: the first one, or the last.
std::string folded(const RowGroup& group, const WriteRules& rules, const std::string& source, bool first_counts) {
  if (!group.fold_on_server || group.operation == Operation::remove) return source;
  const Columns key = key_columns(*group.binding);
  const auto in_source = [](const Column& column) { return "s." + name_of(column); };  // not what it is called in the answer
  std::string keys = joined(key, ", ", in_source);
  // A key with a null in it equals no other (PostgreSQL manual 11.6), but DISTINCT takes nulls for the same.
  const auto may_be_null = [](const Column* column) { return !column->not_null; };
  if (std::any_of(key.begin(), key.end(), may_be_null))
    keys += ", CASE WHEN " + joined(key, " OR ", [&](const Column& column) { return in_source(column) + " IS NULL"; }) + " THEN " +
            place_name() + " END";
  std::string order = keys;
  if (const Column* const newer = newer_column(group, rules)) order += ", " + name_of(*newer) + " DESC NULLS LAST";
  const std::string taken = first_counts || rules.mode == InsertMode::update ? "*" : with_first_key(group, keys);
  return "(SELECT DISTINCT ON (" + keys + ") " + taken + " FROM " + source + " AS s ORDER BY " + order + ", " + place_name() +
         (first_counts ? ")" : " DESC)");
}

// The operators of enums are not found for domains over them.
std::string operand(const std::string& prefix, const Column& column) {
  const bool is_domain = column.type_class == TypeClass::enumeration && column.type != column.base_type;
  return prefix + name_of(column) + (is_domain ? "::" + column.base_name : "");
}

// `table`: the prefix of the rows that are there.
std::string key_match(const Binding& binding, const std::string& table = "t.") {
  return joined(key_columns(binding), " AND ",
                [&](const Column& column) { return operand(table, column) + " = " + operand("s.", column); });
}

// Whether two values of the column are the same for whoever looks when the type's own = says so. It does not for numeric (1.0 and
// 1.00), citext, geometric types (boxes of one area), texts of a collation that sees no case; json, xml and others have none.
bool equality_is_identity(const Column& column) {
  constexpr std::array kExact{oid::kBool, oid::kInt2,  oid::kInt4, oid::kInt8, oid::kOid,       oid::kText,       oid::kVarchar,
                              oid::kBytea, oid::kUuid, oid::kDate, oid::kTime, oid::kTimestamp, oid::kTimestamptz,
                              oid::kFloat4, oid::kFloat8};  // but for the sign of zero
  return column.deterministic && (column.type_class == TypeClass::enumeration || std::ranges::find(kExact, column.base_type) != kExact.end());
}

// What a column is when it is compared with what it would become.
std::string comparable(const std::string& prefix, const Column& column) {
  return operand(prefix, column) + (equality_is_identity(column) ? "" : "::text COLLATE \"C\"");
}

// The column of soft deletes where a put has to take the mark away: the record does not set it itself.
const Column* soft_to_reset(const RowGroup& group, const WriteRules& rules) {
  const Column* const soft = soft_delete_column(*group.table, rules);
  const Columns bound = all_columns(*group.binding);
  return std::find(bound.begin(), bound.end(), soft) == bound.end() ? soft : nullptr;
}

// The value that marks a row as deleted, and the one of a row that is there (again).
std::string mark(const Column& soft, bool deleted) {
  if (soft.base_type == oid::kBool) return deleted ? "true" : "false";
  return deleted ? "now()" : "NULL";
}

// c = source.c for all but the key, and the mark of a soft delete taken away.
std::string assignments(const RowGroup& group, const WriteRules& rules, const std::string& prefix) {
  const Columns others = other_columns(*group.binding);
  std::string text = joined(others, ", ", [&](const Column& column) {
    return name_of(column) + " = " + prefix + name_of(column);
  });
  if (const Column* soft = soft_to_reset(group, rules))
    text += (text.empty() ? "" : ", ") + name_of(*soft) + " = " + mark(*soft, false);
  return text;
}

// When an existing row is to be changed: it is older, and something would change.
std::string condition(const RowGroup& group, const WriteRules& rules, const std::string& prefix) {
  std::string text;
  if (rules.mode == InsertMode::upsert_if_newer) {
    const Column* const column = find_column(*group.table, rules.newer_column);
    const std::string newer = column == nullptr ? quote_identifier(rules.newer_column) : name_of(*column);
    text = "(t." + newer + " IS NULL";  // a record without the column is newer than nothing
    text += newer_column(group, rules) == nullptr ? ")" : " OR " + prefix + newer + " >= t." + newer + ")";
  }
  const Columns others = other_columns(*group.binding);
  if (!rules.skip_unchanged || others.empty()) return text;
  std::string before = joined(others, ", ", [](const Column& column) { return comparable("t.", column); });
  std::string after = joined(others, ", ", [&](const Column& column) { return comparable(prefix, column); });
  if (const Column* soft = soft_to_reset(group, rules)) {
    before += ", t." + name_of(*soft);
    after += ", " + mark(*soft, false);
  }
  return text + (text.empty() ? "" : " AND ") + "(" + before + ") IS DISTINCT FROM (" + after + ")";
}

std::string update_sql(const RowGroup& group, const WriteRules& rules, const std::string& source) {
  const std::string where = condition(group, rules, "s.");
  const std::string set = assignments(group, rules, "s.");
  if (set.empty()) return "";
  return "UPDATE " + quote_name(group.table->schema, group.table->name) + " AS t SET " + set +
         " FROM " + folded(group, rules, source, false) + " AS s WHERE " +
         key_match(*group.binding) + (where.empty() ? "" : " AND " + where);
}

std::string insert_sql(const RowGroup& group, const WriteRules& rules, const std::string& source) {
  const std::string columns = joined(all_columns(*group.binding), ", ", name_of);
  const std::string table = quote_name(group.table->schema, group.table->name);
  const bool ignores = rules.mode == InsertMode::insert_ignore;
  const bool first_counts = ignores || is_newer_by_default(group, rules);
  const Column* const unmarked = unmarked_column(group, rules);
  std::string insert = "INSERT INTO " + table + " AS t (" + columns + (unmarked == nullptr ? "" : ", " + name_of(*unmarked)) + ")" +
                       std::string(overriding(*group.binding)) + " SELECT " + columns +
                       (unmarked == nullptr ? "" : ", " + mark(*unmarked, false)) + " FROM " +
                       folded(group, rules, source, first_counts) + " AS s";
  const Columns key = key_columns(*group.binding);
  if (rules.mode == InsertMode::insert) return insert;
  if (key.empty()) return insert + " ON CONFLICT DO NOTHING";  // insert_ignore
  // What a new row must have is asked for before a conflict is looked for: rows that exist are updated apart. So are they where another
  // record of the key counts for them than for a new row.
  if (lacks_required(group) || (first_counts && !ignores)) {
    insert += " WHERE NOT EXISTS (SELECT FROM " + table + " AS e WHERE " + key_match(*group.binding, "e.") + ")";
    const std::string update = ignores ? "" : update_sql(group, rules, source);
    if (!update.empty()) insert = "WITH known AS (" + update + " RETURNING 1) " + insert;
  }
  const std::string target = " ON CONFLICT (" + joined(key, ", ", name_of) + ") DO ";
  const std::string set = assignments(group, rules, "excluded.");
  if (ignores || set.empty()) return insert + target + "NOTHING";
  const std::string where = condition(group, rules, "excluded.");
  return insert + target + "UPDATE SET " + set + (where.empty() ? "" : " WHERE " + where);
}

std::string remove_sql(const RowGroup& group, const WriteRules& rules, const std::string& source) {
  const std::string table = quote_name(group.table->schema, group.table->name);
  const std::string match = " AS s WHERE " + key_match(*group.binding);
  if (const Column* soft = soft_delete_column(*group.table, rules))
    return "UPDATE " + table + " AS t SET " + name_of(*soft) + " = " + mark(*soft, true) + " FROM " + source + match;
  return "DELETE FROM " + table + " AS t USING " + source + match;
}

// AS SELECT the bound columns, and the place where there is one, WITH NO DATA.
std::string columns_without_rows(const Table& table, const Binding& binding) {
  const std::string columns = joined(all_columns(binding), ", ", [](const Column& column) {
    return &column == &place_column() ? "0::bigint AS " + place_name() : name_of(column);
  });
  return " AS SELECT " + columns + " FROM " + quote_name(table.schema, table.name) + " WITH NO DATA";
}

}  // namespace

const Column* soft_delete_column(const Table& table, const WriteRules& rules) {
  if (rules.soft_delete_column.empty()) return nullptr;
  return find_column(table, rules.soft_delete_column);
}

const Column* unmarked_column(const RowGroup& group, const WriteRules& rules) {
  const Column* const soft = soft_to_reset(group, rules);
  return soft != nullptr && soft->base_type == oid::kBool && !soft->has_default ? soft : nullptr;
}

bool lacks_required(const RowGroup& group) {
  const Columns bound = all_columns(*group.binding);
  return std::ranges::any_of(group.table->columns, [&](const Column& column) {
    const bool required = column.not_null && !column.has_default && !column.generated && column.identity == Identity::none;
    return required && std::find(bound.begin(), bound.end(), &column) == bound.end();
  });
}

std::string array_source(const Binding& binding) {
  std::string list;
  for (std::size_t n = 0; n < binding.columns.size(); ++n) {
    const BoundColumn& bound = binding.columns[n];
    list += (list.empty() ? "" : ", ") + as_compared(*bound.column, unnest_item(bound, n + 1)) + " AS " + name_of(*bound.column);
  }
  return "(SELECT " + list + ")";
}

std::string array_element(const BoundColumn& bound, std::size_t parameter, const std::string& number) {
  return as_compared(*bound.column, element_item(bound, parameter, number));
}

std::string staging_name(const Table& table, const Binding& binding) {
  std::size_t number = 1469598103934665603U;  // FNV-1a over the names, each with its end
  for (const Column* column : all_columns(binding)) {
    for (const char* at = column->name.c_str();; ++at) {
      number = (number ^ static_cast<unsigned char>(*at)) * 1099511628211U;
      if (*at == '\0') break;
    }
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name = "sinkway_staging_" + std::to_string(table.oid) + "_";
  for (int shift = 60; shift >= 0; shift -= 4) name += kDigits[(number >> shift) & 0xf];
  return "pg_temp." + quote_identifier(name);
}

std::string create_staging_sql(const Table& table, const Binding& binding, bool drop_at_commit) {
  return "CREATE TEMPORARY TABLE IF NOT EXISTS " + staging_name(table, binding) + " ON COMMIT " +
         (drop_at_commit ? "DROP" : "DELETE ROWS") + columns_without_rows(table, binding);
}

std::string checked_staging_name(const Table& table, const Binding& binding) {
  std::string name = staging_name(table, binding);
  return name.insert(name.size() - 1, "_c");  // inside the quotes
}

std::string create_checked_staging_sql(const Table& table, const Binding& binding) {
  const std::string name = checked_staging_name(table, binding);
  return "DROP TABLE IF EXISTS " + name + ";CREATE TEMPORARY TABLE " + name + " ON COMMIT DROP" +
         columns_without_rows(table, binding);
}

std::string staging_checks_sql() {
  return "SELECT string_agg(action, ', ') FROM (SELECT format('ADD CONSTRAINT %I %s', c.conname, "
         "pg_catalog.pg_get_constraintdef(c.oid)) FROM pg_catalog.pg_constraint c WHERE c.conrelid = $1::oid AND "
         "c.contype = 'c' AND c.conkey <@ (SELECT array_agg(a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = "
         "$1::oid AND a.attname = ANY ($2::text[])) UNION ALL SELECT format('ALTER %I SET NOT NULL', a.attname) FROM "
         "pg_catalog.pg_attribute a WHERE a.attrelid = $1::oid AND a.attnotnull AND a.attname = ANY ($2::text[])) "
         "checks(action) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = $1::oid AND NOT "
         "t.tgisinternal AND t.tgtype & 7 = 7)";
}

std::string merge_sql(const RowGroup& group, const WriteRules& rules, const std::string& source) {
  if (group.operation == Operation::remove) return remove_sql(group, rules, source);
  return rules.mode == InsertMode::update ? update_sql(group, rules, source) : insert_sql(group, rules, source);
}

}  // namespace sinkway::table
