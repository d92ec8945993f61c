// The recorded ABI against the headers: every name is in it, and abi-layout refuses a change that hides.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SINKWAY_SOURCE_ROOT;
const std::string kHeaderNames[] = {"sinkway_value.h", "sinkway_host.h", "sinkway_sink.h"};

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class AbiLayoutTest : public ::testing::Test {
 protected:
  AbiLayoutTest() {
    fs::create_directories(folder_);
    for (const auto& name : kHeaderNames) fs::copy_file(kRoot / "plugins/sdk/abi" / name, folder_ / name);
    fs::copy_file(kRoot / "plugins/sdk/abi.golden", folder_ / "abi.golden");
  }
  ~AbiLayoutTest() override { fs::remove_all(folder_); }

  int run(const std::string& verb) const {
    std::string command = std::string(SINKWAY_ABI_LAYOUT) + " " + verb + " " + (folder_ / "abi.golden").string();
    for (const auto& name : kHeaderNames) command += " " + (folder_ / name).string();
    return WEXITSTATUS(std::system((command + " 2>" + (folder_ / "words").string()).c_str()));
  }
  void edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = contents(folder_ / file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(folder_ / file) << text.replace(at, from.size(), to);
  }

  fs::path folder_ = fs::temp_directory_path() / ("sinkway-abi-" + std::to_string(getpid()));
};

TEST_F(AbiLayoutTest, TheHeadersAreAsRecorded) { EXPECT_EQ(run("check"), 0) << contents(folder_ / "words"); }

TEST_F(AbiLayoutTest, EveryNameOfTheHeadersIsRecorded) {
  const std::string golden = contents(folder_ / "abi.golden");
  std::set<std::string> missing;
  for (const auto& name : kHeaderNames) {
    const std::string header = std::regex_replace(contents(folder_ / name), std::regex(R"(/\*[\s\S]*?\*/)"), "");
    const std::regex names(R"(\bSINKWAY_(?!(VALUE|HOST|SINK)_H\b)[A-Z0-9_]+\b|typedef struct (sinkway_\w+) \{)");
    for (std::sregex_iterator at(header.begin(), header.end(), names), end; at != end; ++at) {
      const std::string wanted = (*at)[2].matched ? "struct " + (*at)[2].str() + " " : at->str() + " ";
      // The version is the first line, the index of no record no number of the layout.
      if (at->str().starts_with("SINKWAY_ABI_") || at->str() == "SINKWAY_NO_RECORD") continue;
      if (golden.find(wanted) == std::string::npos) missing.insert(wanted);
    }
  }
  EXPECT_TRUE(missing.empty()) << "add it to abi_layout.c: " << *missing.begin();
}

TEST_F(AbiLayoutTest, AChangedTypeOfAFunctionIsSeenAndACommentIsNot) {
  edit("sinkway_host.h", "[any-thread]", "[any-thread], now with other words");
  EXPECT_EQ(run("check"), 0);
  edit("sinkway_host.h", "void (*request_commit)(const sinkway_host *host);", "void (*request_commit)(sinkway_host *host);");
  EXPECT_EQ(run("check"), 1);
  EXPECT_NE(contents(folder_ / "words").find("Step SINKWAY_ABI_MINOR"), std::string::npos) << contents(folder_ / "words");
}

TEST_F(AbiLayoutTest, AChangeIsRecordedOnlyWithAnotherVersion) {
  const std::string before = contents(folder_ / "abi.golden");
  edit("abi.golden", "SINKWAY_FENCED 4", "SINKWAY_FENCED 5");
  EXPECT_EQ(run("rewrite"), 1) << "the version is the same";
  edit("abi.golden", "abi 1.", "abi 0.");
  EXPECT_EQ(run("check"), 1) << "stepped, but not recorded";
  EXPECT_EQ(run("rewrite"), 0);
  EXPECT_EQ(run("check"), 0);
  EXPECT_EQ(contents(folder_ / "abi.golden"), before);
}

}  // namespace
