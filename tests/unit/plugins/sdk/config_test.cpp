#include "plugins/sdk/cpp/config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sinkway::sdk {
namespace {

constexpr std::array kAliases{lend("also.called")};
constexpr std::array kAllowed{lend("a"), lend("b")};
constexpr auto kOptions = option_table({
    {.name = "text", .default_value = "fallback", .group = "One", .aliases = kAliases},
    {.name = "number", .type = SINKWAY_TYPE_LONG, .group = "Two"},
    {.name = "choice", .group = "One", .check = SINKWAY_CHECK_ONE_OF, .allowed = kAllowed},
    {.name = "secret", .type = SINKWAY_TYPE_PASSWORD},
    {.name = "needed", .required = true},
});

Config config(Config::Entries entries) { return {kOptions, std::move(entries)}; }

template <typename Read>
std::string refusal(Read read) {
  try {
    (void)read();
  } catch (const FatalError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(OptionTable, CountsTheOrderInsideEachGroup) {
  EXPECT_EQ(kOptions[0].order, 1);
  EXPECT_EQ(kOptions[1].order, 1);
  EXPECT_EQ(kOptions[2].order, 2);
  EXPECT_EQ(kOptions[3].order, -1);
  EXPECT_EQ(kOptions[2].allowed_count, 2u);
  EXPECT_EQ(kOptions[1].default_value.data, nullptr);
  EXPECT_EQ(kOptions[4].required, 1);
}

TEST(SdkConfig, TakesTheKeyThenAnAliasThenTheDefault) {
  EXPECT_EQ(config({{"text", "x"}, {"also.called", "y"}}).text("text"), "x");
  EXPECT_EQ(config({{"also.called", "y"}}).text("text"), "y");
  EXPECT_EQ(config({}).text("text"), "fallback");
  EXPECT_EQ(config({}).find("number"), std::nullopt);
  EXPECT_EQ(config({{"unknown", " z "}}).find("unknown"), " z ");
}

TEST(SdkConfig, BlanksAroundAValueDoNotCountSaveInAPassword) {
  const Config padded = config({{"text", "  x \t"}, {"secret", " s "}});
  EXPECT_EQ(padded.text("text"), "x");
  EXPECT_EQ(padded.text("secret"), " s ");
  EXPECT_EQ(padded.written("text"), "  x \t");
}

TEST(SdkConfig, ReadsEachType) {
  EXPECT_EQ(config({{"number", " -42 "}}).integer("number"), -42);
  EXPECT_EQ(config({{"number", "2.5e3"}}).number("number"), 2500);
  EXPECT_TRUE(config({{"text", "TRUE"}}).boolean("text"));
  EXPECT_FALSE(config({{"text", "false"}}).boolean("text"));
  EXPECT_EQ(config({{"text", " a , b,,c "}}).list("text"), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(config({{"text", ""}}).list("text"), std::vector<std::string>{});
}

TEST(SdkConfig, WhatCannotBeReadIsRefusedInConnectsWords) {
  for (const char* text : {"", "x", "1x", "1.5", "99999999999999999999"})
    EXPECT_EQ(refusal([&] { return config({{"number", text}}).integer("number"); }),
              "Invalid value " + std::string(text) + " for configuration number: Not a whole number");
  EXPECT_EQ(refusal([] { return config({{"text", "yes"}}).boolean("text"); }),
            "Invalid value yes for configuration text: Expected value to be either true or false");
  EXPECT_EQ(refusal([] { return config({}).text("needed"); }),
            "Missing required configuration \"needed\" which has no default value.");
}

TEST(SdkConfig, APasswordIsNeverInAnError) {
  EXPECT_EQ(refusal([] { return config({{"secret", "hunter2"}}).integer("secret"); }),
            "Invalid value [hidden] for configuration secret: Not a whole number");
}

}  // namespace
}  // namespace sinkway::sdk
