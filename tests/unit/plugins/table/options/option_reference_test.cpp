#include "tests/support/option_reference.hpp"

#include <gtest/gtest.h>

#include <array>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/table/options/option_definitions.hpp"

namespace sinkway::table {
namespace {

using sdk::lend;

TEST(OptionReference, HasAnExampleThatIsNotTheDefaultForEachOption) {
  for (const sinkway_option& option : table_option_definitions()) {
    const auto [effect, example] = test::explained(option);
    EXPECT_FALSE(example.empty()) << test::text_of(option.name);
    EXPECT_NE(example, test::text_of(option.default_value)) << test::text_of(option.name);
    EXPECT_TRUE(effect.ends_with('.')) << test::text_of(option.name) << ": " << effect;
    EXPECT_EQ(effect.find("Example:"), std::string::npos) << test::text_of(option.name);
  }
}

TEST(OptionReference, IsOneTableForEachGroup) {
  static constexpr std::array kWords{lend("keep"), lend("lower")};
  static constexpr std::array kAliases{lend("b.old")};
  static constexpr sdk::Option kOptions[] = {
      {.name = "a", .required = true, .group = "One", .documentation = "Does a. Example: x|y."},
      {.name = "c",
       .type = SINKWAY_TYPE_BOOLEAN,
       .default_value = "false",
       .group = "Two",
       .documentation = "a_b <c> * | d."},
      {.name = "b",
       .default_value = "keep",
       .importance = SINKWAY_IMPORTANCE_LOW,
       .group = "One",
       .documentation = "Does b.",
       .check = SINKWAY_CHECK_ONE_OF,
       .allowed = kWords,
       .aliases = kAliases}};
  static constexpr auto kMade = sdk::option_table(kOptions);
  EXPECT_EQ(test::option_sections(kMade, "##"),
            "## One\n\n| key | type | default | importance | effect | example |\n|---|---|---|---|---|---|\n"
            "| `a` | string | required | medium | Does a. | `x\\|y` |\n"
            "| `b`, `b.old` | string | `keep` | low | Does b. | `lower` |\n"
            "\n## Two\n\n| key | type | default | importance | effect | example |\n|---|---|---|---|---|---|\n"
            "| `c` | boolean | `false` | medium | a_b \\<c> \\* \\| d. | `true` |\n");
}

}  // namespace
}  // namespace sinkway::table
