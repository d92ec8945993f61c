// What people ask about tables, and have done to them, before a real PostgreSQL.
#include <nlohmann/json.hpp>

#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using Json = nlohmann::json;

class TableSinkQuestions : public TableSinkTest {
 protected:
  [[nodiscard]] std::string ask(const std::string& question, const std::string& argument = "{}", bool changes = false) const {
    return asked(schema, {{"connection.url", uri()}, {"topics", "weather"}, {"dlq.table", "letters"}}, question, argument, changes);
  }
  [[nodiscard]] std::string create(const std::string& columns, const std::string& more = "") const {
    return ask("create", R"({"columns": [)" + columns + "]" + more + "}", true);
  }
};

TEST_F(TableSinkQuestions, AreAnsweredWithTheNumbersThatTheServerHas) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, n numeric, doc json)");
  for (const char* value : {"12345678901234567890.123, NULL", "1e400, NULL", "1, '\"\\ud800\"'"}) {
    client.run("TRUNCATE weather; INSERT INTO weather SELECT 7, " + std::string(value));
    const std::string row = client.cell("SELECT row_to_json(w) FROM weather w");
    const std::string answer = ask("rows");
    EXPECT_NE(answer.find(R"("order":"\"id\" DESC","rows":[)" + row + "]}"), std::string::npos) << answer;
  }
}

TEST_F(TableSinkQuestions, TellRowsWhateverTheirColumnsAreNamed) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, r int, s text, j json, \"we\"\"ird; --\" text); INSERT INTO weather VALUES (1, 2, 'x', '[]', 'y')");
  const Json answer = Json::parse(ask("rows"), nullptr, false);
  ASSERT_TRUE(answer.is_object());
  EXPECT_EQ(answer.at("rows"), Json::parse(R"([{"id": 1, "r": 2, "s": "x", "j": [], "we\"ird; --": "y"}])"));
}

// The answer is held in memory: rows of a megabyte each would end the worker.
TEST_F(TableSinkQuestions, TellNoMoreOfLongRowsThanTheWorkerCanHold) {
  client.run("CREATE TABLE weather (id bigint PRIMARY KEY, note text); INSERT INTO weather SELECT n, repeat('x', 1000000) FROM generate_series(1, 20) n");
  EXPECT_EQ(Json::parse(ask("rows")).at("rows").size(), 10U);
  const std::string answer = ask("rows", R"({"limit": 20})");
  EXPECT_TRUE(answer.starts_with("refused: ")) << answer.substr(0, 100);
  EXPECT_NE(answer.find("16 MB"), std::string::npos) << answer.substr(0, 100);
}

TEST_F(TableSinkQuestions, FindTheRowsThatAreLeftWhereTheLastOnesWereDeleted) {
  client.run("CREATE TABLE weather (id bigint) WITH (autovacuum_enabled = false); INSERT INTO weather SELECT generate_series(1, 100000); "
             "DELETE FROM weather WHERE id > 3");
  EXPECT_EQ(Json::parse(ask("rows", R"({"limit": 2})")).at("rows"), Json::parse(R"([{"id": 3}, {"id": 2}])"));
}

TEST_F(TableSinkQuestions, TellAnEstimateOnceTheTableWasAnalyzed) {
  client.run("CREATE TABLE weather (id bigint, n int DEFAULT 0, note text, PRIMARY KEY (n, id) INCLUDE (note)) WITH (autovacuum_enabled = false); "
             "INSERT INTO weather SELECT generate_series(1, 1000)");
  EXPECT_TRUE(Json::parse(ask("table")).at("row_estimate").is_null());
  client.run("ANALYZE weather");
  const Json answer = Json::parse(ask("table"));
  EXPECT_EQ(answer.at("row_estimate"), 1000);
  EXPECT_EQ(answer.at("primary_key"), (Json{"n", "id"}));
}

