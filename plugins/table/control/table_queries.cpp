#include "plugins/table/control/table_queries.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/control/catalog_reader.hpp"
#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/control/letter_queries.hpp"
#include "plugins/table/control/plan_question.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/rows/routing.hpp"
#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFewRows = 10, kMostRows = 1'000;
constexpr long long kMostBytes = 16'777'216;  // of the rows as JSON

[[noreturn]] void throw_wrong(const std::string& reason) {
  throw sdk::DataError(SINKWAY_NO_RECORD, reason, {.error_id = "table.wrong_argument"});
}

std::string_view word_of(TableKind kind) {
  switch (kind) {
    case TableKind::table: return "table";
    case TableKind::partitioned: return "partitioned table";
    case TableKind::view: return "view";
    case TableKind::foreign: return "foreign table";
    case TableKind::other: break;
  }
  return "other";
}

// What "newest" is in a table: the column that is asked for, else the key, else the place in the file, of which the end is enough
// unless its rows are gone.
struct Newest {
  std::string order;
  std::string where;
};

Newest newest(const Table& table, const std::string& by) {
  if (!by.empty()) {
    if (table.find(by) == nullptr) throw_wrong("the table has no column " + by);
    return {quote_identifier(by) + " DESC NULLS LAST", ""};
  }
  std::string key;
  for (const std::string& column : table.primary_key) key += (key.empty() ? "" : ", ") + quote_identifier(column) + " DESC";
  if (!key.empty()) return {key, ""};
  if (table.kind != TableKind::table) return {"1 DESC", ""};
  constexpr const char* kLastPages = "256";
  return {"ctid DESC", " WHERE ctid >= format('(%s,0)', greatest(pg_catalog.pg_relation_size(" + std::to_string(table.oid) +
                           "::oid) / current_setting('block_size')::int - " + kLastPages + ", 0))::tid"};
}

class Question {
 public:
  Question(const TableOptions& options, const std::vector<std::string>& topics, std::string_view argument)
      : connection_(options), argument_(Json::parse(argument, nullptr, false)) {
    if (!argument_.is_object()) throw_wrong("the argument must be a JSON object");
    std::string topic = text("topic");
    if (topic.empty() && topics.size() == 1) topic = topics.front();
    if (topic.empty()) throw_wrong("name the topic: the connector reads several, or none that is known");
    if (options.routing.by_record()) throw_wrong("table.name.format goes by records: a topic alone names no table");
    candidates_ = table_candidates(table_text(options.routing, topic));
    if (candidates_.empty()) throw_wrong("table.name.format names no table for topic " + topic);
    answer_["topic"] = topic;
  }

  std::string table() {
    const auto found = find_table(connection_, candidates_);
    answer_["exists"] = found.has_value();
    answer_["table"] = found ? found->table.schema + "." + found->table.name : candidates_.back().text();
    if (!found) return answer_.dump();
    const Table& table = found->table;
    answer_["kind"] = word_of(table.kind);
    answer_["may_insert"] = found->may_insert;
    answer_["columns"] = Json::array();
    for (const Column& column : table.columns)
      answer_["columns"].push_back({{"name", column.name},
                                    {"type", column.type_name},
                                    {"not_null", column.not_null},
                                    {"has_default", column.has_default},
                                    {"identity", column.identity != Identity::none},
                                    {"generated", column.generated}});
    answer_["primary_key"] = table.primary_key;
    const pqxx::result size = connection_.ask(
        "SELECT CASE WHEN reltuples >= 0 THEN reltuples::bigint END, coalesce((SELECT sum(pg_catalog.pg_total_relation_size(p.relid)) FROM "
        "pg_catalog.pg_partition_tree(oid) p), pg_catalog.pg_total_relation_size(oid)) FROM pg_catalog.pg_class WHERE oid = $1::oid",
        {std::to_string(table.oid)});
    answer_["row_estimate"] = size[0][0].is_null() ? Json() : Json(size[0][0].as<long long>());  // null: never analyzed
    answer_["bytes"] = size[0][1].as<long long>();
    return answer_.dump();
  }

