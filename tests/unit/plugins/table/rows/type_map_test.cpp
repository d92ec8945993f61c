#include "plugins/table/rows/type_map.hpp"

#include <gtest/gtest.h>

#include "plugins/sdk/abi/sinkway_value.h"
#include "tests/support/weather_table.hpp"

namespace sinkway::table {
namespace {

using test::column;

TEST(TypeMap, VarcharKnowsItsLengthAndTextHasNone) {
  EXPECT_EQ(type_of(column("a", oid::kVarchar, "character varying", 104)).max_characters, 100);
  EXPECT_EQ(type_of(column("a", oid::kVarchar, "character varying")).max_characters, -1);
  EXPECT_EQ(type_of(column("a", oid::kBpchar, "bpchar", 5)).max_characters, 1);
  EXPECT_EQ(type_of(column("a", oid::kNumeric, "numeric", 655366)).max_characters, -1) << "its modifier is no length";
}

TEST(TypeMap, DomainsAreWrittenLikeWhatTheyStandFor) {
  Column domain = column("a", 16'400, "public.positive");
  domain.base_type = oid::kInt4;
  domain.type_class = TypeClass::domain;
  EXPECT_EQ(type_of(domain).encoding, Encoding::int4);
  EXPECT_EQ(type_of(domain).type, oid::kInt4);
}

TEST(TypeMap, EnumsAndCitextAreText) {
  Column mood = column("a", 16'401, "mood");
  mood.type_class = TypeClass::enumeration;
  EXPECT_EQ(type_of(mood).encoding, Encoding::text);
  EXPECT_EQ(type_of(column("a", 16'402, "citext")).encoding, Encoding::text);
  EXPECT_EQ(type_of(column("a", 16'402, "extensions.citext")).encoding, Encoding::text);
}

TEST(TypeMap, WhatHasNoEncoderGoesThroughItsInputFunction) {
  constexpr std::uint32_t kInet = 869, kXml = 142, kName = 19, kInterval = 1186;
  for (const std::uint32_t type : {kInet, kXml, kName, kInterval})
    EXPECT_EQ(type_of(column("a", type, "t")).encoding, Encoding::text_only);
  Column list = column("a", 1007, "integer[]");
  list.type_class = TypeClass::array;
  EXPECT_EQ(type_of(list).encoding, Encoding::text_only);
  EXPECT_TRUE(type_of(list).is_array);
}

TEST(TypeMap, HintsSayWhatAConverterShouldMake) {
  EXPECT_EQ(hint_of(type_of(column("a", oid::kFloat8, "double precision"))), SINKWAY_FLOAT64);
  EXPECT_EQ(hint_of(type_of(column("a", oid::kNumeric, "numeric"))), SINKWAY_DECIMAL);
  EXPECT_EQ(hint_of(type_of(column("a", oid::kBool, "boolean"))), SINKWAY_BOOL);
  EXPECT_EQ(hint_of(type_of(column("a", oid::kTimestamp, "timestamp"))), SINKWAY_STRING);
}

}  // namespace
}  // namespace sinkway::table
