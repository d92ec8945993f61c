#include "plugins/table/control/letter_queries.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <nlohmann/json.hpp>
#include <vector>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/delivery/answers.hpp"
#include "plugins/table/delivery/dead_letter_table.hpp"
#include "plugins/table/delivery/own_table.hpp"

namespace sinkway::table {
namespace {

using Json = nlohmann::ordered_json;

constexpr long long kFewLetters = 10, kMostLetters = 1'000;
constexpr long long kPageBytes = 4 << 20;  // of keys and values, beside the letter that passes it: all of a page lies in memory, in several forms

[[noreturn]] void throw_wrong(const std::string& reason) {
  throw sdk::DataError(SINKWAY_NO_RECORD, reason, {.error_id = "table.wrong_argument"});
}

// What the letters must have, as a condition with its parameters; the first is the connector.
class Filter {
 public:
  Filter(const std::string& connector, const Json& argument) : argument_(argument) {
    check_names();
    take(connector);
    sql_ = "connector = $1";
    if (argument.contains("topic")) add("topic", text("topic"));
    if (argument.contains("error_id")) add("error_id", text("error_id"));
    if (number("partition", 0) > INT32_MAX) throw_wrong("partition must be a number of a partition");
    if (argument.contains("partition")) add("part", std::to_string(number("partition", 0)));
    if (argument.contains("offset")) add("record_offset", std::to_string(number("offset", 0)));
    if (const auto after = argument.find("after"); after != argument.end())
      sql_ += " AND (topic, part, record_offset) > (" + take(after->at("topic").get<std::string>()) + "::text, " +
              take(std::to_string(after->at("partition").get<int>())) + "::int, " +
              take(std::to_string(after->at("offset").get<long long>())) + "::bigint)";
  }
  [[nodiscard]] const std::string& sql() const { return sql_; }
  [[nodiscard]] std::vector<std::string_view> parameters() const { return {texts_.begin(), texts_.end()}; }
  // Also written as text, as the parameters of a GET are.
  [[nodiscard]] long long number(const char* key, long long otherwise) const {
    const auto found = argument_.find(key);
    if (found == argument_.end()) return otherwise;
    const Json value = found->is_string() ? Json::parse(found->get<std::string>(), nullptr, false) : *found;
    if (!value.is_number_unsigned()) throw_wrong(std::string(key) + " must be a number, 0 or more");
    return static_cast<long long>(std::min<unsigned long long>(value.get<unsigned long long>(), INT64_MAX));
  }

 private:
  // A name that is misspelt would choose every letter. dry_run is the host's.
  void check_names() const {
    constexpr std::array<std::string_view, 7> kNames{"topic", "partition", "offset", "error_id", "limit", "after", "dry_run"};
    for (const auto& [name, value] : argument_.items())
      if (std::ranges::find(kNames, name) == kNames.end())
        throw_wrong("letters are chosen by topic, partition, offset and error_id, not by " + name);
  }
  [[nodiscard]] std::string text(const char* key) const {
    if (!argument_.at(key).is_string()) throw_wrong(std::string(key) + " must be a text");
    return argument_.at(key).get<std::string>();
  }
  std::string take(std::string text) {
    texts_.push_back(std::move(text));
    return "$" + std::to_string(texts_.size());
  }
  void add(const char* column, std::string value) {
    sql_ += std::string(" AND ") + column + " = " + take(std::move(value));
  }

