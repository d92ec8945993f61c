// The recorded ABI against the headers: every name is in it, and abi-layout refuses a change that hides.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SINKWAY_SOURCE_ROOT;
const std::string kHeaderNames[] = {"sinkway_value.h", "sinkway_host.h", "sinkway_sink.h"};

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string without_comments(const std::string& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find("/*", at), text.size());
    code.append(text, at, begin - at);
    const std::size_t end = text.find("*/", begin);
    at = end == std::string::npos ? text.size() : end + 2;
  }
  return code;
}

std::vector<std::string> words_of(const std::string& code) {
  std::vector<std::string> words(1);
  for (const char c : code) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_')
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  return words;
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
  // The version is the first line; guards, the index of no record and a struct without a body are no part of the layout.
  const std::set<std::string> known = {"SINKWAY_ABI_MAJOR", "SINKWAY_ABI_MINOR", "SINKWAY_NO_RECORD", "SINKWAY_VALUE_H",
                                       "SINKWAY_HOST_H",    "SINKWAY_SINK_H",    "sinkway_metric"};
  std::size_t looked_at = 0;
  for (const auto& header : kHeaderNames) {
    std::string before;
    for (const auto& word : words_of(without_comments(contents(folder_ / header)))) {
      const bool is_struct = before == "struct" && word.starts_with("sinkway_");
      before = word;
      if (!word.starts_with("SINKWAY_") && !is_struct) continue;
      ++looked_at;
      const bool recorded = known.contains(word) || golden.find((is_struct ? "struct " : "") + word + " ") != std::string::npos;
      EXPECT_TRUE(recorded) << "add it to abi_layout.c: " << word;
    }
  }
  EXPECT_GT(looked_at, 100u) << "the headers were not understood";
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
