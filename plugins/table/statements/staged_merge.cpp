#include "plugins/table/statements/staged_merge.hpp"

#include <algorithm>
#include <array>

#include "plugins/table/server/array_text.hpp"
#include "plugins/table/server/sqlstate.hpp"
#include "plugins/table/server/stopwatch.hpp"
#include "plugins/table/statements/merge_sql.hpp"
#include "plugins/table/statements/sql.hpp"

namespace sinkway::table {
namespace {

CopyFormat format_of(const Binding& binding) { return all_binary(binding) ? CopyFormat::binary : CopyFormat::text; }

// Of a staging table: the part of pg_temp."name" that is between the quotes.
std::string_view bare(std::string_view name) {
  const std::size_t quote = name.find('"');
  return name.substr(quote + 1, name.size() - quote - 2);
}

// Whether a key that exists would be refused: else COPY would double its row.
bool meets_conflicts(const RowGroup& group) {
  std::vector<std::string> key;
  for (const std::size_t position : group.binding->identity) key.push_back(group.binding->columns[position].column->name);
  return has_unique_key(*group.table, key);
}

// The group as its source sees it: with the place of each row where the server folds.
struct SourceColumns {
  explicit SourceColumns(const RowGroup& group) : binding(group.fold_on_server ? with_place(*group.binding) : *group.binding) {}
  Binding binding;
};

}  // namespace

Merged StagedMerge::write(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end,
                          std::size_t copy_min_rows, bool may_try) {
  Merged merged{Written{Reply(nullptr), {}, {}}};
  const std::size_t rows = end - begin;
  if (takes_chance(group, rows, copy_min_rows, may_try)) {
    if (auto written = try_copy(connection, group, begin, end)) {
      merged.written = std::move(*written);
      merged.method = Method::optimistic_copy;
      return merged;
    }
    merged.fell_back = true;
  }
  const bool stages = rows >= copy_min_rows && group.operation == Operation::put && may_stage(connection);
  merged.method = stages ? Method::staging : Method::arrays;
  stages ? merge_staging(connection, group, begin, end, merged) : merge_arrays(connection, group, begin, end, merged);
  return merged;
}

bool StagedMerge::takes_chance(const RowGroup& group, std::size_t rows, std::size_t copy_min_rows, bool may_try) {
  const bool inserts = group.operation == Operation::put && rules_.mode != InsertMode::update;
  if (!may_try || !inserts || rows < copy_min_rows || !copy_is_allowed(*group.table, *group.binding)) return false;
  if (!meets_conflicts(group) || lacks_required(group) || unmarked_column(group, rules_) != nullptr) return false;
  return optimism_[group.table->oid].takes_chance();
}

std::optional<Written> StagedMerge::try_copy(Connection& connection, const RowGroup& group, std::size_t begin,
                                             std::size_t end) {
  const CopyFormat format = format_of(*group.binding);
  // One inside the other would take a lock of the server each, of which it has few.
  const std::string savepoint = has_savepoint_ ? "RELEASE SAVEPOINT sinkway_attempt;SAVEPOINT sinkway_attempt;" : "SAVEPOINT sinkway_attempt;";
  has_savepoint_ = true;
  Written written = writers_.copy(connection, group, *group.binding, begin, end, format,
                                  {group.table->name, savepoint + copy_sql(*group.table, *group.binding, format)});
  OptimisticCopy& optimism = optimism_[group.table->oid];
  if (written.reply.ok()) {
    optimism.succeeded();
    return written;
  }
  if (written.reply.sqlstate() != kUniqueViolation) return written;
  optimism.met_conflict();
  if (Reply back = connection.run("ROLLBACK TO SAVEPOINT sinkway_attempt"); !back.ok()) {
    written.reply = std::move(back);
    return written;
  }
  return std::nullopt;
}

void StagedMerge::merge_arrays(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end, Merged& merged) {
  const SourceColumns source(group);
  const std::string sql = merge_sql(group, rules_, array_source(source.binding));
  const Stopwatch stopwatch;
  merged.written = sql.empty() ? Written{connection.run(sql), {}, {}} : writers_.arrays(connection, group, source.binding, begin, end, sql);
  merged.merge_seconds = stopwatch.seconds();
}

void StagedMerge::merge_staging(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end, Merged& merged) {
  const SourceColumns source(group);
  const std::string name = staging_name(*group.table, source.binding);
  std::string ready = create_staging_sql(*group.table, source.binding, connection.is_pooled());
  if (!filled_.insert(name).second) ready += ";TRUNCATE " + name;
  const CopyFormat format = format_of(source.binding);
  merged.written = writers_.copy(connection, group, source.binding, begin, end, format,
                                 {bare(name), ready + ";" + copy_into_sql(name, source.binding, format)});
  const std::string sql = merge_sql(group, rules_, name);
  if (!merged.written.reply.ok() || sql.empty()) return;
  const Stopwatch stopwatch;
  merged.written.reply = connection.run(sql);
  merged.merge_seconds = stopwatch.seconds();
}

Written StagedMerge::copy_new(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end) {
  const CopyFormat format = format_of(*group.binding);
  return writers_.copy(connection, group, *group.binding, begin, end, format,
                       {group.table->name, copy_sql(*group.table, *group.binding, format)});
}

bool StagedMerge::looks_for_rows(Connection& connection, const RowGroup& group) {
  constexpr std::size_t kFewRows = 100;  // halves of so few cost less than the table
  return group.rows.size() >= kFewRows && may_stage(connection);
}

Reply StagedMerge::prepare_stage(Connection& connection, const RowGroup& group) {
  const SourceColumns source(group);
  Reply made = connection.run(create_checked_staging_sql(*group.table, source.binding));
  // Of other rows the constraints are not asked: updates of what is not there, rows that another one folds away.
  const bool inserts = group.operation == Operation::put && rules_.mode != InsertMode::update && !group.fold_on_server;
  if (!made.ok() || !inserts || group.table->kind != TableKind::table) return made;
  const std::string oid = std::to_string(group.table->oid);
  const std::string names = array_text(group.binding->columns, [](const BoundColumn& bound) { return bound.column->name; });
  const std::array parameters{Parameter{oid}, Parameter{names}};
  Reply checks = connection.run(staging_checks_sql(), parameters);
  if (!checks.ok() || checks.text(0, 0).empty()) return checks;
  return connection.run("ALTER TABLE " + checked_staging_name(*group.table, source.binding) + " " +
                        std::string(checks.text(0, 0)));
}

Written StagedMerge::stage(Connection& connection, const RowGroup& group, std::size_t begin, std::size_t end) {
  const SourceColumns source(group);
  const CopyFormat format = format_of(source.binding);
  const std::string name = checked_staging_name(*group.table, source.binding);
  return writers_.copy(connection, group, source.binding, begin, end, format,
                       {bare(name), copy_into_sql(name, source.binding, format)});
}

Reply StagedMerge::merge_stage(Connection& connection, const RowGroup& group) {
  const SourceColumns source(group);
  return connection.run(merge_sql(group, rules_, checked_staging_name(*group.table, source.binding)));
}

bool StagedMerge::may_stage(Connection& connection) {
  if (may_stage_) return *may_stage_;
  const Reply reply = connection.run("SELECT has_database_privilege(current_database(), 'TEMPORARY')");
  if (!reply.ok()) return false;  // the statement that follows tells why
  may_stage_ = reply.text(0, 0) == "t";
  return *may_stage_;
}

}  // namespace sinkway::table
