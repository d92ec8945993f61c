#include "host/herder/file_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.hpp"

namespace sinkway::herder {
namespace {

std::vector<StoredConnector> some() {
  ConfigMap config{{"name", "a"}, {"connection.password", "quo\"te\\ \n€"}};
  config.set("nothing", std::nullopt);
  return {{"a", config, TargetState::paused}, {"b c", {{"topics", "x"}}, TargetState::started}};
}

std::unique_ptr<FileStore> opened(const std::string& path) {
  auto store = FileStore::open(path);
  EXPECT_TRUE(store) << store.error().text();
  return std::move(*store);
}

TEST(FileStore, GivesBackWhatWasSaved) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("state/deep/connectors.json");
  {
    const auto store = opened(path);
    EXPECT_TRUE(store->load()->empty());
    ASSERT_TRUE(store->save(some()));
  }
  EXPECT_EQ(*opened(path)->load(), some());
}

TEST(FileStore, IsReadableByItsOwnerOnlyAndLeavesNoTemporaryFile) {
  const test::TemporaryFolder folder;
  const auto store = opened(folder.path("connectors.json"));
  folder.write("connectors.json.new", "left by a crash");
  ASSERT_TRUE(store->save(some()));
  struct stat about {};
  ASSERT_EQ(::stat(folder.path("connectors.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_NE(::stat(folder.path("connectors.json.new").c_str(), &about), 0);
}

TEST(FileStore, RefusesWhatIsTornOrForeignAndNamesItAndLeavesItAlone) {
  const std::string whole = print_connectors(some());
  const std::string texts[] = {"", "{\"torn\": ", "not ours at all", "{\"format\": \"something else\"}", "[]", "null",
                               whole.substr(0, whole.size() / 2), R"({"format":"sinkway-connectors"})",
                               R"({"format":"sinkway-connectors","version":2,"connectors":[]})",
                               R"({"format":"sinkway-connectors","version":1})",
                               R"({"format":"sinkway-connectors","version":1,"connectors":[{"name":"a"}]})",
                               R"({"format":"sinkway-connectors","version":1,"connectors":[{"name":"a","config":{},"target":"ASLEEP"}]})",
                               R"({"format":"sinkway-connectors","version":1,"connectors":[{"name":"a","config":{"k":7},"target":"STARTED"}]})"};
  for (const auto& text : texts) {
    const test::TemporaryFolder folder;
    folder.write("connectors.json", text);
    const auto loaded = opened(folder.path("connectors.json"))->load();
    ASSERT_FALSE(loaded) << text;
    EXPECT_NE(loaded.error().message().find(folder.path("connectors.json")), std::string::npos);
    EXPECT_EQ(folder.read("connectors.json"), text);
  }
}

TEST(FileStore, IsForOneWorkerAtATime) {
  const test::TemporaryFolder folder;
  auto first = opened(folder.path("connectors.json"));
  const auto second = FileStore::open(folder.path("connectors.json"));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().text().find("another worker"), std::string::npos);
  first.reset();
  EXPECT_TRUE(FileStore::open(folder.path("connectors.json")));
}

TEST(FileStore, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  const test::TemporaryFolder folder;
  const auto store = opened(folder.path("connectors.json"));
  ASSERT_TRUE(store->save(some()));
  std::filesystem::create_directory(folder.path("connectors.json.new"));  // in the way
  EXPECT_FALSE(store->save({}));
  EXPECT_EQ(*store->load(), some());
}

TEST(FileStore, SaysWhereItCannotBe) {
  const auto store = FileStore::open("/proc/sinkway/connectors.json");
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().text().find("/proc/sinkway"), std::string::npos);
}

}  // namespace
}  // namespace sinkway::herder
