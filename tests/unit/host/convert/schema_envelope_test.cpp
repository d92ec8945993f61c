#include <gtest/gtest.h>

#include "host/convert/json_converter.hpp"
#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

using test::Conversion;

Conversion with_schemas(bool null_is_default = true) {
  return Conversion(std::make_unique<JsonConverter>(JsonConverter::Options{.null_is_default = null_is_default}));
}

std::string envelope(std::string_view schema, std::string_view payload) {
  return fmt::format("{{\"schema\":{},\"payload\":{}}}", schema, payload);
}

struct Case {
  std::string_view schema, payload, outcome;
};

void hold(std::initializer_list<Case> cases, bool null_is_default = true) {
  Conversion conversion = with_schemas(null_is_default);
  // The second time the schema and the head of the record are known.
  for (int round = 0; round < 2; ++round)
    for (const Case& c : cases)
      EXPECT_EQ(conversion.outcome(envelope(c.schema, c.payload)), c.outcome) << c.schema << " " << c.payload;
}

// Five structs for each table: before, after, source, transaction and the envelope itself.
TEST(SchemaEnvelope, ManyTablesHaveManySchemas) {
  Conversion conversion = with_schemas();
  for (int table = 0; table < 400; ++table) {
    const auto part = [&](const char* field) {
      return fmt::format(R"({{"type":"struct","optional":true,"field":"{}","fields":[{{"type":"int32","optional":true,"field":"{}_{}"}}]}})",
                         field, field, table);
    };
    const std::string schema = fmt::format(R"({{"type":"struct","fields":[{},{},{},{}]}})", part("before"), part("after"), part("source"),
                                           part("transaction"));
    ASSERT_TRUE(conversion.outcome(envelope(schema, "{}")).starts_with("{before: absent")) << table << conversion.outcome(envelope(schema, "{}"));
  }
}

TEST(SchemaEnvelope, EachTypeTakesItsValuesAndRefusesOthers) {
  hold({{R"({"type":"boolean"})", "true", "true"},
        {R"({"type":"boolean"})", "1", "! json.type"},
        {R"({"type":"boolean"})", R"("true")", "! json.type"},
        {R"({"type":"int8"})", "127", "int8 127"},
        {R"({"type":"int8"})", "-128", "int8 -128"},
        {R"({"type":"int8"})", "128", "! json.range"},
        {R"({"type":"int16"})", "-32768", "int16 -32768"},
        {R"({"type":"int16"})", "32768", "! json.range"},
        {R"({"type":"int32"})", "2147483647", "int32 2147483647"},
        {R"({"type":"int32"})", "2147483648", "! json.range"},
        {R"({"type":"int32"})", "1.0", "int32 1"},
        {R"({"type":"int32"})", "1e2", "int32 100"},
        {R"({"type":"int32"})", "1.5", "! json.type"},
        {R"({"type":"int32"})", R"("5")", "! json.type"},
        {R"({"type":"int64"})", "9223372036854775807", "9223372036854775807"},
        {R"({"type":"int64"})", "9223372036854775808", "! json.range"},
        {R"({"type":"int64"})", "1e18", "1000000000000000000"},
        {R"({"type":"int64"})", "-9.2e18", "-9200000000000000000"},
        {R"({"type":"int64"})", "9.3e18", "! json.range"},
        {R"({"type":"float"})", "1.5", "float 1.5"},
        {R"({"type":"float"})", "1e39", "! json.range"},
        {R"({"type":"float"})", "1e-50", "float 0.0"},
        {R"({"type":"double"})", "1e-400", "0.0"},
        {R"({"type":"float"})", R"("NaN")", "float nan"},
        {R"({"type":"double"})", "75.3", "75.3"},
        {R"({"type":"double"})", "7", "7.0"},
        {R"({"type":"double"})", "1e309", "! json.range"},
        {R"({"type":"double"})", R"("-Infinity")", "-inf"},
        {R"({"type":"double"})", R"("1.5")", "! json.type"},
        {R"({"type":"string"})", R"("a\u0000b")", std::string_view("\"a\0b\"", 5)},
        {R"({"type":"string"})", R"("")", R"("")"},
        {R"({"type":"string"})", "5", "! json.type"},
        {R"({"type":"bytes"})", R"("AP8=")", "x'00ff'"},
        {R"({"type":"bytes"})", R"("")", "x''"},
        {R"({"type":"bytes"})", R"("AP8")", "! json.base64"},
        {R"({"type":"bytes"})", R"("A-8=")", "! json.base64"},
        {R"({"type":"bytes"})", R"("AP9=")", "! json.base64"},
        {R"({"type":"bytes"})", "7", "! json.type"}});
}

