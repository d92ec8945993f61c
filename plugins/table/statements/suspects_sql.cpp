#include "plugins/table/statements/suspects_sql.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "plugins/table/server/identifiers.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

// Keys of a batch that are looked at to see whether they are in ascending order.
constexpr std::size_t kSamples = 9;

std::string place_name() { return quote_identifier(place_column().name); }

// The arrays as rows, with the number of each: the server counts them, so that nothing is sent for it.
std::string numbered_source(const Binding& arrays) {
  std::string source = array_source(arrays);
  source.insert(source.size() - 1, ", pg_catalog.generate_series(1, pg_catalog.cardinality($1)) AS " + place_name());
  return source;
}

// The key of the `nth` of the samples: the first is that of the first row, the last that of the last one.
std::string sample(const Binding& arrays, const KeyColumn& column, std::size_t nth) {
  const auto bound = std::ranges::find(arrays.columns, column.own, [](const BoundColumn& one) -> const std::string& { return one.column->name; });
  const auto number = static_cast<std::size_t>(bound - arrays.columns.begin()) + 1;
  const std::string place = "1 + (pg_catalog.cardinality($1) - 1) * " + std::to_string(nth) + " / " + std::to_string(kSamples - 1);
  return "(" + array_element(*bound, number, place) + ")" + column.cast;
}

// p."id" = s."kind"::pg_catalog.int8 AND ...: the other columns of the key are those of the row `other`.
std::string matches(const Reference& reference, std::string_view other) {
  std::string match;
  for (const KeyColumn& column : reference.columns)
    match += (match.empty() ? "" : " AND ") + std::string(other) + "." + quote_identifier(column.other) + " = s." +
             quote_identifier(column.own) + column.cast;
  return match;
}

std::string other_columns(const Reference& reference, std::string_view other) {
  std::string list;
  for (const KeyColumn& column : reference.columns) list += (list.empty() ? "" : ", ") + std::string(other) + "." + quote_identifier(column.other);
  return list;
}

// Rows that are loaded in the order of what they refer to find it side by side in the index: it is read once through instead of being
// searched for each of them. Where the keys of the samples do not ascend, nothing is read; of rows that lie far apart, no more than
// twice the keys of the batch.
std::string neighbours(const Binding& arrays, const Reference& reference) {
  const KeyColumn& first = reference.columns.front();
  std::string ascend;
  for (std::size_t n = 1; n < kSamples; ++n)
    ascend += (n == 1 ? "" : " AND ") + sample(arrays, first, n - 1) + " <= " + sample(arrays, first, n);
  const std::string key = "p." + quote_identifier(first.other);
  return "(SELECT " + other_columns(reference, "p") + " FROM " + reference.table + " p WHERE " + key + " BETWEEN " + sample(arrays, first, 0) +
         " AND " + sample(arrays, first, kSamples - 1) + " ORDER BY " + key + " LIMIT CASE WHEN " + ascend +
         " THEN 2 * pg_catalog.cardinality($1) ELSE 0 END)";
}

// Whether `reference` has no row for the row `s`; `joins` gets what that needs. The names of what is joined end with `number`.
std::string is_orphan(const Binding& arrays, const Reference& reference, const std::string& number, std::string& joins) {
  const std::string near = "n" + number, own = "o" + number, key = quote_identifier(reference.columns.front().other);
  std::string orphan;
  for (const KeyColumn& column : reference.columns) orphan += "s." + quote_identifier(column.own) + " IS NOT NULL AND ";
  if (reference.to_itself) {
    joins += " LEFT JOIN (SELECT DISTINCT " + other_columns(reference, "s") + " FROM s) " + own + " ON " + matches(reference, own);
    orphan += own + "." + key + " IS NULL AND ";
  }
  const std::string lookup = "(SELECT true FROM " + reference.table + " p WHERE " + matches(reference, "p") + " LIMIT 1) IS NULL";
  if (!reference.is_in_order) return orphan + lookup;
  joins += " LEFT JOIN " + neighbours(arrays, reference) + " " + near + " ON " + matches(reference, near);
  // Not by OR: the server would look for each row.
  return orphan + "CASE WHEN " + near + "." + key + " IS NULL THEN " + lookup + " ELSE false END";
}

}  // namespace

std::string breaking_sql(const Binding& arrays, const std::vector<std::string>& conditions) {
  std::string any;
  for (const std::string& condition : conditions) any += (any.empty() ? "" : " OR ") + condition;
  return "SELECT s." + place_name() + " FROM " + numbered_source(arrays) + " s WHERE " + any;
}

// A key with a null in it refers to nothing (PostgreSQL manual, CREATE TABLE, MATCH SIMPLE).
std::string orphans_sql(const Binding& arrays, const std::vector<Reference>& references) {
  std::string joins, any;
  for (std::size_t n = 0; n < references.size(); ++n)
    any += (n == 0 ? "(" : " OR (") + is_orphan(arrays, references[n], std::to_string(n), joins) + ")";
  return "WITH s AS " + numbered_source(arrays) + " SELECT s." + place_name() + " FROM s" + joins + " WHERE " + any;
}

// There is an index for each key that is looked up, and it has the order in which they are read: no table is to be read as a whole,
// however few rows the planner takes it to have, nor rows be compared with all others. So one plan serves all batches, and nothing is
// gained by one for each: the planner would copy the arrays for every place where they stand, which takes as long as the answer.
const char* settings_of_questions() {
  return "SET LOCAL enable_nestloop = off;SET LOCAL enable_seqscan = off;SET LOCAL enable_bitmapscan = off;"
         "SET LOCAL max_parallel_workers_per_gather = 0;SET LOCAL jit = off;SET LOCAL plan_cache_mode = force_generic_plan";
}

}  // namespace sinkway::table
