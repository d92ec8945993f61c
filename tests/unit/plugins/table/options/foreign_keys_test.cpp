#include "plugins/table/options/foreign_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "plugins/table/options/option_definitions.hpp"
#include "tests/support/option_reference.hpp"

namespace sinkway::table {
namespace {

std::vector<ForeignNote> notes(sdk::Config::Entries entries) {
  return foreign_key_notes({table_option_definitions(), std::move(entries)});
}

// Every name under which an option may be written.
std::set<std::string> own_keys() {
  std::set<std::string> keys;
  for (const sinkway_option& option : table_option_definitions()) {
    keys.insert(test::text_of(option.name));
    for (std::size_t n = 0; n < option.alias_count; ++n) keys.insert(test::text_of(option.aliases[n]));
  }
  return keys;
}

TEST(ForeignKeys, ThatHaveNoEffectAreWarnedOfAndThoseThatWouldChangeRowsRefused) {
  struct Case {
    const char* key;
    const char* value;
    const char* answer;  // "": nothing is said
  };
  const Case cases[] = {
      {"max.retries", "3", "warned"},
      {"connection.attempts", "3", "warned"},
      {"connection.loginTimeout", "10", "warned"},
      {"connection.pool.max_size", "32", "warned"},
      {"hibernate.jdbc.batch_size", "10", "warned"},
      {"quote.identifiers", "false", ""},  // honoured: names are lower case then
      {"quote.identifiers", "TRUE", ""},
      {"quote.identifiers", "yes", "refused"},
      {"quote.sql.identifiers", "NEVER", ""},
      {"timestamp.precision.mode", "nanoseconds", ""},
      {"timestamp.precision.mode", "days", "refused"},
      {"quote.sql.identifiers", "ALWAYS", ""},
      {"dialect.name", "", ""},
      {"dialect.name", " PostgreSqlDatabaseDialect ", ""},
      {"dialect.name", "OracleDatabaseDialect", "refused"},
      {"jdbc.credentials.provider.class", "com.example.Vault", "refused"},
      {"collection.table.format", "${table}", ""},
      {"collection.table.format", "${schema}_${table}", "refused"},
      {"collection.naming.style", "snake_case", "refused"},
      {"collection.naming.strategy", "io.debezium.sink.naming.DefaultCollectionNamingStrategy", ""},
      {"column.naming.strategy", "com.example.Mine", "refused"},
      {"handle.tombstone", "true", "refused"},  // tombstones would be errant
      {"handle.tombstone", "false", ""},
      {"use.reduction.buffer", "true", ""},
      {"use.reduction.buffer", "false", "warned"},
      {"insert.mode", "upsert", ""},
      {"connection.username", "u", ""},
      {"connection.url", "x", ""},
      {"topics", "weather", ""},
      {"transforms", "route", ""},
      {"errors.tolerance", "all", ""},
      {"insert.mod", "upsert", ""},  // nobody's key: the host tells the nearest name
  };
  for (const auto& [key, value, answer] : cases) {
    const auto found = notes({{key, value}});
    const std::string said = found.empty() ? "" : found[0].refused ? "refused" : "warned";
    EXPECT_EQ(said, answer) << key << "=" << value;
    if (found.empty()) continue;
    EXPECT_EQ(found[0].key, key);
    EXPECT_FALSE(found[0].text.empty());
  }
}

TEST(ForeignKeys, AreNotedInTheOrderOfTheConfigurationWithoutTheirValues) {
  const auto found = notes({{"max.retries", "a-value"}, {"topics", "t"}, {"dialect.name", "a-value"}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].key, "max.retries");
  EXPECT_EQ(found[1].key, "dialect.name");
  for (const auto& note : found) EXPECT_EQ(note.text.find("a-value"), std::string::npos);
}

TEST(ForeignKeys, NameOptionsThatExist) {
  const std::set<std::string> own = own_keys();
  for (const ForeignKey& known : foreign_keys()) {
    EXPECT_FALSE(own.contains(std::string(known.name))) << known.name;
    const std::string sentence(known.sentence);
    static const std::regex kKey("[a-z]+(\\.[a-z_]+)+");
    for (std::sregex_iterator at(sentence.begin(), sentence.end(), kKey), end; at != end; ++at)
      EXPECT_TRUE(own.contains(at->str())) << known.name << ": " << at->str();
  }
}

// The last table of the guide has keys of the other sinks in its first cells.
TEST(ForeignKeys, AndOptionsOfOtherSinksAreAllInTheGuide) {
  const auto page = std::filesystem::path(SINKWAY_SOURCE) / "docs/guides/coming-from-confluent-or-debezium.md";
  std::set<std::string> told;
  std::ifstream in(page, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  ASSERT_NE(text.find("## Every key"), std::string::npos) << page;
  text.erase(0, text.find("## Every key"));
  static const std::regex kLine("\\n\\| ([^|]*) \\|");
  static const std::regex kCode("`([^`]+)`");
  for (std::sregex_iterator line(text.begin(), text.end(), kLine), end; line != end; ++line) {
    const std::string cell = (*line)[1];
    for (std::sregex_iterator key(cell.begin(), cell.end(), kCode); key != end; ++key) told.insert((*key)[1]);
  }
  const std::set<std::string> own = own_keys();
  for (const ForeignKey& known : foreign_keys()) EXPECT_TRUE(told.contains(std::string(known.name))) << known.name;
  for (const std::string& key : told) {
    const bool is_foreign = std::ranges::any_of(foreign_keys(), [&](const auto& known) { return known.name == key; });
    EXPECT_TRUE(is_foreign || own.contains(key)) << "the guide has " << key << ", which is neither an option nor known";
  }
  for (const sinkway_option& option : table_option_definitions())
    for (std::size_t n = 0; n < option.alias_count; ++n)
      EXPECT_TRUE(told.contains(test::text_of(option.aliases[n]))) << test::text_of(option.aliases[n]);
}

}  // namespace
}  // namespace sinkway::table
