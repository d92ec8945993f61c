#include "host/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace sinkway {
namespace {

TEST(Error, SaysWhereWhatAndWhatToChange) {
  const Error error = Error("Invalid value x").with_hint("use y").with_id("config.value").at("worker.properties:3");
  EXPECT_EQ(error.message(), "worker.properties:3: Invalid value x");
  EXPECT_EQ(error.text(), "worker.properties:3: Invalid value x (use y)");
  EXPECT_EQ(error.id(), "config.value");
  EXPECT_FALSE(error.retriable());
}

TEST(Error, IsRetriableOnlyWhenItSaysSo) { EXPECT_TRUE(Error::transient("server away").retriable()); }

TEST(Result, HoldsAValueThatCanBeMovedOut) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*std::move(result).value(), 7);
}

TEST(Result, HoldsAnError) {
  const Result<int> result(Error("no"));
  EXPECT_FALSE(result);
  EXPECT_EQ(result.error().message(), "no");
}

TEST(Result, OfNothingIsFineByDefault) {
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_FALSE(Result<void>(Error("no")).ok());
}

}  // namespace
}  // namespace sinkway
