#include "plugins/table/rows/value_encoder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/support/abi_values.hpp"

namespace sinkway::table {
namespace {

using test::bool_value;
using test::float32_value;
using test::float64_value;
using test::int64_value;
using test::integer_value;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    text += kHex[static_cast<unsigned char>(c) >> 4];
    text += kHex[static_cast<unsigned char>(c) & 0xf];
  }
  return text;
}

ColumnType typed(Encoding encoding, std::int32_t max_characters = -1) {
  ColumnType type;
  type.encoding = encoding;
  type.max_characters = max_characters;
  return type;
}

test::ValueArena& arena() {
  static test::ValueArena values;
  return values;
}
sinkway_value text(std::string_view body) { return arena().text(body); }

struct Good {
  Encoding encoding;
  sinkway_value value;
  std::string_view payload;  // hexadecimal
  std::string_view printed;
};

class GoodValue : public testing::TestWithParam<Good> {};

TEST_P(GoodValue, HasTheServersBytesAndTheSameText) {
  ByteBuffer payload, printed;
  ASSERT_EQ(encode(GetParam().value, typed(GetParam().encoding), payload), Fault::none);
  EXPECT_EQ(hex(payload.view()), GetParam().payload);
  print_payload(payload.view(), typed(GetParam().encoding), printed);
  EXPECT_EQ(printed.view(), GetParam().printed);
}

constexpr auto kMin64 = std::numeric_limits<std::int64_t>::min(), kMax64 = std::numeric_limits<std::int64_t>::max();

INSTANTIATE_TEST_SUITE_P(
    Integers, GoodValue,
    testing::Values(Good{Encoding::int2, int64_value(-32768), "8000", "-32768"},
                    Good{Encoding::int2, int64_value(32767), "7fff", "32767"},
                    Good{Encoding::int4, integer_value(SINKWAY_INT32, -1), "ffffffff", "-1"},
                    Good{Encoding::int4, int64_value(2147483647), "7fffffff", "2147483647"},
                    Good{Encoding::int4, float64_value(5.0), "00000005", "5"},
                    Good{Encoding::int4, text(" +42\n"), "0000002a", "42"},
                    Good{Encoding::int4, arena().decimal({0x01, 0xf4}, 2), "00000005", "5"},
                    Good{Encoding::int8, int64_value(kMin64), "8000000000000000", "-9223372036854775808"},
                    Good{Encoding::int8, int64_value(kMax64), "7fffffffffffffff", "9223372036854775807"},
                    Good{Encoding::int8, text("-9223372036854775808"), "8000000000000000", "-9223372036854775808"},
                    Good{Encoding::oid, int64_value(4294967295), "ffffffff", "4294967295"}));

INSTANTIATE_TEST_SUITE_P(
    Booleans, GoodValue,
    testing::Values(Good{Encoding::boolean, bool_value(true), "01", "t"},
                    Good{Encoding::boolean, bool_value(false), "00", "f"},
                    Good{Encoding::boolean, int64_value(1), "01", "t"},
                    Good{Encoding::boolean, text("TRUE"), "01", "t"}, Good{Encoding::boolean, text("of"), "00", "f"},
                    Good{Encoding::boolean, text(" n "), "00", "f"}));

INSTANTIATE_TEST_SUITE_P(
    Floats, GoodValue,
    testing::Values(Good{Encoding::float8, float64_value(71.5), "4051e00000000000", "71.5"},
                    Good{Encoding::float8, int64_value(2), "4000000000000000", "2"},
                    Good{Encoding::float8, float64_value(-0.0), "8000000000000000", "-0"},
                    Good{Encoding::float8, float64_value(std::numeric_limits<double>::max()), "7fefffffffffffff",
                         "1.7976931348623157e+308"},
                    Good{Encoding::float8, float64_value(5e-324), "0000000000000001", "5e-324"},
                    Good{Encoding::float8, text("NaN"), "7ff8000000000000", "NaN"},
                    Good{Encoding::float8, text("-Infinity"), "fff0000000000000", "-Infinity"},
                    Good{Encoding::float8, text("1e3"), "408f400000000000", "1000"},
                    Good{Encoding::float8, arena().decimal({0x04, 0xd2}, 2), "4028ae147ae147ae", "12.34"},
                    Good{Encoding::float4, float32_value(0.1F), "3dcccccd", "0.1"},
                    Good{Encoding::float4, float64_value(0.1), "3dcccccd", "0.1"},
                    Good{Encoding::float4, text("inf"), "7f800000", "Infinity"}));