TEST(SchemaEnvelope, LogicalTypesHaveTheirOwnTags) {
  hold({{R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"}})", R"("AJY=")",
         "dec 1.50"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}})", R"("/2o=")", "dec -1.50"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}})", "12.345", "dec 12.345"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"0"}})",
         "123456789012345678901234567890", "dec 123456789012345678901234567890"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}})", R"("")", "! json.base64"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal"})", "1", "! json.schema"},
        {R"({"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"x"}})", "1", "! json.schema"},
        {R"({"type":"int32","name":"org.apache.kafka.connect.data.Date"})", "20454", "date 2026-01-01"},
        {R"({"type":"int32","name":"org.apache.kafka.connect.data.Date"})", "-1", "date 1969-12-31"},
        {R"({"type":"int32","name":"org.apache.kafka.connect.data.Date"})", "3000000000", "! json.range"},
        {R"({"type":"int32","name":"org.apache.kafka.connect.data.Time"})", "45001500", "time 12:30:01.5"},
        {R"({"type":"int32","name":"org.apache.kafka.connect.data.Time"})", "86400001", "! json.range"},
        {R"({"type":"int64","name":"org.apache.kafka.connect.data.Timestamp"})", "1767225600250", "ts 2026-01-01T00:00:00.25Z"},
        {R"({"type":"int64","name":"org.apache.kafka.connect.data.Timestamp"})", R"("2026-01-01")", "! json.type"},
        // A logical name on another base means nothing, nor does one that is not Connect's.
        {R"({"type":"int64","name":"org.apache.kafka.connect.data.Date"})", "5", "5"},
        {R"({"type":"int64","name":"io.debezium.time.MicroTimestamp"})", "5", "5"}});
}

TEST(SchemaEnvelope, ContainersAreReadByTheirParts) {
  hold({{R"({"type":"array","items":{"type":"int32"}})", "[1,2]", "[int32 1, int32 2]"},
        {R"({"type":"array","items":{"type":"int32"}})", "[]", "[]"},
        {R"({"type":"array","items":{"type":"int32"}})", "[1,null]", "! json.required"},
        {R"({"type":"array","items":{"type":"int32","optional":true}})", "[1,null]", "[int32 1, null]"},
        {R"({"type":"array","items":{"type":"int32"}})", "{}", "! json.type"},
        {R"({"type":"map","keys":{"type":"string"},"values":{"type":"int8"}})", R"({"a":1})", R"(<"a" = int8 1>)"},
        {R"({"type":"map","keys":{"type":"int32"},"values":{"type":"string"}})", R"([[1,"x"],[2,"y"]])",
         R"(<int32 1 = "x", int32 2 = "y">)"},
        {R"({"type":"map","keys":{"type":"int32"},"values":{"type":"string"}})", R"([[1]])", "! json.type"},
        {R"({"type":"map","keys":{"type":"int32"},"values":{"type":"string"}})", R"({"1":"x"})", "! json.type"},
        {R"({"type":"struct","fields":[{"field":"a","type":"int32"},{"field":"b","type":"string"}]})", R"({"b":"x","a":1,"c":[]})",
         R"({a: int32 1, b: "x"})"},
        {R"({"type":"struct","fields":[]})", "{}", "{}"},
        {R"({"type":"struct","fields":[{"field":"in","type":"struct","fields":[{"field":"x","type":"int8"}]}]})", R"({"in":{"x":1}})",
         "{in: {x: int8 1}}"},
        {R"({"type":"struct","fields":[{"field":"a","type":"int32"}]})", "[1]", "! json.type"}});
}

