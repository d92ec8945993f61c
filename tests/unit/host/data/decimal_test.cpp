#include "host/data/decimal.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/support/value_text.hpp"

namespace sinkway {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

struct Case {
  std::string_view text;
  std::string_view bytes;
  int scale;
  std::string_view printed;
};

TEST(Decimal, ATextBecomesUnscaledBytesAndAScaleAndComesBack) {
  const Case cases[] = {
      {"0", "00", 0, "0"},
      {"-0", "00", 0, "0"},
      {"0.00", "00", 2, "0.00"},
      {"1", "01", 0, "1"},
      {"+1", "01", 0, "1"},
      {"-1", "ff", 0, "-1"},
      {"127", "7f", 0, "127"},
      {"128", "0080", 0, "128"},
      {"-128", "80", 0, "-128"},
      {"-129", "ff7f", 0, "-129"},
      {"255", "00ff", 0, "255"},
      {"256", "0100", 0, "256"},
      {"1.50", "0096", 2, "1.50"},
      {"-12.5", "83", 1, "-12.5"},
      {".5", "05", 1, "0.5"},
      {"5.", "05", 0, "5"},
      {"0.001", "01", 3, "0.001"},
      {"1e3", "01", -3, "1000"},
      {"1.5e3", "0f", -2, "1500"},
      {"1.5E-3", "0f", 4, "0.0015"},
      {"0e5", "00", -5, "0"},
      {"007", "07", 0, "7"},
      {"9223372036854775807", "7fffffffffffffff", 0, "9223372036854775807"},
      {"-9223372036854775808", "8000000000000000", 0, "-9223372036854775808"},
      {"9223372036854775808", "008000000000000000", 0, "9223372036854775808"},
      {"340282366920938463463374607431768211456", "0100000000000000000000000000000000", 0,
       "340282366920938463463374607431768211456"},
      {"-4294967296", "ff00000000", 0, "-4294967296"},
  };
  for (const Case& c : cases) {
    Arena arena;
    const auto value = decimal::parse(c.text, arena);
    ASSERT_TRUE(value) << c.text;
    EXPECT_EQ(hex({value->as.bytes, value->length}), c.bytes) << c.text;
    EXPECT_EQ(value->scale, c.scale) << c.text;
    EXPECT_EQ(decimal::print(*value), c.printed) << c.text;
  }
}

TEST(Decimal, WhatIsNoNumberIsNothing) {
  Arena arena;
  for (const std::string_view text : {"", ".", "-", "+", "e5", "1e", "1e+", "1.2.3", "1 ", " 1", "0x10", "NaN", "--1", "1e9999999",
                                      "1e-32768", "1e32768", "1_000"})
    EXPECT_FALSE(decimal::parse(text, arena)) << text;
  EXPECT_FALSE(decimal::parse(std::string(decimal::kMostDigits + 1, '1'), arena));
}

TEST(Decimal, TheScaleReachesItsLimits) {
  Arena arena;
  EXPECT_EQ(decimal::parse("1e-32767", arena)->scale, 32767);
  EXPECT_EQ(decimal::parse("1e32767", arena)->scale, -32767);
}

TEST(Decimal, AnyNumberSurvivesTheWayThereAndBack) {
  std::mt19937_64 random(20260101);
  for (int round = 0; round < 2000; ++round) {
    std::string whole(1 + random() % 60, '0');
    for (char& c : whole) c = static_cast<char>('0' + random() % 10);
    if (whole.size() > 1 && whole[0] == '0') whole[0] = '7';
    std::string fraction(random() % 40, '0');
    for (char& c : fraction) c = static_cast<char>('0' + random() % 10);
    std::string text = fraction.empty() ? whole : whole + "." + fraction;
    if (text.find_first_not_of("0.") != std::string::npos && random() % 2 == 0) text.insert(0, "-");
    Arena arena;
    const auto value = decimal::parse(text, arena);
    ASSERT_TRUE(value) << text;
    ASSERT_EQ(decimal::print(*value), text);
  }
}

TEST(Decimal, IntegersHaveTheirShortestBytes) {
  Arena arena;
  EXPECT_EQ(hex(decimal::bytes_of(0, arena)), "00");
  EXPECT_EQ(hex(decimal::bytes_of(-1, arena)), "ff");
  EXPECT_EQ(hex(decimal::bytes_of(200, arena)), "00c8");
  EXPECT_EQ(hex(decimal::bytes_of(INT64_MIN, arena)), "8000000000000000");
  EXPECT_EQ(hex(decimal::bytes_of(INT64_MAX, arena)), "7fffffffffffffff");
}

TEST(Decimal, BytesWithSuperfluousSignsAreReadAllTheSame) {
  const std::uint8_t minus_one[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(decimal::print(minus_one, 1), "-0.1");
  const std::uint8_t five[] = {0, 0, 0, 0, 5};
  EXPECT_EQ(decimal::print(five, 0), "5");
}

}  // namespace
}  // namespace sinkway
