// The DDL that is told beforehand: by validation, and for a sample record. It must be what a task then does.
#include <nlohmann/json.hpp>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::number_value;
using sdk::testing::text_value;
using sdk::testing::value_of;
using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

class TableSinkPlan : public TableSinkTest {
 protected:
  ~TableSinkPlan() override { client.run("DROP SCHEMA IF EXISTS " + by_hand + " CASCADE"); }

  [[nodiscard]] Entries config(Entries more) const {
    more.emplace_back("connection.url", uri());
    more.emplace_back("topics", "weather");
    return more;
  }
  [[nodiscard]] Json plan(const Entries& more, const std::string& argument) const {
    const std::string answer = asked(schema, config(more), "plan", argument);
    EXPECT_TRUE(Json::accept(answer)) << answer;
    return Json::parse(answer, nullptr, false).value("tables", Json::array());
  }
  // Everything that CREATE and ALTER TABLE make of a schema.
  [[nodiscard]] Rows catalog(const std::string& of) {
    return client.rows(
        "SELECT c.relname, c.reloptions::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
        "replace(pg_get_expr(d.adbin, d.adrelid), '" + of + "', ''), (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY "
        "k.conname) FROM pg_constraint k WHERE k.conrelid = c.oid) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN "
        "pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relnamespace = '" + of + "'::regnamespace AND c.relkind = 'r' "
        "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum");
  }
  // What is printed, executed by hand in another schema: names that hold the schema of the test are moved there.
  void run_by_hand(const std::string& before, const Json& tables) {
    client.run("CREATE SCHEMA " + by_hand);
    client.run("SET search_path = " + by_hand);
    if (!before.empty()) client.run(before);
    for (const Json& table : tables)
      for (std::string statement : table.at("statements")) {
        for (std::size_t at = 0; (at = statement.find(schema, at)) != std::string::npos; at += by_hand.size())
          statement.replace(at, schema.size(), by_hand);
        client.run(statement);
      }
    client.run("SET search_path = " + schema);
  }
  // The statements that a task tells it is about to run.
  [[nodiscard]] static std::vector<std::string> done(SinkTask& task) {
    const std::string begin = "INFO changing a table statement=";
    std::vector<std::string> found;
    for (const std::string& line : task.host.log_lines())
      if (line.starts_with(begin)) found.push_back(line.substr(begin.size()));
    return found;
  }

  const std::string by_hand = schema + "_hand";
};

