// Every scalar type through every writer: a row becomes the same whichever is chosen, and the same as PostgreSQL makes
// of the text.
#include "tests/integration/table_sink_world.hpp"

namespace sinkway::test {
namespace {

using sdk::testing::bytes_value;
using sdk::testing::number_value;
using sdk::testing::text_value;
using sdk::testing::value_of;

struct TypeCase {
  const char* type;
  std::vector<const char*> texts;  // as the server spells them; each is sent as text
};

const TypeCase kTypes[] = {
    {"boolean", {"true", "false"}},
    {"smallint", {"-32768", "0", "32767"}},
    {"integer", {"-2147483648", "2147483647"}},
    {"bigint", {"-9223372036854775808", "9223372036854775807"}},
    {"real", {"0.1", "-3.4028235e+38", "1e-45", "NaN", "Infinity", "-Infinity"}},
    {"double precision", {"0.1", "1.7976931348623157e+308", "5e-324", "NaN", "Infinity", "-Infinity"}},
    {"numeric", {"0", "-0.00012345678901234567890", "123456789012345678901234567890.5", "1e-20", "NaN", "1e100"}},
    {"numeric(10,3)", {"-1234567.891", "0.001"}},
    {"money", {"$12.34"}},
    {"text", {"", "\xC3\xA9\xF0\x9F\x98\x80 \\ \t\n\r tab", "\\N", "{a,\"b\"}"}},
    {"varchar(5)", {"12345", "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", "1    "}},
    {"char(4)", {"ab", "abcd"}},
    {"\"char\"", {"x"}},
    {"name", {"a_name"}},
    {"bytea", {"\\x00ff10", "\\x"}},
    {"uuid", {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
    {"date", {"2024-02-29", "0001-01-01", "9999-12-31", "5874897-12-31", "infinity", "-infinity", "Infinity"}},
    {"time", {"00:00:00", "23:59:59.999999"}},
    {"timetz", {"12:34:56.789+02"}},
    {"timestamp", {"2026-01-02 03:04:05.6", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "infinity", "-Infinity",
                   "2026-01-02 03:04:05.1234565", "2026-01-02 03:04:05.1234575", "2026-01-02 03:04:05.9999995"}},
    {"timestamptz", {"2026-01-02 03:04:05.6+02", "2000-01-01 00:00:00+00", "-infinity", "1890-01-01 12:00:00+00:53:28"}},
    {"interval", {"1 year 2 mons 3 days 04:05:06.7", "-00:00:01"}},
    {"interval minute to second", {"1:30", "5"}},
    {"interval year to month", {"1-2", "5"}},
    {"json", {"{\"a\": [1, null, \"x\"]}"}},
    {"jsonb", {"{\"a\": [1, null, \"x\"]}", "\"text\""}},
    {"xml", {"<a>b</a>"}},
    {"inet", {"192.168.0.1/24", "::1"}},
    {"cidr", {"10.0.0.0/8"}},
    {"macaddr", {"08:00:2b:01:02:03"}},
    {"macaddr8", {"08:00:2b:01:02:03:04:05"}},
    {"bit(4)", {"1010"}},
    {"bit varying", {"10101"}},
    {"oid", {"4294967295"}},
    {"point", {"(1,2)"}},
    {"int4range", {"[1,5)"}},
    {"tsvector", {"'a' 'b'"}},
    {"integer[]", {"{1,2,NULL}", "{}", "{{1,2},{3,4}}", "[0:1]={1,2}"}},
    {"smallint[]", {"{-32768,32767}"}},
    {"bigint[]", {"{-9223372036854775808,9223372036854775807}"}},
    {"text[]", {"{a,\"b c\"}", "{\"\",\"NULL\",NULL,\"q\\\"\\\\\",\"x,y\",\"{\"}"}},
    {"varchar(3)[]", {"{abc,\"ab   \"}"}},
    {"boolean[]", {"{t,f,NULL}"}},
    {"real[]", {"{0.1,NaN,-Infinity}"}},
    {"double precision[]", {"{0.1,1e308}"}},
    {"numeric[]", {"{1.50,-0.001,NaN}"}},
    {"numeric(5,2)[]", {"{1.5,999.99}"}},
    {"bytea[]", {"{\"\\\\x00ff\"}"}},
    {"uuid[]", {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}"}},
    {"date[]", {"{2024-02-29,infinity}"}},
    {"time[]", {"{12:34:56.789}"}},
    {"timestamp[]", {"{\"2026-01-02 03:04:05.6\"}"}},
    {"timestamptz[]", {"{\"2026-01-02 03:04:05.6+02\"}"}},
    {"json[]", {"{\"{\\\"a\\\": 1}\"}"}},
    {"jsonb[]", {"{\"{\\\"a\\\": 1}\",\"[1]\"}"}},
    {"mood[]", {"{happy,sad,NULL}"}},
    {"short_text[]", {"{abc,NULL}"}},
    {"inet[]", {"{10.0.0.1,NULL}"}},
    {"interval[]", {"{\"1 day\"}"}},
    {"oid[]", {"{1,4294967295}"}},
    {"citext", {"MiXed"}},
    {"citext[]", {"{A,b}"}},
    {"hstore", {"\"a\"=>\"1\", \"b\"=>NULL"}},
    {"ltree", {"a.b.c"}},
    {"pair", {"(1,\"a b\")", "(,)"}},
    {"pair[]", {"{\"(1,a)\"}"}},
    {"tstzrange", {"[\"2024-01-01 00:00:00+00\",)"}},
    {"numrange", {"empty", "(,1.5]"}},
    {"int4multirange", {"{[1,5),[7,9)}"}},
    {"box", {"(2,2),(1,1)"}},
    {"line", {"{1,2,3}"}},
    {"lseg", {"[(0,0),(1,1)]"}},
    {"path", {"[(0,0),(1,1)]"}},
    {"polygon", {"((0,0),(1,0),(1,1))"}},
    {"circle", {"<(0,0),1>"}},
    {"tsquery", {"'a' & 'b'"}},
    {"int2vector", {"1 2 3"}},
    {"moods", {"{sad,happy}"}},
    {"pg_lsn", {"16/B374D848"}},
    {"mood", {"happy"}},
    {"short_text", {"abc"}},
    {"positive", {"7"}},
    {"three_bits", {"101"}},
    {"short_interval", {"5"}},
    {"any_case", {"MiXed"}},
};

struct WriterCase {
  const char* name;
  const char* copy_min_rows;
  bool with_text_only;  // one more column without a binary form makes the whole COPY text
};
constexpr WriterCase kWriters[] = {{"COPY", "1", false}, {"COPY text", "1", true}, {"unnest", "1000000", false}};

class TableSinkTypes : public TableSinkTest {
 protected:
  TableSinkTypes() {
    client.run("SET timezone = 'UTC'; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN short_text AS "
               "varchar(3); "
               "CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE TYPE pair AS (number integer, word text); "
               "CREATE DOMAIN moods AS mood[]; CREATE DOMAIN three_bits AS bit(3); CREATE DOMAIN two_bits AS varbit(2)[]; "
               "CREATE DOMAIN short_interval AS interval minute; CREATE EXTENSION IF NOT EXISTS citext SCHEMA public; CREATE EXTENSION "
               "IF NOT EXISTS hstore SCHEMA public; CREATE EXTENSION IF NOT EXISTS ltree SCHEMA public; SET "
               "search_path = " + schema + ", public; CREATE DOMAIN any_case AS citext; CREATE DOMAIN properties AS hstore");
  }
  // Writes these values into a column and reads them back as text, in order.
  std::vector<std::string> written(const std::string& type, const WriterCase& writer,
                                   const std::vector<sinkway_value>& values, Entries more = {}) {
    client.run("DROP TABLE IF EXISTS weather; DROP TABLE IF EXISTS sinkway_offsets");
    client.run("CREATE TABLE weather (n bigint, x " + type + ", filler inet)");
    more.emplace_back("copy.min.rows", writer.copy_min_rows);
    SinkTask& task = open_task(std::move(more), with_parameter(postgres_uri(), "options=-csearch_path%3D" + schema +
                                                                                   "%2Cpublic"));
    SampleBatch& made = batch();
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::vector<std::pair<std::string,
          sinkway_value>> fields{{"n", value_of(SINKWAY_INT64, static_cast<std::int64_t>(i))}, {"x", values[i]}};
      if (writer.with_text_only) fields.emplace_back("filler", text_value("10.0.0.1"));
      made.add("weather", 0, static_cast<std::int64_t>(i), made.object(fields));
    }
    made.cover("weather", 0, 0, static_cast<std::int64_t>(values.size()));
    const Told told = task.put(made);
    EXPECT_EQ(told.code, SINKWAY_OK) << type << " by " << writer.name << ": " << told.reason;
    for (const auto& errant : task.host.errants()) ADD_FAILURE() << type << " by " << writer.name << ": " <<
        errant.reason;
    end_tasks();
    std::vector<std::string> texts;
    for (const auto& row : client.rows("SELECT x::text FROM weather ORDER BY n")) texts.push_back(row[0]);
    return texts;
  }
  std::string as_the_server_says(const std::string& type, const std::string& literal) {
    return client.cell("SELECT (" + literal + "::" + type + ")::text");
  }
  static std::string literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
  }
};

TEST_F(TableSinkTypes, are_made_from_text_as_the_server_makes_them) {
  for (const TypeCase& one : kTypes) {
    std::vector<sinkway_value> values;
    std::vector<std::string> expected;
    for (const char* text : one.texts) {
      values.push_back(text_value(text));
      expected.push_back(as_the_server_says(one.type, literal(text)));
    }
    values.push_back(value_of(SINKWAY_NULL));
    expected.push_back("<null>");
    for (const WriterCase& writer : kWriters) EXPECT_EQ(written(one.type, writer, values), expected) << one.type <<
        " by " << writer.name;
  }
}

TEST_F(TableSinkTypes, are_made_from_typed_values) {
  struct Case {
    const char* type;
    sinkway_value value;
    const char* expected;
  };
  const Case cases[] = {
      {"boolean", value_of(SINKWAY_BOOL, 1), "true"},
      {"smallint", value_of(SINKWAY_INT8, -7), "-7"},
      {"integer", value_of(SINKWAY_INT64, 2'147'483'647), "2147483647"},
      {"bigint", value_of(SINKWAY_INT32, -1), "-1"},
      {"real", number_value(SINKWAY_FLOAT64, 0.5), "0.5"},
      {"double precision", number_value(SINKWAY_FLOAT64, 75.3), "75.3"},
      {"double precision", value_of(SINKWAY_INT64, 75), "75"},
      {"numeric", bytes_value(SINKWAY_DECIMAL, std::string_view("\xFF\x85", 2), 2), "-1.23"},
      {"numeric", value_of(SINKWAY_INT64, INT64_MIN), "-9223372036854775808"},
      {"money", number_value(SINKWAY_FLOAT64, 100'000), "$100,000.00"},
      {"interval", number_value(SINKWAY_FLOAT64, 100'000), "27:46:40"},
      {"text", number_value(SINKWAY_FLOAT64, 300'000), "300000"},
      {"text", number_value(SINKWAY_FLOAT32, 0.0001), "0.0001"},
      {"text", number_value(SINKWAY_FLOAT64, 1e15), "1e+15"},
      {"bytea", bytes_value(SINKWAY_BYTES, std::string_view("\x00\xFF", 2)), "\\x00ff"},
      {"date", value_of(SINKWAY_DATE, -1), "1969-12-31"},
      {"time", value_of(SINKWAY_TIME_MS, 86'399'999), "23:59:59.999"},
      {"time", value_of(SINKWAY_TIME_US, 1), "00:00:00.000001"},
      {"timestamp", value_of(SINKWAY_TIMESTAMP_MS, 1'767'225'600'123), "2026-01-01 00:00:00.123"},
      {"timestamp", value_of(SINKWAY_TIMESTAMP_US, -1), "1969-12-31 23:59:59.999999"},
      {"timestamptz", value_of(SINKWAY_TIMESTAMP_MS, 0), "1970-01-01 00:00:00+00"},
  };
  for (const Case& one : cases) {
    for (const WriterCase& writer : kWriters) {
      EXPECT_EQ(written(one.type, writer, {one.value}), std::vector<std::string>{one.expected}) << one.type << " by " <<
          writer.name;
    }
  }
}

TEST_F(TableSinkTypes, are_made_from_values_with_parts) {
  SampleBatch& kept = batch();
  const auto object = [&](const std::vector<std::pair<std::string, sinkway_value>>& fields) {
    return kept.object(fields);
  };
  const auto list = [&](std::vector<sinkway_value> items) { return kept.items(SINKWAY_ARRAY, std::move(items)); };
  const sinkway_value one = value_of(SINKWAY_INT32, 1), null = value_of(SINKWAY_NULL);
  struct Case {
    const char* type;
    sinkway_value value;
    const char* expected;
  };
  const Case cases[] = {
      {"integer[]", list({one, null}), "{1,NULL}"},
      {"integer[]", list({list({one, one}), list({one, null})}), "{{1,1},{1,NULL}}"},
      {"integer[]", list({}), "{}"},
      {"text[]", list({text_value("a \"b\""), one}), "{\"a \\\"b\\\"\",1}"},
      {"timestamptz[]", list({value_of(SINKWAY_TIMESTAMP_MS, 0)}), "{\"1970-01-01 00:00:00+00\"}"},
      {"mood[]", list({text_value("sad")}), "{sad}"},
      {"inet[]", list({text_value("10.0.0.1"), null}), "{10.0.0.1,NULL}"},
      {"jsonb[]", list({list({one}), object({{"a", one}})}), "{[1],\"{\\\"a\\\": 1}\"}"},
      {"bytea[]", list({bytes_value(SINKWAY_BYTES, std::string_view("\x00\xFF", 2))}), "{\"\\\\x00ff\"}"},
      {"jsonb", object({{"a", list({one, null})}}), "{\"a\": [1, null]}"},
      {"json", list({one}), "[1]"},
      {"text", object({{"a", one}}), "{\"a\":1}"},
      {"hstore", object({{"a", one}, {"b", null}}), "\"a\"=>\"1\", \"b\"=>NULL"},
      {"pair", object({{"word", text_value("a b")}, {"number", one}}), "(1,\"a b\")"},
      {"pair", list({one, null}), "(1,)"},
      {"pair", list({number_value(SINKWAY_FLOAT64, 100'000), null}), "(100000,)"},
      {"properties", object({{"a", one}}), "\"a\"=>\"1\""},
      {"pair[]", list({object({{"word", text_value("a")}, {"number", one}}), null}), "{\"(1,a)\",NULL}"},
      {"hstore[]", list({object({{"a", one}})}), "{\"\\\"a\\\"=>\\\"1\\\"\"}"},
      {"short_text[]", list({text_value("abc"), null}), "{abc,NULL}"},
      {"interval[]", list({text_value("1 day")}), "{\"1 day\"}"},
      {"box[]", list({text_value("(1,1),(0,0)"), text_value("(3,3),(2,2)")}), "{(1,1),(0,0);(3,3),(2,2)}"},
      {"point", object({{"x", number_value(SINKWAY_FLOAT64, 1.5)}, {"y", one}}), "(1.5,1)"},
      {"bit(1)", value_of(SINKWAY_BOOL, 1), "1"},
      {"int4range", text_value("[1,5)"), "[1,5)"},
      {"xml", text_value("<a/>"), "<a/>"},
  };
  for (const Case& each : cases) {
    for (const WriterCase& writer : kWriters) {
      EXPECT_EQ(written(each.type, writer, {each.value}), std::vector<std::string>{each.expected}) << each.type <<
          " by " << writer.name;
    }
  }
}

// A cast to the domain would cut them, or fill them up.
TEST_F(TableSinkTypes, that_a_domain_is_too_short_or_too_long_for_are_refused) {
  const std::pair<const char*, const char*> cases[] = {{"three_bits", "10"}, {"three_bits", "1010"}, {"two_bits", "{1,101}"},
                                                       {"short_text", "abcd"}};
  for (const auto& [type, text] : cases) {
    for (const WriterCase& writer : kWriters) {
      const std::string where = std::string(type) + " by " + writer.name;
      client.run("DROP TABLE IF EXISTS weather, sinkway_offsets; CREATE TABLE weather (x " + std::string(type) + ", filler inet)");
      SinkTask& task = open_task({{"copy.min.rows", writer.copy_min_rows}},
                                 with_parameter(postgres_uri(), "options=-csearch_path%3D" + schema + "%2Cpublic"));
      SampleBatch& made = batch();
      std::vector<std::pair<std::string, sinkway_value>> fields{{"x", text_value(text)}};
      if (writer.with_text_only) fields.emplace_back("filler", text_value("10.0.0.1"));
      made.add("weather", 0, 0, made.object(fields));
      made.cover("weather", 0, 0, 1);
      ASSERT_EQ(task.put(made).code, SINKWAY_OK) << where;
      EXPECT_EQ(client.rows("SELECT x::text FROM weather"), std::vector<std::vector<std::string>>()) << where;
      EXPECT_EQ(task.host.errants().size(), 1U) << where;
      end_tasks();
    }
  }
}

TEST_F(TableSinkTypes, of_time_follow_hints_and_the_zone) {
  struct Case {
    const char* type;
    sinkway_value value;
    const char* expected;
  };
  const Case cases[] = {
      {"timestamptz", text_value("2026/07/01 12:00:00"), "2026-07-01 10:00:00+00"},
      {"timestamp", text_value("2026/07/01 12:00:00"), "2026-07-01 12:00:00"},
      {"timestamp", value_of(SINKWAY_TIMESTAMP_MS, 0), "1970-01-01 01:00:00"},
      {"timestamptz", value_of(SINKWAY_TIMESTAMP_MS, 0), "1970-01-01 00:00:00+00"},
      {"date", text_value("2026/07/01 12:00:00"), "2026-07-01"},
  };
  for (const Case& each : cases) {
    for (const WriterCase& writer : kWriters) {
      const Entries options = {{"type.hints", "x:yyyy/MM/dd HH:mm:ss"}, {"use.time.zone", "Europe/Berlin"}};
      EXPECT_EQ(written(each.type, writer, {each.value}, options), std::vector<std::string>{each.expected}) <<
          each.type << " by " << writer.name;
    }
  }
}

// What no IANA file of ours decides: the server reads the same wall clock in the same zone.
TEST_F(TableSinkTypes, of_time_are_read_in_a_zone_as_the_server_reads_them) {
  std::vector<sinkway_value> values;
  std::vector<std::string> expected;
  client.run("SET timezone = 'Europe/Berlin'");
  const char* texts[] = {"1900-01-01 00:00:00", "1945-05-24 03:00:00", "1980-04-06 02:30:00", "2026-03-29 01:59:59",
                         "2026-03-29 02:30:00", "2026-03-29 03:00:00", "2026-10-25 02:30:00", "2026-10-25 03:00:00",
                         "2037-12-31 12:00:00", "2100-07-01 12:00:00", "0001-01-01 00:00:00"};
  for (const char* text : texts) {
    values.push_back(text_value(text));
    expected.push_back(client.cell("SELECT extract(epoch FROM '" + std::string(text) + "'::timestamptz)::text"));
  }
  client.run("SET timezone = 'UTC'");
  (void)written("timestamptz", kWriters[0], values, {{"db.timezone", "Europe/Berlin"}});
  std::vector<std::string> moments;
  for (const auto& row : client.rows("SELECT extract(epoch FROM x)::text FROM weather ORDER BY n"))
    moments.push_back(row[0]);
  EXPECT_EQ(moments, expected);
}

TEST_F(TableSinkTypes, of_the_weather_table_take_what_the_producer_sends) {
  for (const WriterCase& writer : {kWriters[0], kWriters[2]}) {
    client.run("DROP TABLE IF EXISTS weather; DROP TABLE IF EXISTS sinkway_offsets; CREATE TABLE weather (id "
               "VARCHAR(100), location "
               "VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)");
    SinkTask& task = open_task({{"copy.min.rows", writer.copy_min_rows}});
    SampleBatch& made = batch();
    made.add("weather", 0, 0,
             made.object({{"ID", text_value("A_1")}, {"LOCATION", text_value("Alachua")},
                          {"TEMPERATURE", number_value(SINKWAY_FLOAT64, 75.3)},
                          {"HUMIDITY", number_value(SINKWAY_FLOAT64, 60.1)},
                              {"TM", text_value("2026-01-01 12:34:56.7")}}));
    made.cover("weather", 0, 0, 1);
    ASSERT_EQ(task.put(made).code, SINKWAY_OK);
    EXPECT_EQ(client.rows("SELECT * FROM weather"),
              (std::vector<std::vector<std::string>>{{"A_1", "Alachua", "75.3", "60.1", "2026-01-01 12:34:56.7"}}));
  }
}

TEST_F(TableSinkTypes, of_columns_that_no_field_fills_have_their_defaults) {
  client.run("CREATE TABLE weather (id bigint, note text, serial_no int GENERATED ALWAYS AS IDENTITY, twice bigint "
             "GENERATED ALWAYS AS "
             "(id * 2) STORED, made text DEFAULT 'by default', seen timestamptz NOT NULL DEFAULT now())");
  for (const char* copy_min_rows : {"1", "1000000"}) {
    client.run("DROP TABLE IF EXISTS sinkway_offsets; TRUNCATE weather RESTART IDENTITY");
    SinkTask& task = open_task({{"copy.min.rows", copy_min_rows}});
    ASSERT_EQ(task.put(notes(0, 2)).code, SINKWAY_OK);
    EXPECT_EQ(client.rows("SELECT id, serial_no, twice, made FROM weather ORDER BY id"),
              (std::vector<std::vector<std::string>>{{"0", "1", "0", "by default"}, {"1", "2", "2", "by default"}}));
  }
}

TEST_F(TableSinkTypes, of_absent_fields_have_their_defaults_and_null_stays_null) {
  client.run("CREATE TABLE weather (id bigint, note text DEFAULT 'by default')");
  SinkTask& task = open_task();
  SampleBatch& made = batch();
  const sinkway_value notes_of[] = {text_value("told"), value_of(SINKWAY_NULL), value_of(SINKWAY_ABSENT)};
  for (int i = 0; i < 3; ++i) made.add("weather", 0, i,
                                       made.object({{"id", value_of(SINKWAY_INT64, i)}, {"note", notes_of[i]}}));
  made.cover("weather", 0, 0, 3);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_EQ(client.rows("SELECT note FROM weather ORDER BY id"),
            (std::vector<std::vector<std::string>>{{"told"}, {"<null>"}, {"by default"}}));
}

// The catalog tells no default of a view: those of its table come with the columns that are left out.
TEST_F(TableSinkTypes, of_absent_fields_have_their_defaults_behind_a_view) {
  client.run("CREATE TABLE base (id bigint, note text NOT NULL DEFAULT 'by default'); CREATE VIEW weather AS SELECT * FROM base");
  SinkTask& task = open_task();
  SampleBatch& made = batch();
  const sinkway_value notes_of[] = {text_value("told"), value_of(SINKWAY_ABSENT)};
  for (int i = 0; i < 2; ++i) made.add("weather", 0, i, made.object({{"id", value_of(SINKWAY_INT64, i)}, {"note", notes_of[i]}}));
  made.cover("weather", 0, 0, 2);
  ASSERT_EQ(task.put(made).code, SINKWAY_OK);
  EXPECT_TRUE(task.host.errants().empty());
  EXPECT_EQ(client.rows("SELECT note FROM base ORDER BY id"), (std::vector<std::vector<std::string>>{{"told"}, {"by default"}}));
}

TEST_F(TableSinkTypes, reach_views_rules_partitions_and_secured_tables_by_the_writer_that_is_allowed) {
  client.run("CREATE TABLE base (id bigint, note text); CREATE VIEW seen AS SELECT * FROM base; "
             "CREATE TABLE parts (id bigint, note text) PARTITION BY RANGE (id); CREATE TABLE part_one PARTITION OF "
             "parts DEFAULT; "
             "CREATE TABLE ruled (id bigint, note text); CREATE RULE r AS ON INSERT TO ruled WHERE NEW.id < 0 DO "
             "INSTEAD NOTHING");
  for (const char* name : {"seen", "parts", "ruled"}) {
    SinkTask& task = make_task({{"copy.min.rows", "1"}});
    ASSERT_EQ(task.open(topic(name), {0}).code, SINKWAY_OK);
    SampleBatch& made = batch();
    for (int i = -1; i < 4; ++i) made.add(name, 0, i + 1, note(made, i));
    made.cover(name, 0, 0, 5);
    const Told told = task.put(made);
    ASSERT_EQ(told.code, SINKWAY_OK) << name << ": " << told.reason;
    EXPECT_EQ(counts(name).first, std::string_view(name) == "ruled" ? 4 : 5) << name;
  }
}

}  // namespace
}  // namespace sinkway::test
