#include "plugins/table/delivery/offsets_table.hpp"

#include <array>
#include <vector>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/offsets_sql.hpp"
#include "plugins/table/delivery/own_table.hpp"
#include "plugins/table/server/array_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";
constexpr std::string_view kNoSuchTable = "42P01";

}  // namespace

OffsetsTable::OffsetsTable(const TableOptions& options, Connection& connection, std::string owner)
    : connector_(options.connector), wanted_(options.offsets_table),
      known_only_(options.offsets_start == "db"), connection_(connection), owner_(std::move(owner)) {}

OwnTablePlan OffsetsTable::plan(const TableName& name) {
  return {.name = name,
          .what = "the table of positions",
          .option = "offsets.table",
          .error_id = "table.offsets_table",
          .otherwise = "set delivery=at_least_once",
          .needed = "SELECT, INSERT, UPDATE",
          .columns = "connector, topic, part, next_offset, epoch, owner, pid, backend_start, updated",
          .create_sql = offsets::create_sql};
}

void OffsetsTable::prepare() { table_ = find_or_make(connection_, plan(wanted_)); }

Acquired OffsetsTable::acquire(std::string_view topic, std::int32_t partition, std::int64_t host_start) {
  const std::string number = std::to_string(partition);
  const std::string start = std::to_string(host_start);
  const std::array parameters{Parameter{connector_}, Parameter{topic}, Parameter{number}, Parameter{start},
                              Parameter{owner_}};
  const Reply reply =
      run_locking(offsets::acquire_sql(table_, connection_.is_pooled(), known_only_), parameters, topic, partition);
  if (!reply.ok()) refuse(reply, "taking over " + std::string(topic) + "-" + number + " in " + table_);
  if (reply.rows() != 1) {
    throw sdk::FatalError("the table of positions " + table_ + " has no row for " + std::string(topic) + "-" + number +
                              " of connector " + connector_ + ", and offsets.start=db lets nothing begin without one",
                          {.hint = "bring the table back, or set offsets.start for one start to kafka, earliest, latest "
                                   "or the offset to begin at",
                           .error_id = "table.no_position"});
  }
  return {reply.integer(0, 0), reply.integer(0, 1)};
}

Reply OffsetsTable::begin_advancing(std::span<const Advance> advances, const std::string& copy) {
  const std::string topics = array_text(advances, [](const Advance& one) { return one.topic; });
  const std::string partitions = array_text(advances, [](const Advance& one) { return std::to_string(one.partition); });
  const std::string from = array_text(advances, [](const Advance& one) { return std::to_string(one.from); });
  const std::string to = array_text(advances, [](const Advance& one) { return std::to_string(one.to); });
  const std::string epochs = array_text(advances, [](const Advance& one) { return std::to_string(one.epoch); });
  const std::array parameters{Parameter{connector_}, Parameter{topics}, Parameter{partitions},
                              Parameter{from},       Parameter{to},     Parameter{epochs}};
  Reply reply = connection_.begin(offsets::advance_sql(table_, connection_.is_pooled()), parameters, copy);
  if (reply.sqlstate().starts_with("42")) refuse(reply, "moving the positions in " + table_);
  return reply;
}

std::optional<std::int64_t> OffsetsTable::reclaim(const Advance& advance) {
  const std::string partition = std::to_string(advance.partition);
  const std::string epoch = std::to_string(advance.epoch);
  const std::array parameters{Parameter{connector_}, Parameter{advance.topic}, Parameter{partition}, Parameter{epoch}};
  const Reply reply =
      run_locking(offsets::reclaim_sql(table_, connection_.is_pooled()), parameters, advance.topic, advance.partition);
  if (!reply.ok()) refuse(reply, "asking " + table_ + " whether the last transaction was committed");
  if (reply.rows() != 1) return std::nullopt;
  return reply.integer(0, 0);
}

Reply OffsetsTable::run_locking(const std::string& sql, std::span<const Parameter> parameters, std::string_view topic,
                                std::int32_t partition) {
  for (bool first = true;; first = false) {
    if (const Reply begun = connection_.run("BEGIN;SET LOCAL lock_timeout='2s'"); !begun.ok()) refuse(begun,
        "beginning a transaction");
    Reply reply = connection_.run(sql, parameters);
    if (reply.ok()) {
      if (const Reply committed = connection_.commit(); !committed.ok()) refuse(committed, "committing in " + table_);
      return reply;
    }
    connection_.rollback();
    connection_.open();
    if (!first || reply.sqlstate() != kLockNotAvailable || !end_holder(topic, partition)) return reply;
  }
}

bool OffsetsTable::end_holder(std::string_view topic, std::int32_t partition) {
  const std::string number = std::to_string(partition);
  const std::array parameters{Parameter{connector_}, Parameter{topic}, Parameter{number}};
  const Reply reply = connection_.run(offsets::end_holder_sql(table_), parameters);
  return reply.ok() && reply.rows() > 0 && reply.text(0, 0) == "t";
}

void OffsetsTable::refuse(const Reply& reply, const std::string& what) const {
  connection_.rollback();
  if (reply.sqlstate() == kNoSuchTable)
    throw sdk::FatalError("the table of positions " + table_ + " is gone",
                          {.hint = "bring it back with its rows; after a restart an empty one takes its place, and offsets.start says "
                                   "where the partitions begin",
                           .error_id = "table.offsets_table"});
  throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
}

}  // namespace sinkway::table