TEST(SchemaEnvelope, NullMissingAndDefaultStayDifferent) {
  constexpr std::string_view kSchema =
      R"({"type":"struct","fields":[{"field":"o","type":"int32","optional":true},{"field":"d","type":"int32","default":7}]})";
  hold({{kSchema, R"({"o":1,"d":2})", "{o: int32 1, d: int32 2}"},
        {kSchema, R"({"o":null,"d":null})", "{o: null, d: int32 7!}"},
        {kSchema, "{}", "{o: absent, d: int32 7!?}"},
        {R"({"type":"int32"})", "null", "! json.required"},
        {R"({"type":"int32","optional":true})", "null", "null"},
        {R"({"type":"int32","optional":true,"default":3})", "null", "int32 3!"},
        {R"({"type":"struct","fields":[{"field":"a","type":"int32"}]})", "{}", "! json.required"},
        {R"({"type":"struct","optional":true,"fields":[],"default":{}})", "null", "{}!"}});
}

TEST(SchemaEnvelope, NullStaysNullWhenTheUserWantsItSo) {
  constexpr std::string_view kSchema = R"({"type":"struct","fields":[{"field":"d","type":"int32","optional":true,"default":7}]})";
  hold({{kSchema, R"({"d":null})", "{d: null}"}, {kSchema, "{}", "{d: int32 7!?}"}}, false);
}

TEST(SchemaEnvelope, ANullSchemaMeansASchemalessPayload) {
  hold({{"null", R"({"a":1})", "{a: 1}"}, {"null", "null", "null"}, {"null", "[1.5]", "[1.5]"}});
}

TEST(SchemaEnvelope, WhatIsWrongWithASchemaIsSaid) {
  hold({{R"("int32")", "1", "! json.schema"},
        {"{}", "1", "! json.schema"},
        {R"({"type":"float64"})", "1", "! json.schema"},
        {R"({"type":5})", "1", "! json.schema"},
        {R"({"type":"int32","optional":"yes"})", "1", "! json.schema"},
        {R"({"type":"int32","version":1.5})", "1", "! json.schema"},
        {R"({"type":"array"})", "[]", "! json.schema"},
        {R"({"type":"map","keys":{"type":"string"}})", "{}", "! json.schema"},
        {R"({"type":"struct"})", "{}", "! json.schema"},
        {R"({"type":"struct","fields":[{"type":"int8"}]})", "{}", "! json.schema"},
        {R"({"type":"struct","fields":[{"field":"a","type":"int8"},{"field":"a","type":"int8"}]})", "{}", "! json.schema"},
        {R"({"type":"int8","default":300})", "1", "! json.range"}});
}

TEST(SchemaEnvelope, OnlyAnObjectOfTheTwoMembersIsAnEnvelope) {
  struct Text {
    std::string_view text, outcome;
  };
  const Text texts[] = {
      {"", "! json.empty"},
      {"{}", "! json.envelope"},
      {"[]", "! json.envelope"},
      {"5", "! json.envelope"},
      {R"({"schema":null})", "! json.envelope"},
      {R"({"payload":1})", "! json.envelope"},
      {R"({"schema":null,"payload":1,"more":2})", "! json.envelope"},
      {R"({"payload":1,"schema":null})", "1"},
      {R"( { "schema" : null , "payload" : 1 } )", "1"},
      {R"({"schema":null,"payload":1,"payload":2})", "2"},
      {R"({"schema":null,"payload":})", "! json.syntax"},
      {R"({"schema":null,"payload":1)", "! json.truncated"},
      {R"({"schema":null,"payload":1}})", "! json.trailing"},
      {R"({"schema":null,"payload":[1})", "! json.syntax"},
      {R"({"schema":null,"payload":[}]})", "! json.syntax"},
      {R"({"schema":null,"payload":{"a":"}"}})", R"({a: "}"})"},
      {R"({"schema":null,"payload":"a\"}"})", R"("a"}")"},
      {"{\"schema\":null,\"payload\":\"\xFF\"}", "! json.utf8"},
  };
  Conversion conversion = with_schemas();
  for (const auto& [text, outcome] : texts) EXPECT_EQ(conversion.outcome(text), outcome) << text;
}

