#include "plugins/table/rows/decimal_digits.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "plugins/table/rows/numeric.hpp"

namespace sinkway::table {
namespace {

std::string plain(const DecimalDigits& number) {
  ByteBuffer out;
  print_decimal(number, out);
  return std::string(out.view());
}

std::string through_numeric(const DecimalDigits& number) {
  ByteBuffer payload, out;
  put_numeric(number, payload);
  print_numeric(payload.view(), out);
  return std::string(out.view());
}

struct Case {
  std::string_view text;
  std::string_view printed;
};

class DecimalText : public testing::TestWithParam<Case> {};

TEST_P(DecimalText, KeepsEveryDigit) {
  DecimalDigits number;
  ASSERT_EQ(parse_decimal(GetParam().text, number), Fault::none);
  EXPECT_EQ(plain(number), GetParam().printed);
  EXPECT_EQ(through_numeric(number), GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, DecimalText,
    testing::Values(Case{"0", "0"}, Case{"-0", "0"}, Case{"0.00", "0.00"}, Case{"-0.0", "0.0"}, Case{"1", "1"},
                    Case{"+1.50", "1.50"}, Case{"-12.5", "-12.5"}, Case{".5", "0.5"}, Case{"5.", "5"}, Case{"007", "7"},
                    Case{"10000", "10000"}, Case{"9999", "9999"}, Case{"1e4", "10000"}, Case{"1E+5", "100000"},
                    Case{"12e-1", "1.2"}, Case{"1e-7", "0.0000001"}, Case{"-1.50e-3", "-0.00150"},
                    Case{"123456789012345678901234567890.000100020003", "123456789012345678901234567890.000100020003"},
                    Case{"0.00000001", "0.00000001"}, Case{"100000000.00010000", "100000000.00010000"},
                    Case{"0e5", "0"}));

TEST(DecimalDigits, RefuseWhatIsNoNumberOrTooGreat) {
  DecimalDigits number;
  for (const std::string_view text : {"", ".", "-", "1.2.3", "1e", "1e+", "1e+-5", "12a", "1 2", "--1", "0x10", "NaN"})
    EXPECT_EQ(parse_decimal(text, number), Fault::bad_format) << text;
  EXPECT_EQ(parse_decimal("1e131071", number), Fault::none);
  for (const std::string_view text : {"1e131072", "1e-16384", "1e999999999999", "1e2147483647"})
    EXPECT_EQ(parse_decimal(text, number), Fault::out_of_range) << text;
}

struct Bytes {
  std::vector<std::uint8_t> unscaled;
  std::int32_t scale;
  std::string_view printed;
};

class DecimalBytes : public testing::TestWithParam<Bytes> {};

TEST_P(DecimalBytes, AreTwosComplement) {
  DecimalDigits number;
  ASSERT_EQ(decimal_of(GetParam().unscaled, GetParam().scale, number), Fault::none);
  EXPECT_EQ(plain(number), GetParam().printed);
  EXPECT_EQ(through_numeric(number), GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Widths, DecimalBytes,
    testing::Values(Bytes{{}, 0, "0"}, Bytes{{0}, 2, "0.00"}, Bytes{{0x7f}, 0, "127"}, Bytes{{0x80}, 0, "-128"},
                    Bytes{{0xff}, 2, "-0.01"}, Bytes{{0x04, 0xd2}, 2, "12.34"}, Bytes{{0x04, 0xd2}, -2, "123400"},
                    Bytes{{0x80, 0, 0, 0, 0, 0, 0, 0}, 0, "-9223372036854775808"},
                    Bytes{{0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0, "18446744073709551615"},
                    Bytes{{0xff, 0x00, 0, 0, 0, 0, 0, 0, 0}, 0, "-18446744073709551616"},
                    Bytes{{0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, "-39614081257132168796771975168"},
                    Bytes{{0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 10, "7922816251426433759.3543950336"}));

TEST(DecimalDigits, BytesBeyondNumericAreRefusedAtOnce) {
  DecimalDigits number;
  EXPECT_EQ(decimal_of(std::vector<std::uint8_t>(100'000, 0x7f), 0, number), Fault::out_of_range);
  EXPECT_EQ(decimal_of(std::vector<std::uint8_t>(55'000, 0x7f), 0, number), Fault::out_of_range);
}

TEST(DecimalDigits, BecomeWholeNumbersOnlyExactly) {
  struct Whole {
    std::string_view text;
    Fault fault;
    std::int64_t number;
  };
  for (const auto& [text, fault, expected] :
       {Whole{"5.00", Fault::none, 5},
        Whole{"-9223372036854775808", Fault::none, std::numeric_limits<std::int64_t>::min()},
        Whole{"9223372036854775808", Fault::out_of_range, 0}, Whole{"1e3", Fault::none, 1000},
        Whole{"1e30", Fault::out_of_range, 0},
        Whole{"0.5", Fault::inexact, 0}, Whole{"-1.000001", Fault::inexact, 0}, Whole{"0.0", Fault::none, 0},
        Whole{"0.001", Fault::inexact, 0}}) {
    DecimalDigits number;
    std::int64_t whole = 0;
    ASSERT_EQ(parse_decimal(text, number), Fault::none);
    EXPECT_EQ(to_integer(number, whole), fault) << text;
    if (fault == Fault::none) {
      EXPECT_EQ(whole, expected) << text;
    }
  }
}

}  // namespace
}  // namespace sinkway::table
