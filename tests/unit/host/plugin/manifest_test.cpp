#include "host/plugin/manifest.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sinkway::plugin {
namespace {

sinkway_string text(std::string_view words) { return {words.data(), words.size()}; }

// What the entry under test gives out; the functions of the ABI have no other way to it.
struct Given {
  std::vector<sinkway_option> options;
  sinkway_descriptor descriptor{};
  std::size_t copies = 1;
  std::int32_t ready = 1;
} given;

sinkway_task* no_task(const sinkway_descriptor*, const sinkway_host*) { return nullptr; }

sinkway_option option(std::string_view name) {
  sinkway_option made{};
  made.struct_size = sizeof(sinkway_option);
  made.type = SINKWAY_TYPE_INT;
  made.name = text(name);
  made.documentation = text("Words.");
  return made;
}

sinkway_entry good() {
  given = {};
  given.options = {option("first"), option("second")};
  given.descriptor.struct_size = sizeof(sinkway_descriptor);
  given.descriptor.kind = SINKWAY_KIND_SINK;
  given.descriptor.name = text("org.example.ExampleSinkConnector");
  given.descriptor.version = text("1.2.3");
  given.descriptor.option_size = sizeof(sinkway_option);
  given.descriptor.create_task = no_task;
  return {sizeof(sinkway_entry),
          SINKWAY_ABI_MAJOR,
          SINKWAY_ABI_MINOR,
          [] { return given.ready; },
          [] {},
          [] { return given.copies; },
          [](std::size_t) -> const sinkway_descriptor* { return &given.descriptor; }};
}

Result<std::vector<Manifest>> read(const sinkway_entry& entry) {
  given.descriptor.options = given.options.data();
  given.descriptor.option_count = given.options.size();
  return read_manifests(entry, "/plugins/example.so");
}

TEST(Manifest, IsCopiedOutOfTheDescriptor) {
  const sinkway_entry entry = good();
  const sinkway_string aliases[] = {text("com.example.Other")};
  given.descriptor.aliases = aliases;
  given.descriptor.alias_count = 1;
  given.options[1].default_value = text("7");
  given.options[1].check = SINKWAY_CHECK_RANGE;
  given.options[1].minimum = 1;
  given.options[1].maximum = 9;
  const auto read_back = read(entry);
  ASSERT_TRUE(read_back.ok()) << read_back.error().text();
  const Manifest& manifest = read_back.value().at(0);
  EXPECT_EQ(manifest.name, "org.example.ExampleSinkConnector");
  EXPECT_EQ(manifest.aliases, std::vector<std::string>{"com.example.Other"});
  EXPECT_EQ(manifest.version, "1.2.3");
  EXPECT_EQ(manifest.location, "/plugins/example.so");
  ASSERT_EQ(manifest.definition.keys().size(), 2u);
  const ConfigKey* second = manifest.definition.find("second");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->type, ConfigType::integer);
  EXPECT_EQ(second->default_value, "7");
  EXPECT_TRUE(parse_value(*second, "9").ok());
  EXPECT_FALSE(parse_value(*second, "10").ok() && !second->check("10"));
}

TEST(Manifest, EachFaultIsNamedWithTheFile) {
  const struct {
    std::string words;
    std::function<void(sinkway_entry&)> spoil;
  } cases[] = {
      {"built for plugin ABI 9.", [](sinkway_entry& entry) { entry.abi_major = 9; }},
      {"its entry is shorter", [](sinkway_entry& entry) { entry.struct_size = 8; }},
      {"lacks init", [](sinkway_entry& entry) { entry.descriptor_at = nullptr; }},
      {"not ready", [](sinkway_entry&) { given.ready = 0; }},
      {"describes no class", [](sinkway_entry&) { given.copies = 0; }},
      {"described twice", [](sinkway_entry&) { given.copies = 2; }},
      {"is NULL",
       [](sinkway_entry& entry) {
         entry.descriptor_at = [](std::size_t) -> const sinkway_descriptor* { return nullptr; };
       }},
      {"shorter than the ABI's", [](sinkway_entry&) { given.descriptor.struct_size = 4; }},
      {"has no name", [](sinkway_entry&) { given.descriptor.name = {}; }},
      {"kind 7 is not known", [](sinkway_entry&) { given.descriptor.kind = 7; }},
      {"create_task is NULL", [](sinkway_entry&) { given.descriptor.create_task = nullptr; }},
      {"options are 8 bytes long", [](sinkway_entry&) { given.descriptor.option_size = 8; }},
      {"option first: type 99", [](sinkway_entry&) { given.options[0].type = 99; }},
      {"option first: importance -1", [](sinkway_entry&) { given.options[0].importance = -1; }},
      {"option first: width 9", [](sinkway_entry&) { given.options[0].width = 9; }},
      {"option first: check 9", [](sinkway_entry&) { given.options[0].check = 9; }},
      {"option 1 of 2: it has no name", [](sinkway_entry&) { given.options[0].name = {}; }},
      {"option first is defined twice", [](sinkway_entry&) { given.options[1].name = given.options[0].name; }},
      {"its own default is refused", [](sinkway_entry&) { given.options[0].default_value = text("many"); }},
  };
  for (const auto& each : cases) {
    sinkway_entry entry = good();
    each.spoil(entry);
    const auto result = read(entry);
    ASSERT_FALSE(result.ok()) << each.words;
    EXPECT_NE(result.error().text().find(each.words), std::string::npos) << each.words << " | " << result.error().text();
    EXPECT_TRUE(result.error().message().starts_with("/plugins/example.so: ")) << result.error().message();
  }
}

TEST(Manifest, AHigherMinorNumberOnlyAdds) {
  sinkway_entry entry = good();
  entry.abi_minor = SINKWAY_ABI_MINOR + 3;
  EXPECT_TRUE(read(entry).ok());
}

TEST(Manifest, OptionsThatAreLongerThanTodaysAreStridden) {
  struct Longer {
    sinkway_option known;
    double unknown[3];
  };
  const sinkway_entry entry = good();
  const Longer longer[] = {{option("one"), {1, 2, 3}}, {option("two"), {1, 2, 3}}};
  given.descriptor.options = &longer[0].known;
  given.descriptor.option_count = 2;
  given.descriptor.option_size = sizeof(Longer);
  const auto result = read_manifests(entry, "x");
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_NE(result.value()[0].definition.find("two"), nullptr);
}

}  // namespace
}  // namespace sinkway::plugin