TEST(SchemaEnvelope, ARecordThatBeginsLikeTheOneBeforeMayEndDifferently) {
  Conversion conversion = with_schemas();
  const std::string head = R"({"schema":{"type":"int32"},"payload":)";
  EXPECT_EQ(conversion.outcome(head + "1}"), "int32 1");
  EXPECT_EQ(conversion.outcome(head + "2 }"), "int32 2");
  EXPECT_EQ(conversion.outcome(head + "3} "), "int32 3");
  EXPECT_EQ(conversion.outcome(head + R"(4,"schema":{"type":"int8"}})"), "int8 4");
  EXPECT_EQ(conversion.outcome(head + R"(5,"more":6})"), "! json.envelope");
  EXPECT_EQ(conversion.outcome(head + "7"), "! json.truncated");
  EXPECT_EQ(conversion.outcome(head + "}"), "! json.syntax");
  EXPECT_EQ(conversion.outcome(head + "8}"), "int32 8");
}

TEST(SchemaEnvelope, TheSchemaOfARecordIsShownAsTheProducerWroteIt) {
  Conversion conversion = with_schemas();
  const std::string schema =
      R"({"type":"struct","name":"weather.Reading","version":3,"optional":true,"fields":[)"
      R"({"field":"t","type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},"optional":true},)"
      R"({"field":"tags","type":"map","keys":{"type":"string"},"values":{"type":"int64"}}]})";
  conversion.outcome(envelope(schema, R"({"t":1.5,"tags":{}})"));
  ASSERT_TRUE(conversion.last().ok());
  const Schema* const shown = conversion.last()->schema;
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(view(shown->name), "weather.Reading");
  EXPECT_EQ(shown->version, 3);
  EXPECT_EQ(shown->optional, 1);
  ASSERT_EQ(shown->field_count, 2U);
  EXPECT_EQ(view(shown->field_names[1]), "tags");
  EXPECT_EQ(shown->fields[0]->type, SINKWAY_BYTES);
  EXPECT_EQ(shown->fields[0]->scale, 2);
  EXPECT_EQ(shown->fields[1]->key_schema->type, SINKWAY_STRING);
  EXPECT_EQ(shown->fields[1]->element_schema->type, SINKWAY_INT64);
  EXPECT_EQ(conversion.last()->value.as.object->shape->schema, shown);
  // The same text means the same schema and shape, from however many records.
  conversion.outcome(envelope(schema, R"({"tags":{"a":1}})"));
  EXPECT_EQ(conversion.last()->schema, shown);
}

TEST(SchemaEnvelope, ErrorsLeadToTheField) {
  Conversion conversion = with_schemas();
  conversion.outcome(envelope(
      R"({"type":"struct","fields":[{"field":"in","type":"array","items":{"type":"struct","fields":[{"field":"x","type":"int8"}]}}]})",
      R"({"in":[{"x":1},{"x":"secret"}]})"));
  EXPECT_EQ(conversion.last().error().message(), "payload: in: item 1: x: the schema says int8, but here is a string");
}

TEST(SchemaEnvelope, TooManySchemasAreAnErrorThatSaysSo) {
  Conversion conversion = with_schemas();
  std::string outcome;
  for (std::size_t i = 0; i <= SchemaBook::kMostSchemas; ++i)
    outcome = conversion.outcome(envelope(fmt::format(R"({{"type":"int32","doc":"{}"}})", i), "1"));
  EXPECT_EQ(outcome, "! json.schemas");
  EXPECT_EQ(conversion.outcome(envelope(R"({"type":"int32","doc":"0"})", "1")), "int32 1");
}

TEST(SchemaEnvelope, LongSchemasAreAnErrorBeforeTheyFillTheMemory) {
  Conversion conversion = with_schemas();
  const std::string doc(SchemaBook::kMostBytes / 16, 'd');
  const auto nth = [&](int n) { return envelope(fmt::format(R"({{"type":"int32","doc":"{}{}"}})", doc, n), "1"); };
  std::string outcome = "int32 1";
  int n = 0;
  while (n < 17 && outcome == "int32 1") outcome = conversion.outcome(nth(n++));
  EXPECT_EQ(outcome, "! json.schemas");
  EXPECT_GE(n, 15);
  EXPECT_EQ(conversion.outcome(nth(0)), "int32 1");
}

}  // namespace
}  // namespace sinkway::convert