TEST_F(TableSinkQuestions, CountThePartitionsOfATable) {
  client.run("CREATE TABLE weather (id bigint) PARTITION BY RANGE (id); CREATE TABLE few PARTITION OF weather DEFAULT; INSERT INTO weather VALUES (1)");
  const Json answer = Json::parse(ask("table"));
  EXPECT_EQ(answer.at("kind"), "partitioned table");
  EXPECT_EQ(answer.at("bytes"), client.number("SELECT pg_total_relation_size('few')"));
}

TEST_F(TableSinkQuestions, ForTheNewestRowsNeedAnOrder) {
  client.run("CREATE TABLE base (doc json, id bigint); INSERT INTO base VALUES ('{}', 1), ('{}', 2); CREATE VIEW weather AS SELECT * FROM base");
  for (const char* argument : {"{}", R"({"by": "doc"})"}) {
    const std::string answer = ask("rows", argument);
    EXPECT_TRUE(answer.starts_with("refused: ")) << answer;
    EXPECT_NE(answer.find("have no order"), std::string::npos) << answer;
  }
  const Json answer = Json::parse(ask("rows", R"({"by": "id", "limit": 1})"));
  EXPECT_EQ(answer.at("rows"), Json::array({{{"doc", Json::object()}, {"id", 2}}}));
}

TEST_F(TableSinkQuestions, MakeTablesOfEveryTypeThatTheServerReads) {
  for (const char* type : {"timestamp(3) without time zone", "timestamp(3) with time zone", "time(0) without time zone", "numeric(10,2)[]",
                           "character varying(10)[]", "bit(3)", "interval(3)", "double precision"}) {
    const std::string answer = create(R"({"name": "a", "type": ")" + std::string(type) + R"(", "not_null": true})");
    ASSERT_TRUE(Json::accept(answer)) << answer;
    EXPECT_EQ(client.cell("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'weather'::regclass AND attname = 'a'"), type);
    client.run("DROP TABLE weather");
  }
}

TEST_F(TableSinkQuestions, ThatAreWrongMakeNothingAndSayWhatIsWrong) {
  const std::string column = R"({"name": "a", "type": "int"})";
  const std::string longest(64, 'n');
  const std::pair<std::string, const char*> cases[] = {
      {create(R"({"name": "a", "type": "int -- all"})"), "no type"},
      {create(R"({"name": "a", "type": "int); DROP TABLE x"})"), "a type is none"},
      {create(R"-({"name": "a", "type": "numeric(2000,1)"})-"), "a type is none"},
      {create(R"({"name": "a", "type": "int", "not_null": "yes"})"), "not_null"},
      {create(R"({"name": "a\u0000b", "type": "int"})"), "column name"},
      {create(column + "," + column), "the same name"},
      {create(column, R"(, "primary_key": "a")"), "primary_key"},
      {create(column, R"(, "primary_key": ["b"])"), "primary_key"},
      {create(column, R"(, "topic": ")" + longest + "\""), "63 bytes"},
      {create(R"({"name": "a", "type": "json"})", R"(, "primary_key": ["a"])"), "none that a primary key can have"},
      {ask("truncate", R"({"topic": "weather\u0000s"})", true), "names no table"},
  };
  for (const auto& [answer, words] : cases) {
    EXPECT_TRUE(answer.starts_with("refused: ")) << answer;
    EXPECT_NE(answer.find(words), std::string::npos) << answer;
  }
  EXPECT_EQ(client.number("SELECT count(*) FROM pg_class WHERE relnamespace = '" + schema + "'::regnamespace"), 0);
  EXPECT_NE(ask("dead-letters", R"({"partition": 9999999999})").find("refused: partition"), std::string::npos);
  for (const char* question : {"dead-letters", "_letters"})
    EXPECT_NE(ask(question, R"({"topik": "weather"})").find("not by topik"), std::string::npos) << "it would choose every letter";
}

}  // namespace
}  // namespace sinkway::test
