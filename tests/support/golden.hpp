// Texts that users see, held against files under tests/golden.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sinkway::test {

// True when `text` is what the file `name` below SINKWAY_GOLDEN (a macro that the build defines) holds. With
// SINKWAY_REWRITE_GOLDEN=1 in the environment the file becomes the text; the difference is then for a reviewer to see.
inline testing::AssertionResult matches_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path(SINKWAY_GOLDEN) / name;
  const char* rewrite = std::getenv("SINKWAY_REWRITE_GOLDEN");
  if (rewrite && std::string(rewrite) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return testing::AssertionSuccess();
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return testing::AssertionFailure() << file << " is missing; SINKWAY_REWRITE_GOLDEN=1 writes it";
  const std::string expected{std::istreambuf_iterator<char>(in), {}};
  if (expected == text) return testing::AssertionSuccess();
  return testing::AssertionFailure() << file << " holds\n" << expected << "\nbut the text is\n" << text;
}

}  // namespace sinkway::test
