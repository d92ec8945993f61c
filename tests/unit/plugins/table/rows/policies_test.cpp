#include "plugins/table/rows/policies.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "plugins/table/options/connection_url.hpp"
#include "plugins/table/rows/column_arrays.hpp"
#include "plugins/table/rows/column_rules.hpp"
#include "plugins/table/rows/row_encoder.hpp"
#include "plugins/table/rows/value_encoder.hpp"
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

Column array_of(std::uint32_t element, std::int32_t typmod = -1) {
  Column made = column(99'999, typmod);
  made.type_class = TypeClass::array;
  made.element_type = element;
  made.element_class = TypeClass::base;
  return made;
}

ColumnOptions options(Policy policy, std::string_view word) {
  ColumnOptions made;
  made.policies[static_cast<std::size_t>(policy)] = {{"", std::string(word)}};
  return made;
}

// What COPY text makes of one value of one column: its line, or the id of the fault.
std::string line(const Column& column, const sinkway_value& value, const ColumnOptions& options) {
  const ColumnRules rules(options);
  Binding binding;
  binding.columns.push_back({&column, rules.type_of(column), Source::value_field, 0});
  const auto* shape = arena().shape({"x"});
  const Row row = plain_row(*arena().record(test::null_value(), arena().object(shape, {value})));
  ByteBuffer out;
  RowFault fault;
  if (!append_row(binding, row, CopyFormat::text, out, fault))
    return std::string(id_of(fault.fault)) + (fault.is_fatal ? " fatal" : "");
  return std::string(out.view().substr(0, out.size() - 1));
}

constexpr std::int32_t kVarchar3 = 7, kNumeric52 = (5 << 16 | 2) + 4, kNumeric3Minus2 = (3 << 16 | (-2 & 0x7ff)) + 4;

struct Case {
  const char* what;
  Policy policy;
  Column column;
  sinkway_value value;
  std::string_view errant;   // what dlq calls the fault
  std::string_view changed;  // what the changing action makes of it: empty, that stays errant
};

std::vector<Case> cases() {
  const std::string_view nul("a\0b", 3);
  const auto inf = std::numeric_limits<double>::infinity();
  return {
      {"U+0000 in text", Policy::nul, column(oid::kText), text(nul), "table.nul", "a\xef\xbf\xbd" "b"},
      {"U+0000 in varchar", Policy::nul, column(oid::kVarchar, kVarchar3), text(nul), "table.nul", "a\xef\xbf\xbd" "b"},
      {"U+0000 in an address", Policy::nul, column(869), text(nul), "table.nul", "a\xef\xbf\xbd" "b"},
      {"\\u0000 in jsonb", Policy::nul, column(oid::kJsonb), text("{\"a\": \"\\u0000\"}"), "table.nul",
       "{\"a\": \"\\\\ufffd\"}"},
      {"U+0000 in a value that becomes jsonb", Policy::nul, column(oid::kJsonb), arena().array({text(nul)}),
       "table.nul", "[\"a\\\\ufffdb\"]"},
      {"U+0000 in an element", Policy::nul, array_of(oid::kText), arena().array({text("x"), text(nul)}), "table.nul",
       "{\"x\",\"a\xef\xbf\xbd" "b\"}"},
      {"an integer too great", Policy::overflow, column(oid::kInt2), int64_value(40'000), "table.out_of_range",
       "32767"},
      {"an integer too small", Policy::overflow, column(oid::kInt4), int64_value(-3'000'000'000), "table.out_of_range",
       "-2147483648"},
      {"text beyond bigint", Policy::overflow, column(oid::kInt8), text("-99999999999999999999"), "table.out_of_range",
       "-9223372036854775808"},
      {"a negative oid", Policy::overflow, column(oid::kOid), int64_value(-1), "table.out_of_range", ""},
      {"a double beyond real", Policy::overflow, column(oid::kFloat4), float64_value(-1e39), "table.out_of_range",
       "-3.4028235e+38"},
      {"a double that real makes zero", Policy::overflow, column(oid::kFloat4), float64_value(1e-50),
       "table.out_of_range", "0"},
      {"text beyond double", Policy::overflow, column(oid::kFloat8), text("1e999"), "table.out_of_range",
       "1.7976931348623157e+308"},
      {"a decimal beyond numeric(5,2)", Policy::overflow, column(oid::kNumeric, kNumeric52),
       arena().decimal({0x01, 0x86, 0xa0}, 0), "table.out_of_range", "999.99"},
      {"one that only rounding makes too great", Policy::overflow, column(oid::kNumeric, kNumeric52), text("-999.995"),
       "table.out_of_range", "-999.99"},
      {"a number beyond numeric(3,-2)", Policy::overflow, column(oid::kNumeric, kNumeric3Minus2), int64_value(100'000),
       "table.out_of_range", "99900"},
      {"an element too great", Policy::overflow, array_of(oid::kInt2), arena().array({int64_value(1), int64_value(1e6)}),
       "table.out_of_range", "{\"1\",\"32767\"}"},
      {"text too long", Policy::too_long, column(oid::kVarchar, kVarchar3), text("abcd"), "table.too_long", "abc"},
      {"characters of many bytes", Policy::too_long, column(oid::kVarchar, kVarchar3), text("\xf0\x9f\x8c\xa6\xc3\xa9zz"),
       "table.too_long", "\xf0\x9f\x8c\xa6\xc3\xa9z"},
      {"a number as text", Policy::too_long, column(oid::kBpchar, kVarchar3), int64_value(-1'234), "table.too_long",
       "-12"},
      {"an element too long", Policy::too_long, array_of(oid::kVarchar, kVarchar3), arena().array({text("abcd")}),
       "table.too_long", "{\"abc\"}"},
      {"bytes that are no text", Policy::bad_utf8, column(oid::kText), arena().bytes({'a', 0xf0, 0x9f, 'b', 0xff}),
       "table.bad_utf8", "a\xef\xbf\xbd" "b\xef\xbf\xbd"},
      {"a moment too late", Policy::out_of_range, column(oid::kTimestamptz),
       integer_value(SINKWAY_TIMESTAMP_MS, 9'999'999'999'999'999), "table.out_of_range",
       "294276-12-31 23:59:59.999999+00"},
      {"a moment too early", Policy::out_of_range, column(oid::kTimestamp),
       integer_value(SINKWAY_TIMESTAMP_MS, -999'999'999'999'999), "table.out_of_range", "4714-11-24 00:00:00 BC"},
      {"a year too great", Policy::out_of_range, column(oid::kTimestamp), text("999999-01-01 00:00:00"),
       "table.out_of_range", "294276-12-31 23:59:59.999999"},
      {"a day too early", Policy::out_of_range, column(oid::kDate), integer_value(SINKWAY_DATE, -9'999'999),
       "table.out_of_range", "4714-11-24 BC"},
      {"a time beyond the day", Policy::out_of_range, column(oid::kTime), integer_value(SINKWAY_TIME_MS, 86'400'001),
       "table.out_of_range", "24:00:00"},
      {"a day that no calendar has", Policy::out_of_range, column(oid::kTimestamp), text("2024-02-30 00:00:00"),
       "table.out_of_range", ""},
      {"NaN for an integer", Policy::nonfinite, column(oid::kInt4), float64_value(NAN), "table.nonfinite", ""},
      {"infinity for numeric(5,2)", Policy::nonfinite, column(oid::kNumeric, kNumeric52), float64_value(inf),
       "table.nonfinite", ""},
      {"NaN for a double", Policy::nonfinite, column(oid::kFloat8), float64_value(NAN), "table.nonfinite", "NaN"},
      {"infinity for a real", Policy::nonfinite, column(oid::kFloat4), text("-Infinity"), "table.nonfinite",
       "-Infinity"},
      {"NaN for numeric", Policy::nonfinite, column(oid::kNumeric), text("nan"), "table.nonfinite", "NaN"},
      {"infinity for numeric", Policy::nonfinite, column(oid::kNumeric), float64_value(-inf), "table.nonfinite",
       "-Infinity"},
  };
}

std::string_view changing_word(Policy policy) {
  return policy == Policy::nonfinite ? "keep" : policy == Policy::too_long ? "truncate" : "replace";
}

TEST(Policies, SayWhatBecomesOfEachFault) {
  for (const Case& one : cases()) {
    const bool in_array = one.column.type_class == TypeClass::array;
    const std::string errant(one.errant);
    EXPECT_EQ(line(one.column, one.value, options(one.policy, "dlq")), errant) << one.what;
    EXPECT_EQ(line(one.column, one.value, options(one.policy, "fail")), errant + " fatal") << one.what;
    const std::string null = line(one.column, one.value, options(one.policy, "null"));
    if (in_array) {
      EXPECT_NE(null.find("NULL"), std::string::npos) << one.what << ": " << null;
    } else {
      EXPECT_EQ(null, "\\N") << one.what;
    }
    const std::string changed = line(one.column, one.value, options(one.policy, changing_word(one.policy)));
    // Zero is the nearest an oid comes to a negative number.
    if (one.column.base_type == oid::kOid) {
      EXPECT_EQ(changed, "0") << one.what;
    } else {
      EXPECT_EQ(changed, one.changed.empty() ? errant : std::string(one.changed)) << one.what;
    }
  }
}

TEST(Policies, LeaveAloneWhatTheColumnHolds) {
  ColumnOptions all;
  for (std::size_t n = 0; n < kPolicies; ++n) all.policies[n] = {{"", "null"}};
  const std::pair<Column, sinkway_value> good[] = {
      {column(oid::kText), text("abc")},          {column(oid::kVarchar, kVarchar3), text("abc")},
      {column(oid::kInt2), int64_value(32'767)},  {column(oid::kNumeric, kNumeric52), text("999.994")},
      {column(oid::kFloat8), float64_value(1.5)}, {column(oid::kJsonb), text("\"\\\\u0000\"")},
      {column(oid::kText), arena().bytes({'o', 'k'})}};
  for (const auto& [where, value] : good) EXPECT_EQ(line(where, value, all), line(where, value, {})) << where.base_type;
}

TEST(Policies, MeetEachOtherInOneValue) {
  ColumnOptions both = options(Policy::nul, "replace");
  both.policies[static_cast<std::size_t>(Policy::too_long)] = {{"", "truncate"}};
  EXPECT_EQ(line(column(oid::kVarchar, kVarchar3), text(std::string_view("a\0bcd", 5)), both), "a\xef\xbf\xbd" "b");
  EXPECT_EQ(line(column(oid::kVarchar, kVarchar3), text(std::string_view("a\0bcd", 5)), options(Policy::nul, "replace")),
            "table.too_long");
}

TEST(Policies, OfSingleColumnsComeBeforeThoseOfAll) {
  ColumnOptions made;
  made.policies[static_cast<std::size_t>(Policy::nul)] = {{"X", "null"}, {"", "fail"}, {"other", "replace"}};
  const sinkway_value bad = text(std::string_view("\0", 1));
  EXPECT_EQ(line(column(oid::kText), bad, made), "\\N") << "in any case of letters";
  Column other = column(oid::kText);
  other.name = "other";
  EXPECT_EQ(line(other, bad, made), "\xef\xbf\xbd");
  other.name = "third";
  EXPECT_EQ(line(other, bad, made), "table.nul fatal");
}

TEST(Policies, AreNoPoliciesUntilAnOptionSaysSo) {
  const ColumnRules rules{ColumnOptions()};
  EXPECT_EQ(rules.type_of(column(oid::kText)).policies, nullptr);
  EXPECT_FALSE(rules.type_of(column(oid::kFloat8)).finite_only);
  EXPECT_EQ(rules.type_of(column(oid::kFloat8)).fast, FastPath::float8);
}

TEST(Policies, AreCountedByWhatTheyHaveChanged) {
  ColumnOptions made = options(Policy::nul, "replace");
  made.policies[static_cast<std::size_t>(Policy::too_long)] = {{"", "null"}};
  ColumnRules rules(made);
  const Column where = column(oid::kVarchar, kVarchar3);
  const ColumnType type = rules.type_of(where);
  ByteBuffer out;
  EXPECT_EQ(encode(text(std::string_view("\0", 1)), type, out), Fault::none);
  EXPECT_EQ(encode(text("abcd"), type, out), Fault::becomes_null);
  EXPECT_EQ(encode(text("abcd"), type, out), Fault::becomes_null);
  EXPECT_EQ(encode(text("abc"), type, out), Fault::none);
  const auto counts = rules.take_counts();
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts.at({Policy::nul, Action::replace}), 1U);
  EXPECT_EQ(counts.at({Policy::too_long, Action::null}), 2U);
  EXPECT_TRUE(rules.take_counts().empty());
}

TEST(Policies, PutTheSameIntoEveryForm) {
  const ColumnRules rules([] {
    ColumnOptions made = options(Policy::too_long, "null");
    made.policies[static_cast<std::size_t>(Policy::nul)] = {{"", "replace"}};
    return made;
  }());
  const Column where = column(oid::kVarchar, kVarchar3);
  Binding binding;
  binding.columns.push_back({&where, rules.type_of(where), Source::value_field, 0});
  const auto* shape = arena().shape({"x"});
  ByteBuffer copied;
  ColumnArrays arrays;
  arrays.begin(binding);
  RowFault fault;
  for (const sinkway_value& value : {text("abcd"), text(std::string_view("\0", 1))}) {
    const Row row = plain_row(*arena().record(test::null_value(), arena().object(shape, {value})));
    EXPECT_TRUE(append_row(binding, row, CopyFormat::binary, copied, fault));
    EXPECT_TRUE(arrays.append(row, fault));
  }
  arrays.end();
  EXPECT_EQ(copied.view(), std::string_view("\0\1\xff\xff\xff\xff\0\1\0\0\0\3\xef\xbf\xbd", 15));
  EXPECT_EQ(arrays.array(0).substr(20), std::string_view("\xff\xff\xff\xff\0\0\0\3\xef\xbf\xbd", 11));
  EXPECT_EQ(arrays.array(0)[7], 1) << "the array says that it has a null";
}

TEST(PolicyOptions, TakeOnlyWordsThatMakeSense) {
  struct Refused {
    Policy policy;
    const char* word;
  };
  for (const auto& [policy, word] :
       {Refused{Policy::nul, "keep"}, Refused{Policy::nul, "truncate"}, Refused{Policy::too_long, "replace"},
        Refused{Policy::nonfinite, "replace"}, Refused{Policy::overflow, "keep"}, Refused{Policy::bad_utf8, ""},
        Refused{Policy::out_of_range, "ignore"}}) {
    try {
      const ColumnRules rules(options(policy, word));
      ADD_FAILURE() << name_of(policy) << "=" << word;
    } catch (const OptionError& error) {
      EXPECT_EQ(error.key(), "policy." + std::string(name_of(policy)));
      EXPECT_NE(std::string(error.what()).find("dlq, null"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace sinkway::table
