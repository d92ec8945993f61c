#include "host/plugin/plugin_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sinkway::plugin {
namespace {

namespace fs = std::filesystem;

class PluginFilesTest : public ::testing::Test {
 protected:
  PluginFilesTest() { fs::create_directories(folder_); }
  ~PluginFilesTest() override { fs::remove_all(folder_); }

  std::string make(const fs::path& path) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << "x";
    return (folder_ / path).string();
  }

  fs::path folder_ = fs::temp_directory_path() / ("sinkway-plugin-files-" + std::to_string(getpid()));
};

TEST_F(PluginFilesTest, OfAFolderAllLibrariesAreTakenInOrder) {
  const auto b = make("b.so"), a = make("a.so"), deep = make("one/two/three/c.so");
  make("one/two/three/four/too_deep.so");
  make("readme.txt");
  make("a.so.1");
  const PluginFiles found = find_plugin_files(folder_.string());
  EXPECT_EQ(found.files, (std::vector{a, b, deep}));
  EXPECT_TRUE(found.problems.empty());
}

TEST_F(PluginFilesTest, EntriesAreSeparatedByCommasAndBlanksDoNotCount) {
  const auto a = make("a.so"), b = make("folder/b.so");
  EXPECT_EQ(find_plugin_files(" " + a + " ,, " + (folder_ / "folder").string() + ",").files, (std::vector{a, b}));
}

TEST_F(PluginFilesTest, AFileThatIsReachedTwiceIsTakenOnce) {
  const auto a = make("a.so");
  fs::create_symlink(a, folder_ / "z.so");
  EXPECT_EQ(find_plugin_files(a + "," + folder_.string()).files, (std::vector{a}));
}

TEST_F(PluginFilesTest, ALinkOfAFolderToItselfEnds) {
  const auto a = make("one/a.so");
  fs::create_directory_symlink(folder_, folder_ / "one" / "again");
  EXPECT_EQ(find_plugin_files(folder_.string()).files.size(), 1u);
}

TEST_F(PluginFilesTest, AnEntryThatDoesNotExistIsAProblemAndTheRestCounts) {
  const auto a = make("a.so");
  const PluginFiles found = find_plugin_files("/nowhere/at/all.so," + a);
  EXPECT_EQ(found.files, (std::vector{a}));
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.problems[0], "plugin.path: /nowhere/at/all.so does not exist");
}

TEST_F(PluginFilesTest, AnEmptyPathIsNothing) {
  EXPECT_TRUE(find_plugin_files("").files.empty());
  EXPECT_TRUE(find_plugin_files(" , ").problems.empty());
}

}  // namespace
}  // namespace sinkway::plugin
