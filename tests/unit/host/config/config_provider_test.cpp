#include "host/config/config_provider.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/support/temporary_folder.hpp"

namespace sinkway {
namespace {

const std::string kPackage = "org.apache.kafka.common.config.provider.";

class ConfigProvidersTest : public testing::Test {
 protected:
  ConfigProvidersTest() {
    folder.write("db.properties", "password = hush\nuser=ada\nempty=\n");
    std::filesystem::create_directory(folder.path("secrets"));
    folder.write("secrets/token", "t0ken\n");
    ::setenv("SINKWAY_TEST_WORD", "wind", 1);
    worker = {{"config.providers", "file, env,dir"},
              {"config.providers.file.class", kPackage + "FileConfigProvider"},
              {"config.providers.env.class", kPackage + "EnvVarConfigProvider"},
              {"config.providers.dir.class", "DirectoryConfigProvider"}};
  }
  ~ConfigProvidersTest() override { ::unsetenv("SINKWAY_TEST_WORD"); }

  [[nodiscard]] ConfigProviders made() const {
    auto providers = ConfigProviders::make(worker, Logger::none());
    EXPECT_TRUE(providers) << providers.error().text();
    return *providers;
  }
  [[nodiscard]] std::string text(const std::string& with) const {
    auto resolved = made().resolve_text(with);
    return resolved ? *resolved : "error: " + resolved.error().message();
  }

  test::TemporaryFolder folder;
  ConfigMap worker;
};

TEST_F(ConfigProvidersTest, ReplacePlaceholdersInOnePass) {
  const std::string file = folder.path("db.properties");
  EXPECT_EQ(text("${file:" + file + ":password}"), "hush");
  EXPECT_EQ(text("user=${file:" + file + ":user};word=${env:SINKWAY_TEST_WORD}."), "user=ada;word=wind.");
  EXPECT_EQ(text("${dir:" + folder.path("secrets") + ":token}"), "t0ken\n");
  EXPECT_EQ(text("[${file:" + file + ":empty}]"), "[]");
  ::setenv("SINKWAY_TEST_WORD", "${env:HOME}", 1);
  EXPECT_EQ(text("${env:SINKWAY_TEST_WORD}"), "${env:HOME}");
}

TEST_F(ConfigProvidersTest, KeepWhatTheyDoNotKnow) {
  const std::string cases[] = {"plain", "${topic}", "${vault:a:b}", "${env:SINKWAY_TEST_NO_SUCH_WORD}", "${unclosed",
                               "$ {env:HOME}",
                                 "${file:" + folder.path("db.properties") + ":nothing}",
                               "${dir:" + folder.path() + ":../x}"};
  for (const auto& each : cases) EXPECT_EQ(text(each), each);
}

TEST_F(ConfigProvidersTest, FailOnASourceThatCannotBeReadAndNameTheKey) {
  auto resolved = made().resolve({{"connection.password", "${file:/nowhere/x.properties:password}"}});
  ASSERT_FALSE(resolved);
  EXPECT_TRUE(resolved.error().message().starts_with("connection.password: ")) << resolved.error().message();
  EXPECT_NE(resolved.error().message().find("/nowhere/x.properties"), std::string::npos);
}

TEST_F(ConfigProvidersTest, ReadAgainEachTime) {
  const auto providers = made();
  const std::string placeholder = "${file:" + folder.path("db.properties") + ":password}";
  EXPECT_EQ(*providers.resolve_text(placeholder), "hush");
  folder.write("db.properties", "password=rotated");
  EXPECT_EQ(*providers.resolve_text(placeholder), "rotated");
}

TEST_F(ConfigProvidersTest, StayInsideOfAllowedPaths) {
  folder.write("outside.properties", "password=hush");
  std::filesystem::create_symlink(folder.path("outside.properties"), folder.path("secrets/link.properties"));
  worker.set("config.providers.file.param.allowed.paths", folder.path("secrets"));
  folder.write("secrets/inside.properties", "password=open");
  EXPECT_EQ(text("${file:" + folder.path("secrets/inside.properties") + ":password}"), "open");
  const std::string cases[] = {folder.path("outside.properties"), folder.path("secrets") + "/../outside.properties",
                                 folder.path("secrets/link.properties"), folder.path("secrets") + "x/a.properties"};
  for (const auto& each : cases)
    EXPECT_EQ(text("${file:" + each + ":password}"), "${file:" + each + ":password}");
}

TEST_F(ConfigProvidersTest, LetOnlyAllowedVariablesThrough) {
  worker.set("config.providers.env.param.allowlist.pattern", "PUBLIC_.*");
  EXPECT_EQ(text("${env:SINKWAY_TEST_WORD}"), "${env:SINKWAY_TEST_WORD}");
}

TEST_F(ConfigProvidersTest, RefuseWhatIsWrongByItsKey) {
  const std::tuple<const char*, const char*> cases[] = {{"config.providers.file.class", "com.acme.Vault"},
                                                        {"config.providers.file.param.allowed.paths", "relative"},
                                                        {"config.providers.env.param.allowlist.pattern", "("}};
  for (const auto& [key, value] : cases) {
    ConfigMap wrong = worker;
    wrong.set(key, value);
    const auto providers = ConfigProviders::make(wrong, Logger::none());
    ASSERT_FALSE(providers) << key;
    EXPECT_TRUE(providers.error().message().starts_with("config.providers.")) << providers.error().message();
  }
  worker.erase("config.providers.dir.class");
  EXPECT_FALSE(ConfigProviders::make(worker, Logger::none()));
}

TEST_F(ConfigProvidersTest, KeepNulls) {
  ConfigMap config;
  config.set("a", std::nullopt);
  EXPECT_EQ(*made().resolve(config), config);
}

}  // namespace
}  // namespace sinkway
