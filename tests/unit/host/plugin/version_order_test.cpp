#include "host/plugin/version_order.hpp"

#include <gtest/gtest.h>

#include <iterator>

namespace sinkway::plugin {
namespace {

TEST(VersionOrder, VersionsComeInTheOrderOfTheirReleases) {
  const char* const ordered[] = {"",      "0.9",   "1.0-SNAPSHOT", "1.0-rc1", "1.0",  "1.0.1-beta",
                                 "1.0.1", "1.0.2", "1.0.10",       "1.2",     "1.10", "2"};
  for (std::size_t i = 0; i < std::size(ordered); ++i)
    for (std::size_t j = 0; j < std::size(ordered); ++j)
      EXPECT_EQ(is_older(ordered[i], ordered[j]), i < j) << ordered[i] << " " << ordered[j];
}

TEST(VersionOrder, AMissingNumberIsZero) {
  EXPECT_FALSE(is_older("1", "1.0.0"));
  EXPECT_FALSE(is_older("1.0.0", "1"));
}

}  // namespace
}  // namespace sinkway::plugin
