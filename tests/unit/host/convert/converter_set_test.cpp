#include "host/convert/converter_set.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"

namespace sinkway::convert {
namespace {

TEST(ConverterSet, ClassesAreSortedAndTheirNamesLeadToOneClass) {
  const auto& classes = converter_classes();
  EXPECT_TRUE(std::is_sorted(classes.begin(), classes.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  for (const auto& converter : classes) {
    EXPECT_EQ(find_converter(converter.name), &converter);
    for (const auto& alias : converter.aliases) EXPECT_EQ(find_converter(alias), &converter) << alias;
  }
}

TEST(ConverterSet, TheNamesThatUsersWriteAreKnown) {
  for (const std::string_view name :
       {"org.apache.kafka.connect.json.JsonConverter", "JsonConverter", "Json", "org.apache.kafka.connect.storage.StringConverter",
        "String", "org.apache.kafka.connect.converters.ByteArrayConverter", "ByteArray", "ShortConverter", "IntegerConverter", "LongConverter",
        "FloatConverter", "DoubleConverter", "BooleanConverter", "org.apache.kafka.connect.storage.SimpleHeaderConverter", "Csv"})
    EXPECT_NE(find_converter(name), nullptr) << name;
  for (const std::string_view name : {"", "json", "io.confluent.connect.avro.AvroConverter"})
    EXPECT_EQ(find_converter(name), nullptr) << name;
}

TEST(ConverterSet, EveryClassIsMadeForTheRolesThatItHas) {
  for (const auto& converter : converter_classes()) {
    const bool headers_only = converter.name == "org.apache.kafka.connect.storage.SimpleHeaderConverter";
    EXPECT_EQ(make_converter(converter.name, Role::key, {}).ok(), !headers_only) << converter.name;
    EXPECT_EQ(make_converter(converter.name, Role::value, {}).ok(), !headers_only) << converter.name;
    EXPECT_EQ(make_converter(converter.name, Role::header, {}).ok(), converter.for_headers) << converter.name;
  }
}

TEST(ConverterSet, OptionsReachTheConverter) {
  auto made = make_converter("JsonConverter", Role::value, {{"schemas.enable", "FALSE"}, {"max.depth", "1"}, {"unknown", "x"}});
  ASSERT_TRUE(made.ok()) << made.error().text();
  test::Conversion conversion(std::move(made).value());
  EXPECT_EQ(conversion.outcome(R"({"a":1})"), "{a: 1}");
  EXPECT_EQ(conversion.outcome(R"({"a":[]})"), "! json.depth");
}

TEST(ConverterSet, AWrongOptionIsAnErrorThatNamesTheKey) {
  struct Case {
    std::string_view name;
    ConfigMap config;
    std::string_view key;
  };
  const Case cases[] = {{"JsonConverter", {{"schemas.enable", "maybe"}}, "schemas.enable"},
                        {"JsonConverter", {{"schemas.cache.size", "-1"}}, "schemas.cache.size"},
                        {"JsonConverter", {{"max.depth", "0"}}, "max.depth"},
                        {"JsonConverter", {{"max.depth", "many"}}, "max.depth"},
                        {"JsonConverter", {{"decimal.format", "HEX"}}, "decimal.format"},
                        {"StringConverter", {{"converter.encoding", "KLINGON"}}, "converter.encoding"},
                        {"StringConverter", {{"converter.encoding.errors", "ignore"}}, "converter.encoding.errors"},
                        {"CsvConverter", {{"delimiter", "ab"}}, "delimiter"},
                        {"CsvConverter", {{"columns", "a,b,a"}}, "columns"},
                        {"CsvConverter", {{"header", "1"}}, "header"}};
  for (const Case& c : cases) {
    const auto made = make_converter(c.name, Role::value, c.config);
    ASSERT_FALSE(made.ok()) << c.key;
    EXPECT_NE(made.error().message().find(c.key), std::string::npos) << made.error().message();
  }
}

TEST(ConverterSet, AnUnknownClassIsAnErrorThatListsTheKnownOnes) {
  const auto made = make_converter("io.confluent.connect.avro.AvroConverter", Role::value, {});
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message().find("io.confluent.connect.avro.AvroConverter"), std::string::npos);
  EXPECT_NE(made.error().hint().find("JsonConverter"), std::string::npos);
}

}  // namespace
}  // namespace sinkway::convert
