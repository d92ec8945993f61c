#include "host/plugin/plugin_registry.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sinkway::plugin {
namespace {

Manifest manifest(std::string name, std::string version = "1.0.0", std::vector<std::string> aliases = {}) {
  Manifest made;
  made.name = std::move(name);
  made.version = std::move(version);
  made.aliases = std::move(aliases);
  return made;
}

std::string found(const PluginRegistry& registry, std::string_view name) {
  const Manifest* manifest = registry.find(name);
  return manifest == nullptr ? "" : manifest->name;
}

TEST(PluginRegistry, AClassIsFoundByEachOfItsNames) {
  PluginRegistry registry;
  registry.add(manifest("io.sinkway.table.TableSinkConnector", "1",
                        {"io.confluent.connect.jdbc.JdbcSinkConnector", "io.debezium.connector.jdbc.JdbcSinkConnector"}));
  for (const char* name : {"io.sinkway.table.TableSinkConnector", "TableSinkConnector", "TableSink", "JdbcSinkConnector", "JdbcSink",
                           "io.confluent.connect.jdbc.JdbcSinkConnector", "io.debezium.connector.jdbc.JdbcSinkConnector"})
    EXPECT_EQ(found(registry, name), "io.sinkway.table.TableSinkConnector") << name;
  for (const char* name : {"", "Connector", "Table", "tablesink", "sinkway.table.TableSinkConnector"})
    EXPECT_EQ(found(registry, name), "") << name;
}

TEST(PluginRegistry, AnAmbiguousAliasIsDroppedAndFullNamesStay) {
  PluginRegistry registry;
  for (const char* name : {"a.MySinkConnector", "b.MySinkConnector", "c.MySink"}) registry.add(manifest(name));
  EXPECT_EQ(found(registry, "MySinkConnector"), "");
  EXPECT_EQ(found(registry, "MySink"), "");
  EXPECT_EQ(found(registry, "b.MySinkConnector"), "b.MySinkConnector");
}

TEST(PluginRegistry, AFullNameGoesBeforeTheAliasOfAnother) {
  PluginRegistry registry;
  registry.add(manifest("a.First", "1", {"b.Second"}));
  registry.add(manifest("b.Second"));
  EXPECT_EQ(found(registry, "b.Second"), "b.Second");
}

TEST(PluginRegistry, OfOneClassInTwoVersionsTheHigherIsUsed) {
  for (const bool newer_first : {true, false}) {
    PluginRegistry registry;
    registry.add(manifest("a.Sink", newer_first ? "1.10" : "1.9"));
    registry.add(manifest("a.Sink", newer_first ? "1.9" : "1.10"));
    ASSERT_EQ(registry.all().size(), 1u);
    EXPECT_EQ(registry.all()[0].version, "1.10");
  }
}

TEST(PluginRegistry, AllIsSortedByName) {
  PluginRegistry registry;
  for (const char* name : {"c.C", "a.A", "b.B"}) registry.add(manifest(name));
  EXPECT_EQ(registry.all()[0].name, "a.A");
  EXPECT_EQ(registry.all()[2].name, "c.C");
}

TEST(PluginRegistry, AFolderWithGoodAndBrokenFilesGivesTheGoodOnes) {
  const std::string folder(SINKWAY_TEST_PLUGINS);
  std::string path = folder + "/good.so," + folder + "/good_newer.so," + folder + "/no_such_file.so";
  for (const char* broken : {"crashes", "exits", "refuses", "major", "nameless", "empty"})
    path += "," + folder + "/broken_" + broken + ".so";
  const auto registry = PluginRegistry::load(path, Logger::none());
  ASSERT_EQ(registry.all().size(), 1u);
  const Manifest* good = registry.find("GoodSink");
  ASSERT_NE(good, nullptr);
  EXPECT_EQ(good->version, "1.10.0");
  EXPECT_EQ(good->location, folder + "/good_newer.so");
  EXPECT_NE(good->definition.find("level"), nullptr);
}

}  // namespace
}  // namespace sinkway::plugin