  const Json& argument_;
  std::string sql_;
  std::deque<std::string> texts_;
};

std::string summary(ControlConnection& connection, const std::string& table, const Filter& filter) {
  const std::string from = " FROM " + table + " WHERE " + filter.sql();
  Json groups = Json::array();
  long long total = 0;
  for (const auto& row : connection.ask("SELECT topic, error_id, coalesce(column_name, ''), coalesce(sqlstate, ''), count(*), "
                                        "min(written)::text, max(written)::text" + from + " GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, "
                                        "1, 2, 3, 4", filter.parameters())) {
    total += row[4].as<long long>();
    groups.push_back({{"topic", row[0].c_str()}, {"error_id", row[1].c_str()}, {"column", row[2].c_str()},
                      {"sqlstate", row[3].c_str()}, {"letters", row[4].as<long long>()}, {"first", row[5].c_str()},
                      {"last", row[6].c_str()}});
  }
  const long long few = std::min(filter.number("limit", kFewLetters), kMostLetters);
  Json newest = Json::array();
  for (const auto& row : connection.ask("SELECT topic, part, record_offset, error_id, reason, written::text" + from +
                                        " ORDER BY written DESC, topic, part, record_offset DESC LIMIT " + std::to_string(few),
                                        filter.parameters()))
    newest.push_back({{"topic", row[0].c_str()}, {"partition", row[1].as<int>()}, {"offset", row[2].as<long long>()},
                      {"error_id", row[3].c_str()}, {"reason", row[4].c_str()}, {"written", row[5].c_str()}});
  return Json{{"table", table}, {"letters", total}, {"groups", std::move(groups)}, {"newest", std::move(newest)}}.dump();
}

bool needs_headers(const TableOptions& options) {
  const auto& metadata = options.fields.metadata;
  return options.pk_mode == "record_header" ||
         std::any_of(metadata.begin(), metadata.end(), [](const auto& one) { return one.first == Metadata::headers; });
}

// Of letters that another version has written, or a table that was made by hand.
void require_headers(bool kept) {
  if (kept) return;
  throw sdk::FatalError("rows of this connector need the headers of their records, and these letters have none",
                        {.hint = "add the column record_headers json to dlq.table for letters to come",
                         .error_id = "table.letters_without_headers"});
}

std::string page(ControlConnection& connection, const std::string& table, const Filter& filter, bool with_headers) {
  const bool kept = connection.ask(DeadLetterTable::kHasHeaders, {table})[0][0].as<bool>();
  if (with_headers) require_headers(kept);
  const auto bytes = [](const pqxx::field& hex) { return hex.is_null() ? Json() : Json(hex.c_str()); };
  Json letters = Json::array();
  const std::string letters_of_page = "SELECT DISTINCT ON (topic, part, record_offset) topic, part, record_offset, record_time, record_key, "
                                      "record_value, " + std::string(kept ? "record_headers" : "NULL") + "::text AS headers, "
                                      "coalesce(octet_length(record_key), 0) + coalesce(octet_length(record_value), 0) AS size FROM " +
                                      table + " WHERE " + filter.sql() + " ORDER BY topic, part, record_offset LIMIT " +
                                      std::to_string(filter.number("limit", kMostLetters));
  const std::string sql = "SELECT topic, part, record_offset, coalesce((extract(epoch FROM record_time) * 1000)::bigint, -1), "
                          "encode(record_key, 'hex'), encode(record_value, 'hex'), headers FROM (SELECT l.*, sum(size) OVER (ORDER BY "
                          "topic, part, record_offset) - size AS before FROM (" + letters_of_page + ") l) p WHERE before < " +
                          std::to_string(kPageBytes) + " ORDER BY topic, part, record_offset";
  for (const auto& row : connection.ask(sql, filter.parameters())) {
    if (with_headers) require_headers(!row[6].is_null());
    letters.push_back({{"topic", row[0].c_str()}, {"partition", row[1].as<int>()}, {"offset", row[2].as<long long>()},
                       {"timestamp", row[3].as<long long>()}, {"key", bytes(row[4])}, {"value", bytes(row[5])},
                       {"headers", row[6].is_null() ? Json::array() : Json::parse(row[6].c_str())}});
  }
  return Json{{"letters", std::move(letters)}}.dump();
}

}  // namespace

std::string answer_letters(const TableOptions& options, bool with_bytes, std::string_view argument) {
  const Json told = Json::parse(argument, nullptr, false);
  if (!told.is_object()) throw_wrong("the argument must be a JSON object");
  if (options.dead_letter_table.name.empty())
    throw sdk::FatalError("this connector keeps no letters in its database: dlq.table is not set", {.error_id = "table.option"});
  try {
    ControlConnection connection(options);
    const pqxx::result found = connection.ask(own_table::kFind, {options.dead_letter_table.name, options.dead_letter_table.schema});
    const Filter filter(options.connector, told);
    if (found.empty()) return with_bytes ? R"({"letters":[]})" : R"({"letters":0,"groups":[],"newest":[]})";
    const std::string table = found[0][0].c_str();
    return with_bytes ? page(connection, table, filter, needs_headers(options)) : summary(connection, table, filter);
  } catch (const ControlError& error) {
    if (error.sqlstate().empty()) throw sdk::RetriableError(error.what(), {.error_id = "table.connection"});
    throw_refusal(error.sqlstate(), "reading dlq.table", true);
  } catch (const Json::exception&) {
    throw_wrong("after must be a place: topic, partition, offset");
  }
}

}  // namespace sinkway::table
