#include "plugins/table/rows/column_rules.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/rows/row_encoder.hpp"
#include "plugins/table/rows/value_encoder.hpp"
#include "plugins/table/rows/binder.hpp"
#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using test::float64_value;
using test::int64_value;
using test::integer_value;

test::ValueArena& arena() {
  static test::ValueArena values;
  return values;
}
sinkway_value text(std::string_view body) { return arena().text(body); }

Column column(std::uint32_t type, std::int32_t typmod = -1) {
  Column made;
  made.name = "x";
  made.type = made.base_type = type;
  made.typmod = typmod;
  return made;
}
Column array_of(std::uint32_t element) {
  Column made = column(99'999);
  made.type_class = TypeClass::array;
  made.element_type = element;
  made.element_class = TypeClass::base;
  return made;
}

// The text of the value in that column, or the id of the fault.
std::string printed(const ColumnType& type, const sinkway_value& value) {
  ByteBuffer payload, out;
  const Fault fault = encode(value, type, payload);
  if (fault != Fault::none) return std::string(id_of(fault));
  print_payload(payload.view(), type, out);
  return std::string(out.view());
}

std::string hinted(const Column& column, const std::string& hint, const sinkway_value& value,
                   const std::string& zone = "UTC") {
  ColumnOptions options;
  if (!hint.empty()) options.hints = {{"X", hint}};
  options.time_zone = zone;
  const ColumnRules rules(options);
  return printed(rules.type_of(column), value);
}

struct Hinted {
  std::uint32_t type;
  const char* hint;
  sinkway_value value;
  const char* printed;
};

TEST(TypeHints, SayHowValuesAreRead) {
  for (const auto& [type, hint, value, wanted] : {
           Hinted{oid::kTimestamptz, "epoch_s", int64_value(1'714'564'800), "2024-05-01 12:00:00+00"},
           Hinted{oid::kTimestamp, "epoch_s", float64_value(1'714'564'800.25), "2024-05-01 12:00:00.250000"},
           Hinted{oid::kTimestamp, "epoch_s", text("1714564800.1234565"), "2024-05-01 12:00:00.123457"},
           Hinted{oid::kTimestamp, "epoch_s", text("-0.5"), "1969-12-31 23:59:59.500000"},
           Hinted{oid::kTimestamp, "epoch_s", arena().decimal({0x05}, 1), "1970-01-01 00:00:00.500000"},
           Hinted{oid::kTimestamptz, "epoch_ms", int64_value(-1), "1969-12-31 23:59:59.999000+00"},
           Hinted{oid::kTimestamptz, "epoch_ms", text("1714564800000"), "2024-05-01 12:00:00+00"},
           Hinted{oid::kTimestamptz, "epoch_ms", text("2024-05-01T12:00:00+02"), "2024-05-01 10:00:00+00"},
           Hinted{oid::kTimestamp, "epoch_us", int64_value(1), "1970-01-01 00:00:00.000001"},
           Hinted{oid::kTimestamp, "epoch_ns", int64_value(1'500), "1970-01-01 00:00:00.000002"},
           Hinted{oid::kTimestamp, "epoch_ns", int64_value(-1'501), "1969-12-31 23:59:59.999998"},
           Hinted{oid::kDate, "epoch_s", int64_value(-1), "1969-12-31"},
           Hinted{oid::kTime, "epoch_s", int64_value(86'400 + 3'661), "01:01:01"},
           Hinted{oid::kText, "epoch_ms", int64_value(0), "1970-01-01 00:00:00"},
           Hinted{oid::kInt8, "epoch_ms", int64_value(5), "5"},
           Hinted{oid::kTimestamp, "epoch_s", int64_value(INT64_MAX), "table.out_of_range"},
           Hinted{oid::kTimestamp, "epoch_s", text("1e300"), "table.out_of_range"},
           Hinted{oid::kTimestamp, "epoch_s", float64_value(NAN), "table.nonfinite"},
           Hinted{oid::kTimestamp, "epoch_s", text("soon"), "table.bad_format"},
           Hinted{oid::kTimestamp, "yyyy/MM/dd HH:mm:ss", text("2024/05/01 12:00:00"), "2024-05-01 12:00:00"},
           Hinted{oid::kTimestamptz, "dd.MM.yyyy HH:mm xxx", text("01.05.2024 12:00 +02:00"), "2024-05-01 10:00:00+00"},
           Hinted{oid::kDate, "yyyyMMdd", int64_value(20'240'501), "2024-05-01"},
           Hinted{oid::kTime, "h:mm a", text("1:05 PM"), "13:05:00"},
           Hinted{oid::kText, "d.M.yyyy", text("1.5.2024"), "2024-05-01 00:00:00"},
           Hinted{oid::kTimestamp, "yyyy", text("x"), "table.bad_format"},
           Hinted{oid::kTimestamp, "yyyy", integer_value(SINKWAY_TIMESTAMP_MS, 0), "1970-01-01 00:00:00"},
           Hinted{oid::kBytea, "base64", text("AP8="), "\\x00ff"}, Hinted{oid::kBytea, "base64", text("AP8"), "\\x00ff"},
           Hinted{oid::kBytea, "base64", text("_-8\r\n="), "\\xffef"}, Hinted{oid::kBytea, "base64", text(""), "\\x"},
           Hinted{oid::kBytea, "base64", text("AAAA"), "\\x000000"},
           Hinted{oid::kBytea, "base64", text("A"), "table.bad_format"},
           Hinted{oid::kBytea, "base64", text("QUJD\xc3\xa9"), "table.bad_format"},
           Hinted{oid::kBytea, "base64", text("A*A="), "table.bad_format"},
           Hinted{oid::kBytea, "base64", arena().bytes({1}), "\\x01"},
           Hinted{oid::kBytea, "hex", text("00FF"), "\\x00ff"}, Hinted{oid::kBytea, "hex", text("0x00ff"), "\\x00ff"},
           Hinted{oid::kBytea, "hex", text("0"), "table.bad_format"},
           Hinted{oid::kText, "base64", text("AP8="), "AP8="},
           Hinted{oid::kInt8, "unsigned", integer_value(SINKWAY_INT32, -1), "4294967295"},
           Hinted{oid::kInt4, "unsigned", integer_value(SINKWAY_INT16, -1), "65535"},
           Hinted{oid::kInt2, "unsigned", integer_value(SINKWAY_INT8, -128), "128"},
           Hinted{oid::kNumeric, "unsigned", int64_value(-1), "18446744073709551615"},
           Hinted{oid::kText, "unsigned", int64_value(INT64_MIN), "9223372036854775808"},
           Hinted{oid::kInt8, "unsigned", int64_value(-1), "table.out_of_range"},
           Hinted{oid::kInt8, "unsigned", int64_value(7), "7"}})
    EXPECT_EQ(hinted(column(type), hint, value), wanted) << type << " " << hint;
}

TEST(TypeHints, AreForTheElementsOfArrays) {
  EXPECT_EQ(hinted(array_of(oid::kTimestamp), "epoch_s", arena().array({int64_value(0), test::null_value()})),
            "{\"1970-01-01 00:00:00\",NULL}");
}

TEST(TypeHints, LeaveOtherColumnsAlone) {
  Column other = column(oid::kTimestamp);
  other.name = "y";
  EXPECT_EQ(hinted(other, "epoch_s", int64_value(1'000)), "1970-01-01 00:00:01");
}

TEST(TypeHints, OfConfluentsListAreMilliseconds) {
  ColumnOptions options;
  options.timestamp_fields = {"x"};
  const ColumnRules rules(options);
  EXPECT_EQ(printed(rules.type_of(column(oid::kTimestamp)), text("1000")), "1970-01-01 00:00:01");
}

TEST(TypeHints, ThatAreNoneAreRefused) {
  for (const ColumnSetting& hint : {ColumnSetting{"", "epoch_ms"}, ColumnSetting{"x", "epoch"}, ColumnSetting{"x", "yyyy["}}) {
    ColumnOptions options;
    options.hints = {hint};
    try {
      const ColumnRules rules(options);
      ADD_FAILURE() << hint.word;
    } catch (const OptionError& error) {
      EXPECT_EQ(error.key(), "type.hints");
    }
  }
  ColumnOptions options;
  options.time_zone = "Nowhere/At_All";
  EXPECT_THROW(ColumnRules{options}, OptionError);
}

TEST(TimeZoneOption, IsForWhatHasNoZoneOfItsOwn) {
  for (const auto& [type, hint, value, wanted] : {
           Hinted{oid::kTimestamptz, "", text("2024-05-01 12:00:00"), "2024-05-01 10:00:00+00"},
           Hinted{oid::kTimestamptz, "", text("2024-05-01 12:00:00Z"), "2024-05-01 12:00:00+00"},
           Hinted{oid::kTimestamptz, "", integer_value(SINKWAY_TIMESTAMP_MS, 0), "1970-01-01 00:00:00+00"},
           Hinted{oid::kTimestamptz, "", integer_value(SINKWAY_DATE, 0), "1969-12-31 22:00:00+00"},
           Hinted{oid::kTimestamptz, "", text("infinity"), "infinity"},
           Hinted{oid::kTimestamptz, "yyyy/MM/dd", text("2024/05/01"), "2024-04-30 22:00:00+00"},
           Hinted{oid::kTimestamp, "", text("2024-05-01 12:00:00"), "2024-05-01 12:00:00"},
           Hinted{oid::kTimestamp, "", text("2024-05-01 12:00:00Z"), "2024-05-01 14:00:00"},
           Hinted{oid::kTimestamp, "", integer_value(SINKWAY_TIMESTAMP_US, 1), "1970-01-01 02:00:00.000001"},
           Hinted{oid::kTimestamp, "", int64_value(0), "1970-01-01 02:00:00"},
           Hinted{oid::kTimestamp, "", integer_value(SINKWAY_DATE, 0), "1970-01-01 00:00:00"},
           Hinted{oid::kTimestamp, "", text("-infinity"), "-infinity"},
           Hinted{oid::kTimestamp, "epoch_s", int64_value(0), "1970-01-01 02:00:00"},
           Hinted{oid::kTimestamp, "", text("bad"), "table.bad_format"},
           Hinted{oid::kDate, "", integer_value(SINKWAY_TIMESTAMP_MS, 82'800'000), "1970-01-02"},
           Hinted{oid::kDate, "", text("2024-05-01"), "2024-05-01"},
           Hinted{oid::kTime, "epoch_s", int64_value(0), "02:00:00"},
           Hinted{oid::kTime, "", int64_value(0), "table.wrong_type"},
           Hinted{oid::kDate, "", int64_value(0), "table.wrong_type"},
           Hinted{oid::kInt8, "", int64_value(0), "0"}})
    EXPECT_EQ(hinted(column(type), hint, value, "+02:00"), wanted) << type << " " << hint;
}

// A field of Debezium's, by the name of its schema.
std::string semantic(const Column& column, const char* name, const sinkway_value& value, const std::string& zone = "UTC") {
  ColumnOptions options;
  options.time_zone = zone;
  const ColumnRules rules(options);
  sinkway_schema schema{};
  schema.struct_size = sizeof schema;
  const std::string whole = std::string("io.debezium.") + name;
  schema.name = {whole.data(), whole.size()};
  return printed(rules.type_of(column, &schema), value);
}

struct Semantic {
  Column where;
  const char* name;
  sinkway_value value;
  const char* printed;
};

TEST(SemanticTypes, OfDebeziumGoIntoTheirColumns) {
  const auto object = [](const std::vector<std::string>& names, const std::vector<sinkway_value>& values) {
    return arena().object(arena().shape(names), values);
  };
  const std::vector<std::uint8_t> wkb = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0};
  for (const auto& [where, name, value, wanted] : {
           Semantic{column(oid::kDate), "time.Date", integer_value(SINKWAY_INT32, 19'844), "2024-05-01"},
           Semantic{column(oid::kTimestamp), "time.Date", integer_value(SINKWAY_INT32, 0), "1970-01-01 00:00:00"},
           Semantic{column(oid::kInt4), "time.Date", integer_value(SINKWAY_INT32, 19'844), "19844"},
           Semantic{column(oid::kText), "time.Date", integer_value(SINKWAY_INT32, 0), "1970-01-01"},
           Semantic{column(oid::kTime), "time.Time", integer_value(SINKWAY_INT32, 1), "00:00:00.001000"},
           Semantic{column(oid::kTime), "time.MicroTime", int64_value(1), "00:00:00.000001"},
           Semantic{column(oid::kTime), "time.NanoTime", int64_value(1'500), "00:00:00.000002"},
           Semantic{column(oid::kTimestamp), "time.Timestamp", int64_value(1), "1970-01-01 00:00:00.001000"},
           Semantic{column(oid::kTimestamp), "time.MicroTimestamp", int64_value(1), "1970-01-01 00:00:00.000001"},
           Semantic{column(oid::kTimestamptz), "time.NanoTimestamp", int64_value(1'000), "1970-01-01 00:00:00.000001+00"},
           Semantic{column(oid::kInt8), "time.MicroTimestamp", int64_value(1), "1"},
           Semantic{column(oid::kTimestamp), "time.MicroTimestamp", int64_value(9'223'372'036'825'200'000), "infinity"},
           Semantic{column(oid::kTimestamptz), "time.MicroTimestamp", int64_value(-9'223'372'036'832'400'000), "-infinity"},
           Semantic{column(oid::kTimestamptz), "time.ZonedTimestamp", text("2024-05-01T12:00:00.5+02:00"),
                    "2024-05-01 10:00:00.500000+00"},
           Semantic{column(oid::kTime), "time.ZonedTime", text("12:00:00Z"), "12:00:00"},
           Semantic{column(oid::kInterval), "time.Interval", text("P1DT2H"), "P1DT2H"},
           Semantic{column(oid::kInterval), "time.MicroDuration", int64_value(-90'061'000'001), "-25:01:01.000001"},
           Semantic{column(oid::kInterval), "time.NanoDuration", int64_value(1'000'000'000), "00:00:01"},
           Semantic{column(oid::kInt8), "time.MicroDuration", int64_value(5), "5"},
           Semantic{column(oid::kDate), "time.Year", integer_value(SINKWAY_INT32, 2'024), "2024-01-01"},
           Semantic{column(oid::kInt2), "time.Year", integer_value(SINKWAY_INT32, 2'024), "2024"},
           Semantic{column(oid::kUuid), "data.Uuid", text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
           Semantic{column(oid::kJsonb), "data.Json", text("{\"a\":1}"), "{\"a\":1}"},
           Semantic{column(142), "data.Xml", text("<a/>"), "<a/>"},
           Semantic{column(99'001), "data.Ltree", text("a.b"), "a.b"},
           Semantic{array_of(oid::kText), "data.EnumSet", text("a,b c"), "{\"a\",\"b c\"}"},
           Semantic{array_of(oid::kText), "data.EnumSet", text(""), "{}"},
           Semantic{array_of(oid::kText), "data.EnumSet", text("{a}"), "{\"a\"}"},
           Semantic{column(oid::kText), "data.EnumSet", text("a,b"), "a,b"},
           Semantic{column(oid::kBit, 10), "data.Bits", arena().bytes({0x05, 0x02}), "1000000101"},
           Semantic{column(oid::kVarbit), "data.Bits", arena().bytes({0x05}), "00000101"},
           Semantic{column(oid::kBit, 2), "data.Bits", arena().bytes({0x05}), "table.too_long"},
           Semantic{column(oid::kInt4), "data.Bits", arena().bytes({0x00, 0x01}), "256"},
           Semantic{column(oid::kBool), "data.Bits", arena().bytes({0x01}), "t"},
           Semantic{column(oid::kBytea), "data.Bits", arena().bytes({0x05}), "\\x05"},
           Semantic{column(oid::kNumeric), "data.VariableScaleDecimal",
                    object({"scale", "value"}, {integer_value(SINKWAY_INT32, 2), arena().bytes({0x04, 0xd2})}), "12.34"},
           Semantic{column(oid::kFloat8), "data.VariableScaleDecimal",
                    object({"scale", "value"}, {integer_value(SINKWAY_INT32, 1), arena().bytes({0x05})}), "0.5"},
           Semantic{column(oid::kNumeric), "data.VariableScaleDecimal", object({"scale"}, {int64_value(2)}),
                    "table.wrong_type"},
           Semantic{column(oid::kPoint), "data.geometry.Point",
                    object({"x", "y", "wkb", "srid"}, {float64_value(9), float64_value(9), arena().bytes(wkb),
                                                       test::null_value()}), "(1.5,-2)"},
           Semantic{column(oid::kPoint), "data.geometry.Point", object({"wkb"}, {arena().bytes({1, 2})}),
                    "table.bad_format"},
           Semantic{column(99'002), "data.geometry.Geometry",
                    object({"wkb", "srid"}, {arena().bytes({0x01, 0xab}), integer_value(SINKWAY_INT32, 4'326)}),
                    "SRID=4326;01ab"},
           Semantic{column(99'002), "data.geometry.Geography",
                    object({"wkb", "srid"}, {arena().bytes({0x01}), test::null_value()}), "01"}})
    EXPECT_EQ(semantic(where, name, value), wanted) << name << " into " << where.base_type;
}

TEST(SemanticTypes, WithoutAZoneAreWhatAClockShowed) {
  EXPECT_EQ(semantic(column(oid::kTimestamp), "time.MicroTimestamp", int64_value(0), "+02:00"), "1970-01-01 00:00:00");
  EXPECT_EQ(semantic(column(oid::kTimestamptz), "time.MicroTimestamp", int64_value(0), "+02:00"),
            "1969-12-31 22:00:00+00");
}

TEST(SemanticTypes, GiveWayToHints) {
  ColumnOptions options;
  options.hints = {{"x", "epoch_s"}};
  const ColumnRules rules(options);
  sinkway_schema schema{};
  constexpr std::string_view kName = "io.debezium.time.MicroTimestamp";
  schema.name = {kName.data(), kName.size()};
  EXPECT_EQ(printed(rules.type_of(column(oid::kTimestamp), &schema), int64_value(1)), "1970-01-01 00:00:01");
}

TEST(SemanticTypes, AreFoundInTheSchemaOfTheField) {
  static constexpr std::string_view kName = "io.debezium.time.Date";
  static const sinkway_schema kField = [] {
    sinkway_schema made{};
    made.name = {kName.data(), kName.size()};
    return made;
  }();
  const sinkway_schema* fields[] = {&kField};
  sinkway_schema schema{};
  schema.field_count = 1;
  schema.fields = fields;
  sinkway_shape shape = *arena().shape({"x"});
  shape.schema = &schema;
  Table table;
  table.columns = {column(oid::kDate)};
  Binder binder(table, {});
  RowFault fault;
  const Row row = plain_row(*arena().record(test::null_value(), arena().object(&shape, {integer_value(SINKWAY_INT32, 1)})));
  const Binding* binding = binder.bind(row, fault);
  ASSERT_NE(binding, nullptr);
  ByteBuffer out;
  ASSERT_TRUE(append_row(*binding, row, CopyFormat::text, out, fault));
  EXPECT_EQ(out.view(), "1970-01-02\n");
}

}  // namespace
}  // namespace sinkway::table
