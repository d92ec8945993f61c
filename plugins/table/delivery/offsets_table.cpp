#include "plugins/table/delivery/offsets_table.hpp"

#include <array>
#include <vector>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/offsets_sql.hpp"

namespace sinkway::table {
namespace {

constexpr std::string_view kLockNotAvailable = "55P03";

// A list as PostgreSQL reads an array (manual 8.15.2); every element is quoted.
template <typename Value>
std::string array_of(std::span<const Advance> advances, Value value) {
  std::string text = "{";
  for (const Advance& advance : advances) {
    text += text.size() == 1 ? "\"" : ",\"";
    for (const char c : std::string(value(advance))) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

}  // namespace

OffsetsTable::OffsetsTable(const TableOptions& options, Connection& connection, std::string owner)
    : connector_(options.connector), wanted_(options.offsets_table), connection_(connection),
        owner_(std::move(owner)) {}

void OffsetsTable::prepare() {
  table_.clear();
  for (bool first = true; table_.empty(); first = false) {
    if (const Reply begun = connection_.begin(); !begun.ok()) refuse(begun, "beginning a transaction");
    if (!find() && !create() && !first) {
      connection_.rollback();
      throw sdk::FatalError("the table of positions " + wanted_.text() + " can neither be found nor made",
                            {.hint = "make it by hand, or name another one with offsets.table",
                             .error_id = "table.offsets_table"});
    }
    if (table_.empty()) {  // made by somebody else at the same moment: look again
      connection_.rollback();
      continue;
    }
    check_privileges();
    if (const Reply done = connection_.commit(); !done.ok()) refuse(done, "making the table of positions " + table_);
  }
}

bool OffsetsTable::find() {
  const std::array parameters{Parameter{wanted_.name}, Parameter{wanted_.schema}};
  const Reply reply = connection_.run(offsets::find_sql(), parameters);
  if (!reply.ok()) refuse(reply, "looking for the table of positions " + wanted_.text());
  if (reply.rows() == 0) return false;
  table_ = reply.text(0, 0);
  return true;
}

bool OffsetsTable::create() {
  const std::array parameters{Parameter{wanted_.name}, Parameter{wanted_.schema}};
  const Reply place = connection_.run(offsets::place_sql(), parameters);
  if (!place.ok()) refuse(place, "looking for a schema for the table of positions");
  if (place.rows() == 0) {
    throw sdk::FatalError(
        "delivery=exactly_once keeps positions in the table " + wanted_.text() +
            ", which does not exist, and there is no schema in which this role may make it",
        {.hint = "GRANT CREATE ON SCHEMA ... to the role, or name another place with offsets.table, or set "
                 "delivery=at_least_once",
         .error_id = "table.offsets_table"});
  }
  const std::string table(place.text(0, 0));
  const Reply made = connection_.run(offsets::create_sql(table));
  if (made.ok()) {
    table_ = table;
    return true;
  }
  // Two tasks that make it at once: IF NOT EXISTS does not spare the second one these (the last: the type of its rows is there).
  const std::string sqlstate = made.sqlstate();
  if (sqlstate != "23505" && sqlstate != "42P07" && sqlstate != "42710") refuse(made, "making the table of positions " + wanted_.text());
  return false;
}

void OffsetsTable::check_privileges() {
  const std::array parameters{Parameter{table_}};
  const Reply reply = connection_.run(offsets::privileges_sql(), parameters);
  if (!reply.ok()) refuse(reply, "reading the privileges of " + table_);
  if (reply.rows() == 1 && reply.text(0, 0) == "t") return;
  throw sdk::FatalError("this role may not read and write the table of positions " + table_,
                        {.hint = "GRANT SELECT, INSERT, UPDATE ON " + table_ + " to the role",
                         .error_id = "table.permission_denied"});
}

Acquired OffsetsTable::acquire(std::string_view topic, std::int32_t partition, std::int64_t host_start) {
  const std::string number = std::to_string(partition);
  const std::string start = std::to_string(host_start);
  const std::array parameters{Parameter{connector_}, Parameter{topic}, Parameter{number}, Parameter{start},
                              Parameter{owner_}};
  const Reply reply =
      run_locking(offsets::acquire_sql(table_, connection_.is_pooled()), parameters, topic, partition);
  if (!reply.ok()) refuse(reply, "taking over " + std::string(topic) + "-" + number + " in " + table_);
  return {reply.integer(0, 0), reply.integer(0, 1)};
}

Reply OffsetsTable::begin_advancing(std::span<const Advance> advances, const std::string& copy) {
  const std::string topics = array_of(advances, [](const Advance& one) { return one.topic; });
  const std::string partitions = array_of(advances, [](const Advance& one) { return std::to_string(one.partition); });
  const std::string from = array_of(advances, [](const Advance& one) { return std::to_string(one.from); });
  const std::string to = array_of(advances, [](const Advance& one) { return std::to_string(one.to); });
  const std::string epochs = array_of(advances, [](const Advance& one) { return std::to_string(one.epoch); });
  const std::array parameters{Parameter{connector_}, Parameter{topics}, Parameter{partitions},
                              Parameter{from},       Parameter{to},     Parameter{epochs}};
  return connection_.begin(offsets::advance_sql(table_), parameters, copy);
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
  throw_refusal(reply.sqlstate(), what, connection_.has_worked_lately());
}

}  // namespace sinkway::table
