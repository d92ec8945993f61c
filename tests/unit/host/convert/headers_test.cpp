#include "host/convert/headers.hpp"

#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

TEST(SimpleHeaderConverter, TextBecomesWhatItLooksLike) {
  struct Case {
    std::string text, outcome;
  };
  const Case cases[] = {
      {"", R"("")"},
      {"null", "null"},
      {"true", "true"},
      {"false", "false"},
      {"True", R"("True")"},
      {"text", R"("text")"},
      {" spaced ", R"(" spaced ")"},
      {"7", "int8 7"},
      {"007", "int8 7"},
      {"+7", "int8 7"},
      {"-128", "int8 -128"},
      {"128", "int16 128"},
      {"40000", "int32 40000"},
      {"3000000000", "3000000000"},
      {"9223372036854775808", "dec 9223372036854775808"},
      {"1.0", "int8 1"},
      {"1e3", "int16 1000"},
      {"1.5", "float 1.5"},
      {"-0.25", "float -0.25"},
      {"1e-3", "float 0.0010000000474974513"},
      {"1.5e300", "1.5e+300"},
      {"1.5e400", "dec 15" + std::string(399, '0')},
      {"1.2.3", R"("1.2.3")"},
      {"+", R"("+")"},
      {"1x", R"("1x")"},
      {"2026-01-31", "date 2026-01-31"},
      {"2026-02-31", R"("2026-02-31")"},
      {"2026/01/31", R"("2026/01/31")"},
      {"12:30:00.500Z", "time 12:30:00.5"},
      {"12:30:00Z", R"("12:30:00Z")"},
      {"2026-01-31T12:30:00.250Z", "ts 2026-01-31T12:30:00.25Z"},
      {"2026-01-31 12:30:00.250Z", R"("2026-01-31 12:30:00.250Z")"},
      {R"("quoted ""text")", R"(""quoted ""text"")"},
      {R"("quoted")", R"(""quoted"")"},
      {R"( "10" )", R"(" "10" ")"},
      {"[]", "[]"},
      {R"([1, 2.5, "x", null])", R"([int8 1, float 2.5, "x", null])"},
      {R"(["a b", [true]])", R"(["a b", [true]])"},
      {R"(["a \" b"])", R"(["a " b"])"},
      {"[info]", R"("[info]")"},
      {"[1, x]", R"("[1, x]")"},
      {"[[x]]", R"("[[x]]")"},
      {"{a: 1}", R"("{a: 1}")"},
      {R"({"a": x})", R"("{"a": x}")"},
      {"{}", "<>"},
      {R"({"a": 1, "b": [2]})", R"(<"a" = int8 1, "b" = [int8 2]>)"},
      {R"({"t": 12:30:00.000Z})", R"(<"t" = time 12:30:00>)"},
      {"{1: true}", "<int8 1 = true>"},
      {"[1,,2]", R"("[1,,2]")"},
      {"[1", R"("[1")"},
      {"{a}", R"("{a}")"},
      {"[1] x", R"("[1] x")"},
      {"\xC3\xA4", "\"\xC3\xA4\""},
      {"\xFF\x01", "x'ff01'"},
  };
  test::Conversion conversion(std::make_unique<SimpleHeaderConverter>());
  for (const Case& c : cases) EXPECT_EQ(conversion.outcome(c.text), c.outcome) << c.text;
  EXPECT_EQ(conversion.outcome(std::nullopt), "null");
}

TEST(SimpleHeaderConverter, WhatIsNestedTooDeepIsText) {
  test::Conversion conversion(std::make_unique<SimpleHeaderConverter>());
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(conversion.outcome(deep), "\"" + deep + "\"");
}

}  // namespace
}  // namespace sinkway::convert
