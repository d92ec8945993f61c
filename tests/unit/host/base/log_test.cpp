#include "host/base/log.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sinkway {
namespace {

std::string printed_by(const auto& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Logger, WritesNameFieldsAndTextOnOneLine) {
  const std::string out = printed_by([] {
    Logger::standard(LogLevel::info).named("task").with("connector", "weather").warn("lost {}\nof them", 3);
  });
  EXPECT_NE(out.find("warning task connector=weather lost 3 of them\n"), std::string::npos) << out;
  EXPECT_EQ(out.find('\n'), out.size() - 1);
}

TEST(Logger, KeepsQuietBelowItsLevel) {
  EXPECT_EQ(printed_by([] { Logger::standard(LogLevel::warn).info("nothing"); }), "");
  EXPECT_EQ(printed_by([] { Logger::none().error("nothing"); }), "");
}

TEST(Logger, ChangesItsLevelForEveryName) {
  EXPECT_NE(printed_by([] {
              const Logger log = Logger::standard(LogLevel::warn);
              log.named("a").set_level(LogLevel::debug);
              log.named("b").debug("seen");
            }),
            "");
}

}  // namespace
}  // namespace sinkway
