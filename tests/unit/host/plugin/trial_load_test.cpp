#include "host/plugin/trial_load.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sinkway::plugin {
namespace {

std::string built(const std::string& file) { return std::string(SINKWAY_TEST_PLUGINS) + "/" + file; }

std::string verdict(const std::string& path, Milliseconds patience = Milliseconds(60'000)) {
  const auto verdicts = try_in_children({path}, patience);
  return verdicts.at(0).ok() ? "" : verdicts.at(0).error().text();
}

TEST(TrialLoad, AGoodPluginPasses) { EXPECT_EQ(verdict(built("good.so")), ""); }

TEST(TrialLoad, EachBrokenPluginIsNamedWithItsFault) {
  const struct {
    std::string file, words;
  } cases[] = {
      {"broken_crashes.so", "Segmentation fault (signal 11)"},
      {"broken_exits.so", "ended the process while it was loaded"},
      {"broken_refuses.so", "init() says that it is not ready"},
      {"broken_major.so", "is built for plugin ABI 2."},
      {"broken_nameless.so", "exports no symbol sinkway_plugin"},
      {"broken_empty.so", "describes no class"},
      {"throwing.so", "thrown on purpose"},
      {"missing.so", "No such file or directory"},
  };
  for (const auto& each : cases) {
    const std::string text = verdict(built(each.file));
    EXPECT_NE(text.find(each.words), std::string::npos) << each.file << ": " << text;
    EXPECT_NE(text.find(each.file), std::string::npos) << text;
  }
}

TEST(TrialLoad, AFileThatIsNoLibraryIsCalledSo) {
  const auto path = std::filesystem::temp_directory_path() / ("sinkway-no-elf-" + std::to_string(getpid()) + ".so");
  std::ofstream(path) << "#!/bin/sh\n";
  EXPECT_NE(verdict(path.string()).find("no ELF file"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(TrialLoad, APluginThatNeverAnswersIsGivenUp) {
  EXPECT_NE(verdict(built("broken_hangs.so"), Milliseconds(50)).find("was not loaded after 50 ms"), std::string::npos);
}

TEST(TrialLoad, OneBadFileDoesNotTouchItsNeighbours) {
  const auto verdicts = try_in_children({built("good.so"), built("broken_crashes.so"), built("good.so")}, Milliseconds(60'000));
  ASSERT_EQ(verdicts.size(), 3u);
  EXPECT_TRUE(verdicts[0].ok());
  EXPECT_FALSE(verdicts[1].ok());
  EXPECT_TRUE(verdicts[2].ok());
}

}  // namespace
}  // namespace sinkway::plugin