INSTANTIATE_TEST_SUITE_P(
    Numerics, GoodValue,
    testing::Values(Good{Encoding::numeric, int64_value(0), "0000000000000000", "0"},
                    Good{Encoding::numeric, int64_value(12345), "000200010000000000010929", "12345"},
                    Good{Encoding::numeric, text("-12.50"), "0002000040000002000c1388", "-12.50"},
                    Good{Encoding::numeric, float64_value(0.1), "0001ffff0000000103e8", "0.1"},
                    Good{Encoding::numeric, float32_value(0.1F), "0001ffff0000000103e8", "0.1"},
                    Good{Encoding::numeric, arena().decimal({0x04, 0xd2}, 2), "0002000000000002000c0d48", "12.34"},
                    Good{Encoding::numeric, text("1e-8"), "0001fffe000000080001", "0.00000001"},
                    Good{Encoding::numeric, text("10000"), "00010001000000000001", "10000"},
                    Good{Encoding::numeric, text("nan"), "00000000c0000000", "NaN"},
                    Good{Encoding::numeric, text("-inf"), "00000000f0000000", "-Infinity"},
                    Good{Encoding::numeric, float64_value(INFINITY), "00000000d0000000", "Infinity"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, GoodValue,
    testing::Values(Good{Encoding::text, text(""), "", ""},
                    Good{Encoding::text, text("h\xc3\xa9"), "68c3a9", "h\xc3\xa9"},
                    Good{Encoding::text, int64_value(-7), "2d37", "-7"},
                    Good{Encoding::text, bool_value(true), "74727565", "true"},
                    Good{Encoding::text, float64_value(1.5), "312e35", "1.5"},
                    Good{Encoding::text, integer_value(SINKWAY_DATE, 0), "313937302d30312d3031", "1970-01-01"},
                    Good{Encoding::text, arena().array({int64_value(1), test::null_value()}), "5b312c6e756c6c5d",
                         "[1,null]"},
                    Good{Encoding::jsonb, text("{}"), "017b7d", "{}"},
                    Good{Encoding::jsonb, arena().array({}), "015b5d", "[]"},
                    Good{Encoding::text_only, text("10.0.0.1/8"), "31302e302e302e312f38", "10.0.0.1/8"}));

INSTANTIATE_TEST_SUITE_P(
    BytesAndUuids, GoodValue,
    testing::Values(Good{Encoding::bytea, arena().bytes({0x00, 0xff}), "00ff", "\\x00ff"},
                    Good{Encoding::bytea, text("\\x0A 1b"), "0a1b", "\\x0a1b"},
                    Good{Encoding::bytea, text("a\\\\b\\001"), "615c6201", "\\x615c6201"},
                    Good{Encoding::bytea, arena().bytes({}), "", "\\x"},
                    Good{Encoding::uuid, text("{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}"),
                         "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
                    Good{Encoding::uuid, arena().bytes(std::vector<std::uint8_t>(16, 0xab)),
                         "abababababababababababababababab", "abababab-abab-abab-abab-abababababab"}));

INSTANTIATE_TEST_SUITE_P(
    Times, GoodValue,
    testing::Values(Good{Encoding::timestamp, text("2000-01-01 00:00:01"), "00000000000f4240", "2000-01-01 00:00:01"},
                    Good{Encoding::timestamp, int64_value(946'684'800'001), "00000000000003e8",
                         "2000-01-01 00:00:00.001000"},
                    Good{Encoding::timestamptz, integer_value(SINKWAY_TIMESTAMP_US, 946'684'800'000'001),
                         "0000000000000001", "2000-01-01 00:00:00.000001+00"},
                    Good{Encoding::timestamp, integer_value(SINKWAY_DATE, 10'957), "0000000000000000",
                         "2000-01-01 00:00:00"},
                    Good{Encoding::date, integer_value(SINKWAY_DATE, 10'958), "00000001", "2000-01-02"},
                    Good{Encoding::date, integer_value(SINKWAY_TIMESTAMP_MS, 946'684'799'999), "ffffffff",
                         "1999-12-31"},
                    Good{Encoding::date, text("infinity"), "7fffffff", "infinity"},
                    Good{Encoding::time, integer_value(SINKWAY_TIME_MS, 1), "00000000000003e8", "00:00:00.001000"},
                    Good{Encoding::time, integer_value(SINKWAY_TIME_US, 86'400'000'000), "000000141dd76000",
                         "24:00:00"},
                    Good{Encoding::time, text("00:00"), "0000000000000000", "00:00:00"}));

struct Bad {
  Encoding encoding;
  sinkway_value value;
  Fault fault;
};

class BadValue : public testing::TestWithParam<Bad> {};

TEST_P(BadValue, IsRefusedWithItsReason) {
  ByteBuffer payload;
  EXPECT_EQ(encode(GetParam().value, typed(GetParam().encoding), payload), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, BadValue,
    testing::Values(Bad{Encoding::int2, int64_value(32768), Fault::out_of_range},
                    Bad{Encoding::int4, int64_value(-2147483649), Fault::out_of_range},
                    Bad{Encoding::int8, text("9223372036854775808"), Fault::out_of_range},
                    Bad{Encoding::int4, text("1.0"), Fault::bad_format},
                    Bad{Encoding::int4, text(""), Fault::bad_format},
                    Bad{Encoding::int4, text("+-1"), Fault::bad_format},
                    Bad{Encoding::int4, text("12x"), Fault::bad_format},
                    Bad{Encoding::int4, float64_value(1.5), Fault::inexact},
                    Bad{Encoding::int8, float64_value(9.3e18), Fault::out_of_range},
                    Bad{Encoding::int8, float64_value(NAN), Fault::nonfinite},
                    Bad{Encoding::int4, bool_value(true), Fault::wrong_type},
                    Bad{Encoding::int8, integer_value(SINKWAY_TIMESTAMP_MS, 1), Fault::wrong_type},
                    Bad{Encoding::oid, int64_value(-1), Fault::out_of_range},
                    Bad{Encoding::boolean, int64_value(2), Fault::out_of_range},
                    Bad{Encoding::boolean, text("o"), Fault::bad_format},
                    Bad{Encoding::boolean, float64_value(1), Fault::wrong_type},
                    Bad{Encoding::float8, text("1e999"), Fault::out_of_range},
                    Bad{Encoding::float8, text("1,5"), Fault::bad_format},
                    Bad{Encoding::float8, text("-nan"), Fault::bad_format},
                    Bad{Encoding::float8, bool_value(true), Fault::wrong_type},
                    Bad{Encoding::float4, float64_value(1e39), Fault::out_of_range},
                    Bad{Encoding::float4, float64_value(1e-50), Fault::out_of_range},
                    Bad{Encoding::numeric, text("abc"), Fault::bad_format},
                    Bad{Encoding::numeric, bool_value(true), Fault::wrong_type},
                    Bad{Encoding::numeric, text("1e200000"), Fault::out_of_range},
                    Bad{Encoding::text, text(std::string_view("a\0b", 3)), Fault::nul},
                    Bad{Encoding::text, arena().bytes({0xc3}), Fault::bad_utf8},
                    Bad{Encoding::jsonb, text(std::string_view("\0", 1)), Fault::nul},
                    Bad{Encoding::bytea, int64_value(1), Fault::wrong_type},
                    Bad{Encoding::bytea, text("\\x0"), Fault::bad_format},
                    Bad{Encoding::bytea, text("\\9"), Fault::bad_format},
                    Bad{Encoding::uuid, text("a0eebc99"), Fault::bad_format},
                    Bad{Encoding::uuid, text("{a0eebc999c0b4ef8bb6d6bb9bd380a11"), Fault::bad_format},
                    Bad{Encoding::uuid, arena().bytes({1}), Fault::bad_format},
                    Bad{Encoding::uuid, int64_value(1), Fault::wrong_type},
                    Bad{Encoding::timestamp, float64_value(1), Fault::wrong_type},
                    Bad{Encoding::timestamp, int64_value(kMax64), Fault::out_of_range},
                    Bad{Encoding::timestamp, integer_value(SINKWAY_DATE, 2'145'042'905), Fault::out_of_range},
                    Bad{Encoding::timestamp, text("soon"), Fault::bad_format},
                    Bad{Encoding::date, int64_value(1), Fault::wrong_type},
                    Bad{Encoding::date, integer_value(SINKWAY_DATE, kMax64), Fault::out_of_range},
                    Bad{Encoding::time, integer_value(SINKWAY_TIME_MS, 86'400'001), Fault::out_of_range},
                    Bad{Encoding::time, integer_value(SINKWAY_TIME_MS, kMax64), Fault::out_of_range},
                    Bad{Encoding::time, integer_value(SINKWAY_TIME_US, -1), Fault::out_of_range},
                    Bad{Encoding::time, integer_value(SINKWAY_TIME_MS, kMin64), Fault::out_of_range},
                    Bad{Encoding::text, integer_value(SINKWAY_TIME_MS, kMin64), Fault::out_of_range},
                    Bad{Encoding::text, integer_value(SINKWAY_TIMESTAMP_MS, kMin64), Fault::out_of_range},
                    Bad{Encoding::text_only, arena().bytes({1}), Fault::wrong_type}));

TEST(TextLengths, AreCountedInCharactersAndBlanksBeyondThemAreLeftToTheServer) {
  struct Case {
    std::string_view body;
    Fault fault;
  };
  for (const auto& [body, fault] : {Case{"abc", Fault::none}, Case{"abcd", Fault::too_long},
                                    Case{"\xc3\xa9\xc3\xa9\xc3\xa9", Fault::none},
                                    Case{"\xf0\x9f\x8c\xa6\xf0\x9f\x8c\xa6\xf0\x9f\x8c\xa6\xf0\x9f\x8c\xa6",
                                         Fault::too_long}, Case{"abc   ", Fault::none},
                                    Case{"abc  d", Fault::too_long}, Case{"\xc3\xa9\xc3\xa9\xc3\xa9  ", Fault::none}}) {
    ByteBuffer out;
    EXPECT_EQ(encode(text(body), typed(Encoding::text, 3), out), fault) << body;
  }
  ByteBuffer out;
  EXPECT_EQ(encode(int64_value(1234), typed(Encoding::text, 3), out), Fault::too_long);
}

}  // namespace
}  // namespace sinkway::table
