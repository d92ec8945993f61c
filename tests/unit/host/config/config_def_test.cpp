#include "host/config/config_def.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace sinkway {
namespace {

ConfigKey key_of(ConfigType type) {
  ConfigKey key;
  key.name = "k";
  key.type = type;
  return key;
}

TEST(ParseValue, PrintsEveryTypeInItsNormalForm) {
  using enum ConfigType;
  const std::tuple<ConfigType, const char*, const char*> cases[] = {
      {boolean, " TRUE ", "true"},
      {boolean, "False", "false"},
      {string, "  a b\t", "a b"},
      {integer, "+17", "17"},
      {integer, "-2147483648", "-2147483648"},
      {short_integer, "32767", "32767"},
      {long_integer, "9223372036854775807", "9223372036854775807"},
      {floating, "1", "1.0"},
      {floating, "2.50", "2.5"},
      {list, " a , b,c ", "a,b,c"},
      {list, "", ""},
      {class_name, " x.Y ", "x.Y"},
      {password, " secret ", "secret"},
  };
  for (const auto& [type, text, expected] : cases) {
    const auto parsed = parse_value(key_of(type), text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message();
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(ParseValue, RefusesWithTheSentenceThatToolsShow) {
  using enum ConfigType;
  const std::tuple<ConfigType, const char*, const char*> cases[] = {
      {boolean, "yes", "Invalid value yes for configuration k: Expected value to be either true or false"},
      {integer, "soon", "Invalid value soon for configuration k: Not a number of type INT"},
      {integer, "2147483648", "Invalid value 2147483648 for configuration k: Not a number of type INT"},
      {integer, "1.5", "Invalid value 1.5 for configuration k: Not a number of type INT"},
      {integer, "", "Invalid value  for configuration k: Not a number of type INT"},
      {integer, "+-1", "Invalid value +-1 for configuration k: Not a number of type INT"},
      {short_integer, "32768", "Invalid value 32768 for configuration k: Not a number of type SHORT"},
      {long_integer, "9223372036854775808",
       "Invalid value 9223372036854775808 for configuration k: Not a number of type LONG"},
      {floating, "NaN", "Invalid value NaN for configuration k: Not a number of type DOUBLE"},
  };
  for (const auto& [type, text, expected] : cases) {
    const auto parsed = parse_value(key_of(type), text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().message(), expected);
  }
}

TEST(InvalidValue, NeverShowsAPassword) {
  EXPECT_EQ(invalid_value(key_of(ConfigType::password), "hush", "too short"),
            "Invalid value [hidden] for configuration k: too short");
}

TEST(Checks, SayWhatIsAllowed) {
  struct Case {
    check::Check check;
    std::optional<std::string> value;
    std::optional<std::string> reason;
  };
  const Case cases[] = {
      {check::at_least(1), "1", std::nullopt},
      {check::at_least(1), "0", "Value must be at least 1"},
      {check::at_least(0.5), "0.1", "Value must be at least 0.5"},
      {check::at_least(1), std::nullopt, "Value must be non-null"},
      {check::between(1, 5), "6", "Value must be no more than 5"},
      {check::between(1, 5), "5", std::nullopt},
      {check::one_of({"none", "all"}), "all", std::nullopt},
      {check::one_of({"none", "all"}), "All", "String must be one of: none, all"},
      {check::one_of({"none", "all"}), std::nullopt, std::nullopt},
      {check::one_of_any_case({"none", "all"}), "All", std::nullopt},
      {check::one_of_any_case({"none", "all"}), std::nullopt, std::nullopt},
      {check::one_of_any_case({"none", "all"}), "al", "String must be one of (case insensitive): none, all"},
      {check::non_empty(), "", "String may not be empty"},
      {check::non_empty(), "x", std::nullopt},
      {check::non_empty_without_control_chars(), "", "String may not be empty"},
      {check::non_empty_without_control_chars(), std::nullopt, std::nullopt},
      {check::non_empty_without_control_chars(), "Wetter & Wind äöü", std::nullopt},
      {check::non_empty_without_control_chars(), "a\nb\x7F",
       "String may not contain control sequences but had the following ASCII chars: 10, 127"},
      {check::non_empty_without_control_chars(), "a\xC2\x85",
       "String may not contain control sequences but had the following ASCII chars: 133"},
  };
  for (const auto& each : cases) EXPECT_EQ(each.check(each.value), each.reason) << each.value.value_or("null");
}

TEST(ConfigDef, ReplacesALaterDefinitionInItsPlaceAndFindsAliases) {
  ConfigKey first = key_of(ConfigType::string), second = key_of(ConfigType::string), again =
      key_of(ConfigType::integer);
  first.name = "first";
  second.name = "second";
  second.aliases = {"zweiter"};
  again.name = "first";
  ConfigDef definition{first, second};
  definition.add(again);
  ASSERT_EQ(definition.keys().size(), 2U);
  EXPECT_EQ(definition.keys()[0].type, ConfigType::integer);
  ASSERT_NE(definition.find("zweiter"), nullptr);
  EXPECT_EQ(definition.find("zweiter")->name, "second");
  EXPECT_EQ(definition.find("third"), nullptr);
  ConfigDef other{second};
  other.add_all(definition);
  EXPECT_EQ(other.keys().size(), 2U);
  EXPECT_EQ(other.keys()[1].name, "first");
}

TEST(ListItems, AreTrimmedAndATrailingCommaAddsNone) {
  EXPECT_EQ(list_items(" a ,b ,, c,"), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_TRUE(list_items("  ").empty());
}

}  // namespace
}  // namespace sinkway
