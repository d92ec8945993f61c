#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/json_comparison.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace sinkway::test {
namespace {

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> all = {
      R"({"ID":"A_1","LOCATION":"Alachua","TEMPERATURE":75.3,"HUMIDITY":60.1,"TM":"2026-01-01 00:00:00.0"})",
      R"({"ID":"A_2","LOCATION":"Alachua","TEMPERATURE":-1e3,"HUMIDITY":null,"TM":true})",
      R"({"a":{"b":[1,2.5,{"c":"\u00e4\n"}]},"d":[]})",
      R"([0,-0,1.5E+10,123456789012345678901234567890,0.1234567890123456789])",
      "{ \"x\" : \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\" , \"y\" : [ ] }",
      R"("text \ud83d\ude00 more")",
      R"({"a":1,"a":2,"":"","\u0061":3})",
      "  -12.75  ",
      "[[[[[[[[[[]]]]]]]]]]",
  };
  return all;
}

// What hurts readers of JSON most.
const std::vector<std::string>& pieces() {
  static const std::vector<std::string> all = {
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\u0000", "0", "1", "-", "+", ".", "e", "E9",
      "99999999999999999999", "null", "true", "false", "nul", " ", "\t", "\n", "\r", std::string(1, '\0'), "\x1F", "\x7F",
      "\x80", "\xC0", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xEF\xBB\xBF", "\"a\":1", "\"ID\":", "{\"a\":", "[1,", "'", "/", "NaN", "0x1", "01", "1.", "1e", "\"\\\"\""};
  return all;
}

std::string mutated(std::string text, std::mt19937_64& random) {
  const auto any = [&](std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(random() % count); };
  const std::size_t changes = 1 + any(4);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = any(text.size() + 1);
    switch (any(6)) {
      case 0: text.insert(at, pieces()[any(pieces().size())]); break;
      case 1: text.erase(at, 1 + any(4)); break;
      case 2: text.resize(at); break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 4: text.insert(at, text.substr(any(text.size() + 1), any(20))); break;
      default:
        const std::string& other = seeds()[any(seeds().size())];
        text.insert(at, other.substr(any(other.size()), any(24)));
    }
  }
  return text;
}

TEST(JsonWays, AgreeOnTheSeeds) {
  JsonComparison comparison;
  for (const auto& text : seeds()) EXPECT_EQ(comparison.difference(text), std::nullopt) << text;
}

TEST(JsonWays, TheEntryOfTheFuzzerTakesTheSeeds) {
  for (const auto& text : seeds())
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
}

// The same texts in every run; a difference is printed with the text that made it.
TEST(JsonWays, AgreeOnWhateverIsLeftOfTextsThatWereTamperedWith) {
  std::mt19937_64 random(20260101);
  JsonComparison comparison;
  std::size_t taken = 0;
  constexpr int kTexts = 60'000;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = mutated(seeds()[random() % seeds().size()], random);
    const auto difference = comparison.difference(text);
    ASSERT_EQ(difference, std::nullopt) << "text " << i << ": " << testing::PrintToString(text);
    if (!convert::find_json_fault(text, convert::kUsualDepth)) ++taken;
  }
  // A mutator that only makes rubbish would prove nothing.
  EXPECT_GT(taken, kTexts / 50);
}

}  // namespace
}  // namespace sinkway::test