TEST_F(TableSinkPlan, WhatIsToldForASampleIsWhatTheTaskDoes) {
  struct Case {
    const char* what;
    std::string before;  // the table as it is
    Entries options;
    std::string sample;
    std::function<void(SampleBatch&)> add;  // the same record
    std::size_t statements;
  };
  const auto fields = [](SampleBatch& made) {
    return made.object({{"id", value_of(SINKWAY_INT64, 3'000'000'000)}, {"Note", text_value("longer than five")},
                        {"share", number_value(SINKWAY_FLOAT64, 0.5)}, {"good", value_of(SINKWAY_BOOL, 1)},
                        {"tags", made.items(SINKWAY_ARRAY, {text_value("a")})}, {"gone", value_of(SINKWAY_NULL)}});
  };
  const std::string value =
      R"({"id": 3000000000, "Note": "longer than five", "share": 0.5, "good": true, "tags": ["a"], "gone": null})";
  const Case cases[] = {
      {"a table, with key, metadata and renamed fields", "",
       {{"auto.create", "true"}, {"pk.mode", "record_key"}, {"insert.mode", "upsert"}, {"identifier.case", "lower"},
        {"metadata.columns", "offset:kafka_offset,timestamp:seen"}},
       R"({"key": {"place": "Miami"}, "value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made), made.object({{"place", text_value("Miami")}})); }, 1},
      {"columns, also those that every record asks for", "CREATE TABLE weather (id bigint, \"Note\" text)",
       {{"auto.evolve", "true"}, {"metadata.columns", "topic:kafka_topic"}}, R"({"value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made)); }, 4},
      {"a remainder and columns for all", "CREATE TABLE weather (id bigint)",
       {{"auto.evolve", "true"}, {"unmatched", "jsonb:rest"}}, R"({"value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made)); }, 5},
      {"wider types, text and nulls",
       "CREATE TABLE weather (id int, \"Note\" varchar(5), share float8, good bool, tags jsonb, gone text NOT NULL)",
       {{"schema.evolution", "widen,relax"}, {"schema.evolution.rewrite", "true"}}, R"({"value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made)); }, 3},
      {"a column, and text for one that is there", "CREATE TABLE weather (id bigint, \"Note\" varchar(5), share float8, good bool, gone text)",
       {{"schema.evolution", "add,widen"}}, R"({"value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made)); }, 2},
      {"nothing", "CREATE TABLE weather (id bigint, \"Note\" text, share float8, good bool, tags text[], gone text)",
       {{"schema.evolution", "basic,widen,relax"}}, R"({"value": )" + value + "}",
       [&](SampleBatch& made) { made.add("weather", 0, 0, fields(made)); }, 0},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    if (!one.before.empty()) client.run(one.before);
    Entries options = one.options;
    options.emplace_back("dlq.table", "letters");
    const Json told = plan(options, one.sample);
    ASSERT_EQ(told.size(), 3U) << told;
    const Rows untouched = catalog(schema);
    EXPECT_EQ(untouched, one.before.empty() ? Rows() : untouched) << "a question has made something";
    run_by_hand(one.before, told);

    SinkTask& task = open_task(options);
    SampleBatch& made = batch();
    one.add(made);
    made.cover("weather", 0, 0, 1);
    const Told put = task.put(made);
    ASSERT_EQ(put.code, SINKWAY_OK) << put.reason;
    EXPECT_TRUE(task.host.errants().empty());
    EXPECT_EQ(catalog(by_hand), catalog(schema));
    EXPECT_EQ(done(task), told[2].at("statements").get<std::vector<std::string>>());
    EXPECT_EQ(done(task).size(), one.statements);
    end_tasks();
    client.run("DROP SCHEMA " + by_hand + " CASCADE; DROP TABLE weather, sinkway_offsets, letters");
  }
}

TEST_F(TableSinkPlan, SchemasOfASampleTellItsTypes) {
  const Json told = plan({{"auto.create", "true"}, {"delivery", "at_least_once"}}, R"({"value": {"schema": {"type": "struct", "fields": [
      {"field": "id", "type": "int32", "optional": false},
      {"field": "rate", "type": "float", "optional": true},
      {"field": "price", "type": "bytes", "optional": true, "name": "org.apache.kafka.connect.data.Decimal", "parameters": {"scale": "2"}},
      {"field": "day", "type": "int32", "optional": true, "name": "org.apache.kafka.connect.data.Date"},
      {"field": "unit", "type": "string", "optional": false, "default": "mm"},
      {"field": "tags", "type": "array", "optional": true, "items": {"type": "string"}}]},
      "payload": {"id": 1, "rate": 1.5, "price": "AN0=", "day": 20000, "unit": null, "tags": ["a"]}}})");
  ASSERT_EQ(told.size(), 1U) << told;
  EXPECT_EQ(told[0].at("statements"),
            Json::array({R"(CREATE TABLE IF NOT EXISTS "weather" ("id" integer NOT NULL, "rate" real, "price" numeric, "day" date, )"
                         R"("unit" text DEFAULT 'mm' NOT NULL, "tags" text[]))"}));
}

TEST_F(TableSinkPlan, WhatWillNotBeDoneIsToldWithItsReason) {
  client.run("CREATE TABLE weather (id int, note varchar(3) NOT NULL)");
  const auto refused = [&](const Entries& options, const std::string& sample) {
    const Json told = plan(options, sample);
    EXPECT_TRUE(told.back().at("statements").empty()) << told;
    return told.back().value("refused", Json::array()).dump();
  };
  EXPECT_NE(refused({}, R"({"value": {"id": 1, "wind": 2}})").find("wind"), std::string::npos);
  EXPECT_NE(refused({{"schema.evolution", "widen"}}, R"({"value": {"id": 3000000000, "note": "x"}})").find("rewrites the table"),
            std::string::npos);
  EXPECT_NE(refused({}, R"({"value": {"id": 1, "note": "too long"}})").find("longer than"), std::string::npos);
  EXPECT_NE(refused({{"topics", "other"}}, R"({"topic": "other", "value": {"id": 1}})").find("auto.create is not set"), std::string::npos);
  EXPECT_NE(refused({}, R"({"value": null})").find("null"), std::string::npos);
  for (const char* wrong : {"[]", "{\"topic\": 7}", R"({"value": {"schema": {"type": "int5"}, "payload": 1}})",
                            R"({"value": {"schema": {"type": "int32"}, "payload": "secret"}})"}) {
    const std::string said = asked(schema, config({}), "plan", wrong);
    EXPECT_TRUE(said.starts_with("refused: ")) << said;
    EXPECT_EQ(said.find("secret"), std::string::npos);
  }
}