  std::string rows() {
    const Table table = existing();
    int limit = kFewRows;
    if (const std::string wanted = text("limit"); !wanted.empty()) {
      const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), limit);
      if (error != std::errc() || end != wanted.data() + wanted.size() || limit < 1 || limit > kMostRows)
        throw_wrong("limit must be a number from 1 to 1000");
    }
    const auto [order, where] = newest(table, text("by"));
    answer_["table"] = table.schema + "." + table.name;
    answer_["order"] = order;
    const std::string from = quote_name(table.schema, table.name);
    pqxx::result found = sorted(rows_sql(from + where, order, limit));
    if (found.empty() && !where.empty()) found = sorted(rows_sql(from, order, limit));
    std::string rows;
    for (const auto& row : found) {
      if (row[0].is_null()) throw_wrong("these rows are longer than 16 MB: ask for fewer of them by limit");
      rows += (rows.empty() ? "" : ",") + row[0].as<std::string>();
    }
    // As the server spells them: its numbers are longer than those that a parser keeps.
    std::string text = answer_.dump();
    text.back() = ',';
    return text + "\"rows\":[" + rows + "]}";
  }

  std::string create() {
    const auto columns = argument_.find("columns");
    if (columns == argument_.end() || !columns->is_array() || columns->empty())
      throw_wrong("columns must be a list of objects with name and type");
    change([&](const ControlConnection::Ask& ask) {
      if (find_table(ask, candidates_))
        throw sdk::FatalError("table " + candidates_.back().text() + " exists already", {.error_id = "table.exists"});
      const TableName& name = candidates_.back();
      if (name.name.size() > kIdentifierBytes) throw_wrong("the table name " + name.name + " is longer than 63 bytes");
      std::string sql = "CREATE TABLE " + quote_name(name.schema, name.name) + " (";
      bool first = true;
      for (const Json& column : *columns) {
        if (!column.is_object()) throw_wrong("a column must be an object");
        const std::string column_name = member(column, "name");
        if (!is_column_name(column_name)) throw_wrong("a column name is longer than 63 bytes, holds U+0000, or is the server's own");
        sql += (first ? "" : ", ") + quote_identifier(column_name) + " " + type_of(ask, member(column, "type"));
        if (is_required(column)) sql += " NOT NULL";
        first = false;
      }
      if (const std::string key = primary_key(); !key.empty()) sql += ", PRIMARY KEY (" + key + ")";
      (void)ask(sql + ")", {});
      answer_["statement"] = sql + ")";
    });
    answer_["created"] = true;
    return answer_.dump();
  }

  std::string truncate() {
    change([&](const ControlConnection::Ask& ask) {
      const auto found = find_table(ask, candidates_);
      if (!found) throw_missing();
      (void)ask("TRUNCATE " + quote_name(found->table.schema, found->table.name), {});
    });
    answer_["truncated"] = true;
    return answer_.dump();
  }

 private:
  // Each row as JSON, null from where all of them together become too long to be sent. r.* and not r, which may be a column.
  [[nodiscard]] static std::string rows_sql(const std::string& from, const std::string& order, int limit) {
    return "SELECT CASE WHEN sum(octet_length(j)) OVER (ROWS UNBOUNDED PRECEDING) <= " + std::to_string(kMostBytes) +
           " THEN j END FROM (SELECT row_to_json(r.*)::text AS j FROM (SELECT * FROM " + from + " ORDER BY " + order + " LIMIT " +
           std::to_string(limit) + ") r) s";
  }
  [[nodiscard]] pqxx::result sorted(const std::string& sql) {
    try {
      return connection_.ask(sql);
    } catch (const ControlError& error) {
      if (error.sqlstate() == "42883") throw_wrong("values of the first column, or the one of by, have no order: name another one in by");
      if (error.sqlstate() == "57014")
        throw sdk::RetriableError("the database takes too long to find the newest rows",
                                  {.hint = "name a column with an index in by", .error_id = "table.server"});
      throw;
    }
  }
  [[nodiscard]] std::string text(const char* key) const {
    const auto found = argument_.find(key);
    if (found == argument_.end() || found->is_null()) return "";
    if (found->is_number_integer()) return std::to_string(found->get<long long>());
    if (!found->is_string()) throw_wrong(std::string(key) + " must be a text");
    return found->get<std::string>();
  }
  static std::string member(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get<std::string>().empty())
      throw_wrong(std::string("a column needs ") + key);
    return found->get<std::string>();
  }
  static bool is_required(const Json& column) {
    const auto found = column.find("not_null");
    if (found != column.end() && !found->is_boolean()) throw_wrong("not_null must be true or false");
    return found != column.end() && found->get<bool>();
  }
  [[nodiscard]] std::string primary_key() const {
    const auto key = argument_.find("primary_key");
    std::string list;
    if (key == argument_.end() || key->is_null()) return list;
    if (!key->is_array()) throw_wrong("primary_key must be a list of column names");
    for (const Json& one : *key) {
      if (!one.is_string()) throw_wrong("primary_key must be a list of column names");
      list += (list.empty() ? "" : ", ") + quote_identifier(one.get<std::string>());
    }
    return list;
  }
  // What the server does not read as one type from end to end never becomes part of a statement; it passes comments over.
  static std::string type_of(const ControlConnection::Ask& ask, const std::string& wanted) {
    const bool is_plain = wanted.find("--") == std::string::npos && wanted.find("/*") == std::string::npos;
    const pqxx::result found = ask("SELECT pg_catalog.to_regtype($1)", {wanted});
    if (!is_plain || found[0][0].is_null()) throw_wrong("the server knows no type " + wanted);
    return wanted;
  }
  [[noreturn]] void throw_missing() const {
    throw sdk::FatalError("table " + candidates_.back().text() + " does not exist", {.error_id = "table.no_such_table"});
  }
  Table existing() {
    auto found = find_table(connection_, candidates_);
    if (!found) throw_missing();
    return std::move(found->table);
  }
  void change(const std::function<void(const ControlConnection::Ask&)>& steps) {
    const std::string sqlstate = connection_.change("sinkway " + candidates_.back().text(), steps);
    if (sqlstate == "42601" || sqlstate == "42704" || sqlstate == "22023") throw_wrong("a type is none that the server knows, or none that a primary key can have");
    if (sqlstate == "42701") throw_wrong("two columns have the same name");
    if (sqlstate == "42703") throw_wrong("primary_key names a column that the table would not have");
    if (!sqlstate.empty()) throw_refusal(sqlstate, "changing table " + candidates_.back().text(), true);
  }

  ControlConnection connection_;
  Json argument_;
  std::vector<TableName> candidates_;
  Json answer_;
};

}  // namespace

std::optional<std::string> answer_question(const TableOptions& options, const std::vector<std::string>& topics,
                                           std::string_view question, bool changes, std::string_view argument) {
  if (!changes && (question == "dead-letters" || question == "_letters"))
    return answer_letters(options, question == "_letters", argument);
  const bool known = changes ? question == "create" || question == "truncate"
                             : question == "table" || question == "rows" || question == "plan";
  if (!known) return std::nullopt;
  try {
    if (question == "plan") return answer_plan(options, topics, argument);
    Question asked(options, topics, argument);
    if (question == "table") return asked.table();
    if (question == "rows") return asked.rows();
    return question == "create" ? asked.create() : asked.truncate();
  } catch (const ControlError& error) {
    if (error.sqlstate().empty()) throw sdk::RetriableError(error.what(), {.error_id = "table.connection"});
    throw_refusal(error.sqlstate(), "asking about a table", true);
  }
}

}  // namespace sinkway::table
