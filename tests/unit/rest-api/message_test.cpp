#include "rest-api/message.hpp"

#include <gtest/gtest.h>

#include "rest-api/http_date.hpp"

namespace sinkway::rest {
namespace {

using Segments = std::vector<std::string>;

struct TargetCase {
  const char* target;
  std::optional<Segments> segments;  // nothing: refused
};

class Targets : public testing::TestWithParam<TargetCase> {};

TEST_P(Targets, are_taken_apart_or_refused_as_jetty_does) {
  const auto parsed = parse_target(GetParam().target);
  ASSERT_EQ(parsed.has_value(), GetParam().segments.has_value());
  if (parsed) {
    EXPECT_EQ(parsed->segments, *GetParam().segments);
  }
}

const TargetCase kTargets[] = {
    {"/", Segments{}},
    {"/connectors", Segments{"connectors"}},
    {"/connectors/", Segments{"connectors"}},
    {"/connectors/?expand=info", Segments{"connectors"}},
    {"/connectors#part", Segments{"connectors"}},
    {"/connectors/a%20b", Segments{"connectors", "a b"}},
    {"/connectors/a+b", Segments{"connectors", "a+b"}},
    {"/connectors/a%2Bb%26", Segments{"connectors", "a+b&"}},
    {"/connectors/%C3%A9t%C3%A9", Segments{"connectors", "\xC3\xA9t\xC3\xA9"}},
    {"/connectors/\xC3\xA9", Segments{"connectors", "\xC3\xA9"}},
    {"/connectors/a;v=1/config;w=2", Segments{"connectors", "a", "config"}},
    {"/connectors/a%3Bb", Segments{"connectors", "a;b"}},
    {"/connectors/...", Segments{"connectors", "..."}},
    {"http://other:1/connectors?x=1", Segments{"connectors"}},
    {"HTTP://other", Segments{}},
    {"", std::nullopt},
    {"connectors", std::nullopt},
    {"*", std::nullopt},
    {"//connectors", std::nullopt},
    {"/connectors//", std::nullopt},
    {"/connectors//config", std::nullopt},
    {"/connectors/;v=1/config", std::nullopt},
    {"/connectors/a%2Fb", std::nullopt},
    {"/connectors/a%2fb", std::nullopt},
    {"/connectors/a%25b", std::nullopt},
    {"/connectors/a%5Cb", std::nullopt},
    {"/connectors/%2e", std::nullopt},
    {"/connectors/%2E%2e", std::nullopt},
    {"/connectors/a%00", std::nullopt},
    {"/connectors/a%0A", std::nullopt},
    {"/connectors/a%7F", std::nullopt},
    {"/connectors/%FF", std::nullopt},
    {"/connectors/%C3", std::nullopt},
    {"/connectors/%C0%AF", std::nullopt},
    {"/connectors/%ED%A0%80", std::nullopt},
    {"/connectors/%F4%90%80%80", std::nullopt},
    {"/connectors/a%2", std::nullopt},
    {"/connectors/a%", std::nullopt},
    {"/connectors/a%zz", std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Contract, Targets, testing::ValuesIn(kTargets));

TEST(Query, keeps_repeated_parameters_in_their_order) {
  const auto parsed = parse_target("/connectors?expand=status&expand=info&&x&=y&a+b=c%20d");
  ASSERT_TRUE(parsed);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"expand", "status"}, {"expand", "info"}, {"x", ""}, {"a b", "c d"}};
  EXPECT_EQ(parsed->query, expected);
  EXPECT_EQ(parsed->parameter("expand"), "status");
  EXPECT_FALSE(parsed->parameter("expan"));
}

TEST(Query, is_never_refused) {
  const auto parsed = parse_target("/connectors?expand=%zz&b=%&c=%ff");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->parameter("expand"), "%zz");
  EXPECT_EQ(parsed->parameter("b"), "%");
}

TEST(Query, reads_flags_as_kafka_connect_does) {
  const struct {
    const char* target;
    bool otherwise;
    bool expected;
  } cases[] = {{"/?f=true", false, true}, {"/?f=TRUE", false, true},  {"/?f=yes", true, false}, {"/?f=1", true, false},
               {"/?f=", true, true},      {"/?f=", false, false},     {"/?f", true, true},      {"/", true, true},
               {"/?g=true", false, false}, {"/?f=true&f=no", false, true}};
  for (const auto& one : cases) EXPECT_EQ(parse_target(one.target)->flag("f", one.otherwise), one.expected) << one.target;
}

TEST(Names, become_segments_with_only_illegal_characters_escaped) {
  const std::pair<const char*, const char*> cases[] = {
      {"orders-sink", "orders-sink"}, {"a b", "a%20b"},          {"a/b&c;d+e", "a/b&c;d+e"}, {"\xC3\xA9", "%C3%A9"},
      {"50%", "50%25"},               {"{x}?#\"", "%7Bx%7D%3F%23%22"}, {"", ""}};
  for (const auto& [name, segment] : cases) EXPECT_EQ(encode_segment(name), segment);
}

TEST(Headers, are_found_whatever_their_case_and_the_first_one_counts) {
  const Request request{"GET", "/", {{"content-TYPE", "a/b"}, {"Content-Type", "c/d"}}, ""};
  EXPECT_EQ(request.header("Content-Type"), "a/b");
  EXPECT_FALSE(request.header("Content"));
}

TEST(Accept, admits_json_or_not) {
  const std::pair<const char*, bool> cases[] = {
      {"", true},
      {"*/*", true},
      {"application/*", true},
      {"application/json", true},
      {"Application/JSON; q=0.5", true},
      {"text/html, application/xhtml+xml, */*;q=0.8", true},
      {"application/json;q=0", true},
      {"text/plain", false},
      {"application/vnd.x+json", false},
      {"json", false},
      {"text/*", false}};
  for (const auto& [accept, expected] : cases) EXPECT_EQ(accepts_json(accept), expected) << accept;
  EXPECT_TRUE(accepts_json(std::nullopt));
}

TEST(ContentType, is_json_or_not_or_no_type_at_all) {
  const struct {
    const char* type;
    bool media, json;
  } cases[] = {{"application/json", true, true},
               {"application/JSON; charset=utf-8", true, true},
               {"application/*", true, true},
               {"*/*", true, true},
               {"application/vnd.x+json", true, false},
               {"application/merge-patch+json", true, false},
               {"application/x-www-form-urlencoded", true, false},
               {"text/plain", true, false},
               {"", false, false},
               {"json", false, false},
               {"/json", false, false},
               {"application/", false, false},
               {"application/json json", false, false}};
  for (const auto& one : cases) {
    EXPECT_EQ(is_media_type(one.type), one.media) << one.type;
    EXPECT_EQ(is_json(one.type), one.json) << one.type;
  }
}

TEST(TaskNumbers, are_read_as_java_reads_an_int) {
  const std::pair<const char*, std::optional<int>> cases[] = {
      {"0", 0},         {"007", 7},        {"+1", 1},         {"-1", -1},
      {"2147483647", 2147483647},          {"2147483648", {}}, {"-2147483648", -2147483647 - 1},
      {"", {}},         {"+", {}},         {"+-1", {}},       {"1x", {}},
      {" 1", {}},       {"abc", {}}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_int(text), expected) << text;
}

TEST(Date, is_written_as_http_has_it) {
  EXPECT_EQ(http_date(WallTime(std::chrono::seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(WallTime(std::chrono::seconds(1'709'210'096))), "Thu, 29 Feb 2024 12:34:56 GMT");
  EXPECT_EQ(http_date(WallTime()), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace sinkway::rest
