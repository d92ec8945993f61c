#include "plugins/table/control/plan_question.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/sdk/cpp/sink_error.hpp"
#include "plugins/table/control/control_connection.hpp"
#include "plugins/table/control/ddl_preview.hpp"
#include "plugins/table/control/sample_record.hpp"

namespace sinkway::table {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void throw_wrong(const std::string& reason) {
  throw sdk::DataError(SINKWAY_NO_RECORD, reason, {.error_id = "table.wrong_argument"});
}

Json shape_of(const TableChange& change) {
  Json shape{{"table", change.table}, {"exists", change.exists}};
  if (!change.topic.empty()) shape["topic"] = change.topic;
  if (!change.option.empty()) shape["option"] = change.option;
  shape["statements"] = change.statements;
  if (!change.refused.empty()) shape["refused"] = change.refused;
  if (!change.note.empty()) shape["note"] = change.note;
  return shape;
}

// Whoever reads it goes down with its levels: no more of them than max.depth of the JSON converter can allow a record.
Json parsed_sample(std::string_view argument) {
  constexpr int kDeepest = 1'000;
  const auto check = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) throw_wrong("the sample record is nested deeper than 1000 levels");
    return true;
  };
  return Json::parse(argument, check, false);
}

}  // namespace

std::string answer_plan(const TableOptions& options, std::vector<std::string> topics, std::string_view argument) {
  const Json told = parsed_sample(argument);
  if (!told.is_object()) throw_wrong("the argument must be a JSON object");
  if (const auto topic = told.find("topic"); topic != told.end()) {
    if (!topic->is_string()) throw_wrong("topic must be a text");
    topics = {topic->get<std::string>()};
  }
  const bool has_sample = told.contains("value") || told.contains("key");
  if (has_sample && topics.size() != 1)
    throw_wrong("name the topic: the connector reads several, or none that is known");
  std::optional<SampleRecord> sample;
  try {
    if (has_sample) sample.emplace(told, topics.front());
  } catch (const std::invalid_argument& wrong) {
    throw_wrong(std::string("the sample record: ") + wrong.what());
  } catch (const Json::exception&) {
    throw_wrong("the sample record has a schema that cannot be read");
  }
  ControlConnection connection(options);
  Json tables = Json::array();
  for (const TableChange& change : preview_own_tables(connection, options)) tables.push_back(shape_of(change));
  if (options.writes.mode == InsertMode::sql) return Json{{"tables", std::move(tables)}}.dump();  // no other is touched
  if (sample) {
    tables.push_back(shape_of(preview_record(connection, options, sample->record())));
  } else {
    for (const std::string& topic : topics) tables.push_back(shape_of(preview_topic(connection, options, topic)));
  }
  return Json{{"tables", std::move(tables)}}.dump();
}

}  // namespace sinkway::table