// Deeper ones would need more stack than the thread has.
TEST_F(TableSinkPlan, ASampleIsNestedNoDeeperThanRecordsAre) {
  client.run("CREATE TABLE weather (id bigint, note text)");
  const auto nested = [](std::size_t levels, const std::string& open, const std::string& close) {
    std::string text = R"({"value": {"note": )";
    for (std::size_t n = 0; n < levels; ++n) text += open;
    text += "1";
    for (std::size_t n = 0; n < levels; ++n) text += close;
    return text + "}}";
  };
  EXPECT_TRUE(Json::accept(asked(schema, config({}), "plan", nested(900, "[", "]"))));
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    const std::string said = asked(schema, config({}), "plan", nested(100'000, open, close));
    EXPECT_TRUE(said.starts_with("refused: ")) << said;
    EXPECT_NE(said.find("1000 levels"), std::string::npos) << said;
  }
}

TEST_F(TableSinkPlan, ValidationTellsTheStatementsThatAreKnownBeforeARecord) {
  client.run("CREATE TABLE weather (id bigint)");
  const Entries options = config({{"dlq.table", schema + ".letters"}, {"auto.evolve", "true"}, {"metadata.columns", "offset:kafka_offset"}});
  const Validated told = validated(options);
  EXPECT_TRUE(told.findings.empty());
  ASSERT_EQ(told.notes.size(), 3U);
  EXPECT_EQ(told.notes[0].first, "offsets.table");
  EXPECT_EQ(told.notes[1].first, "dlq.table");
  EXPECT_EQ(told.notes[2].first, "auto.evolve");
  EXPECT_NE(told.notes[2].second.find("ALTER TABLE \"" + schema + "\".\"weather\" ADD COLUMN IF NOT EXISTS \"kafka_offset\" bigint;"),
            std::string::npos) << told.notes[2].second;
  EXPECT_EQ(catalog(schema).size(), 1U) << "validation has made something";
  // The same statements as the question tells, and they are in the log.
  const Json plans = plan(options, "{}");
  ASSERT_EQ(plans.size(), 3U);
  for (std::size_t n = 0; n < 3; ++n) {
    ASSERT_EQ(plans[n].at("statements").size(), 1U);
    const std::string statement = plans[n].at("statements")[0];
    EXPECT_NE(told.notes[n].second.find(statement), std::string::npos) << statement;
    EXPECT_TRUE(std::any_of(told.log.begin(), told.log.end(), [&](const std::string& line) {
      return line.find(statement) != std::string::npos;
    })) << statement;
  }
  // Nothing is left to be told once all is there.
  SinkTask& task = open_task({{"dlq.table", schema + ".letters"}, {"auto.evolve", "true"}, {"metadata.columns", "offset:kafka_offset"}});
  SampleBatch& made = batch();
  made.add("weather", 0, 0, made.object({{"id", value_of(SINKWAY_INT64, 1)}}));
  made.cover("weather", 0, 0, 1);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_TRUE(validated(options).notes.empty());
}

TEST_F(TableSinkPlan, ATableThatIsMissingIsToldBeforeItsFirstRecord) {
  const Validated told = validated(config({{"auto.create", "true"}, {"delivery", "at_least_once"}, {"pk.mode", "kafka"},
                                           {"metadata.columns", "timestamp:seen"}}));
  ASSERT_EQ(told.notes.size(), 1U);
  EXPECT_EQ(told.notes[0].first, "auto.create");
  for (const char* word : {"weather", "first record", "__connect_offset bigint", "seen timestamptz"})
    EXPECT_NE(told.notes[0].second.find(word), std::string::npos) << told.notes[0].second;
}

}  // namespace
}  // namespace sinkway::test
