#include "plugins/table/options/connection_url.hpp"

#include <gtest/gtest.h>

namespace sinkway::table {
namespace {

struct Case {
  const char* url;
  std::vector<ConnectionUrl::Keyword> keywords;
  const char* place;
};

TEST(ConnectionUrl, turns_each_form_of_an_address_into_keywords_of_libpq) {
  const Case cases[] = {
      {"jdbc:postgresql://db/weather", {{"host", "db"}, {"dbname", "weather"}}, "db/weather"},
      {"jdbc:postgresql://db:5433/weather", {{"host", "db"}, {"port", "5433"}, {"dbname", "weather"}},
       "db:5433/weather"},
      {"jdbc:postgresql://a:1,b:2/w", {{"host", "a,b"}, {"port", "1,2"}, {"dbname", "w"}}, "a,b:1,2/w"},
      {"jdbc:postgresql://a,b:2/w", {{"host", "a,b"}, {"port", ",2"}, {"dbname", "w"}}, "a,b:,2/w"},
      {"jdbc:postgresql:weather", {{"host", "localhost"}, {"dbname", "weather"}}, "localhost/weather"},
      {"jdbc:postgresql:/", {{"host", "localhost"}}, "localhost/"},
      {"postgresql:///w", {{"dbname", "w"}}, "local socket/w"},
      {"jdbc:postgresql:///w", {{"host", "localhost"}, {"dbname", "w"}}, "localhost/w"},
      {"jdbc:postgresql://[::1]:5432/w", {{"host", "::1"}, {"port", "5432"}, {"dbname", "w"}}, "::1:5432/w"},
      {"jdbc:postgresql://h/a%20b", {{"host", "h"}, {"dbname", "a b"}}, "h/a b"},
      {"jdbc:postgresql://h/w?ssl=true", {{"host", "h"}, {"dbname", "w"}, {"sslmode", "verify-full"}}, "h/w"},
      {"jdbc:postgresql://h/w?ssl", {{"host", "h"}, {"dbname", "w"}, {"sslmode", "verify-full"}}, "h/w"},
      {"jdbc:postgresql://h/w?ssl=true&sslmode=require", {{"host", "h"}, {"dbname", "w"}, {"sslmode", "require"}},
       "h/w"},
      {"jdbc:postgresql://h/w?sslmode=Verify-CA&gssEncMode=DISABLE",
       {{"host", "h"}, {"dbname", "w"}, {"sslmode", "verify-ca"}, {"gssencmode", "disable"}}, "h/w"},
      {"jdbc:postgresql://h/w?ssl=false", {{"host", "h"}, {"dbname", "w"}}, "h/w"},
      {"jdbc:postgresql://h/w?user=u&password=p%26q",
       {{"host", "h"}, {"dbname", "w"}, {"user", "u"}, {"password", "p&q"}}, "h/w"},
      {"jdbc:postgresql://h/w?ApplicationName=my+app", {{"host", "h"}, {"dbname", "w"}, {"application_name", "my app"}},
       "h/w"},
      {"jdbc:postgresql://h/w?targetServerType=primary",
       {{"host", "h"}, {"dbname", "w"}, {"target_session_attrs", "read-write"}},
       "h/w"},
      {"jdbc:postgresql://h/w?connectTimeout=7", {{"host", "h"}, {"dbname", "w"}, {"connect_timeout", "7"}}, "h/w"},
      {"jdbc:postgresql://h/w?loginTimeout=3", {{"host", "h"}, {"dbname", "w"}, {"connect_timeout", "3"}}, "h/w"},
      {"jdbc:postgresql://h/w?tcpKeepAlive=true", {{"host", "h"}, {"dbname", "w"}, {"keepalives", "1"}}, "h/w"},
      {"jdbc:postgresql://h/w?options=-c%20geqo=off", {{"host", "h"}, {"dbname", "w"}, {"options", "-c geqo=off"}},
       "h/w"},
      {"jdbc:postgresql://h/w?reWriteBatchedInserts=true&stringtype=unspecified", {{"host", "h"}, {"dbname", "w"}},
       "h/w"},
      {"postgresql://u:p%40ss@h:1/w?sslmode=require",
       {{"user", "u"}, {"password", "p@ss"}, {"host", "h"}, {"port", "1"}, {"dbname", "w"}, {"sslmode", "require"}},
       "h:1/w"},
      {"postgres://h", {{"host", "h"}}, "h/"},
      {"postgresql:///w?host=/run/pg&port=5", {{"dbname", "w"}, {"host", "/run/pg"}, {"port", "5"}}, "/run/pg:5/w"},
      {"postgresql://%2Frun%2Fpg/w", {{"host", "/run/pg"}, {"dbname", "w"}}, "/run/pg/w"},
  };
  for (const Case& one : cases) {
    const ConnectionUrl url = parse_connection_url(one.url);
    EXPECT_EQ(url.keywords, one.keywords) << one.url;
    EXPECT_EQ(url.place, one.place) << one.url;
    EXPECT_TRUE(url.warnings.empty()) << one.url;
  }
}

TEST(ConnectionUrl, keeps_what_is_not_a_keyword_of_libpq) {
  const ConnectionUrl url = parse_connection_url("jdbc:postgresql://h/w?currentSchema=a,b&socketTimeout=9&prepareThreshold=0");
  EXPECT_EQ(url.search_path, "a,b");
  EXPECT_EQ(url.socket_timeout, std::chrono::seconds(9));
  EXPECT_TRUE(url.pooled);
  EXPECT_FALSE(parse_connection_url("jdbc:postgresql://h/w?prepareThreshold=5").pooled);
}

TEST(ConnectionUrl, warns_of_an_unknown_parameter_without_its_value) {
  const ConnectionUrl url = parse_connection_url("jdbc:postgresql://h/w?pasword=s3cret");
  ASSERT_EQ(url.warnings.size(), 1u);
  EXPECT_NE(url.warnings[0].find("pasword"), std::string::npos);
  EXPECT_EQ(url.warnings[0].find("s3cret"), std::string::npos);
  const ConnectionUrl cut = parse_connection_url("jdbc:postgresql://h/w?password=a&s3cret");
  ASSERT_EQ(cut.warnings.size(), 1u);
  EXPECT_EQ(cut.warnings[0].find("s3cret"), std::string::npos);
}

TEST(ConnectionUrl, refuses_what_is_not_an_address_and_never_repeats_it) {
  const char* urls[] = {"",
                        "s3cret",
                        "jdbc:mysql://u:s3cret@h/w",
                        "jdbc:postgresql://u:s3cret@h/w",
                        "jdbc:postgresql://h:s3cret/w",
                        "jdbc:postgresql://h:70000/w",
                        "jdbc:postgresql://u:/s3cret@h/w",
                        "jdbc:postgresql:u:/s3cret@h/w",
                        "jdbc:postgresql:u:s3cret@h",
                        "jdbc:postgresql://u:?s3cret@h/w",
                        "jdbc:postgresql://[::1/w",
                        "jdbc:postgresql://[::1]s3cret/w",
                        "jdbc:postgresql://h/w?connectTimeout=s3cret",
                        "jdbc:postgresql://h/w?targetServerType=s3cret",
                        "postgresql://u:s3cret%zz@h/w",
                        "postgresql://u:s3cret%00@h/w",
                        "postgresql://u:s3cret%4",
                        "postgresql://u:/s3cret@h/w",
                        "postgresql://u:?s3cret@h/w",
                        "postgresql://u:12?s3cret@h/w?sslmode=require",
                        "postgresql://h/w?user=u&password=a&s3cret",
                        "postgresql://h/w?sslmode=s3cret",
                        "postgresql://h/w?sslmode=Require",
                        "postgresql://h/w?target_session_attrs=s3cret",
                        "jdbc:postgresql://h/w?sslmode=s3cret"};
  for (const char* url : urls) {
    try {
      (void)parse_connection_url(url);
      ADD_FAILURE() << url << " was accepted";
    } catch (const OptionError& error) {
      EXPECT_EQ(error.key(), "connection.url");
      EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos) << error.what();
    }
  }
}

TEST(ConnectionUrl, quotes_every_value_of_its_conninfo_string) {
  ConnectionUrl url;
  url.set("host", "h");
  url.set("password", R"(it's \ here)");
  EXPECT_EQ(url.conninfo(), R"(host='h' password='it\'s \\ here')");
}

}  // namespace
}  // namespace sinkway::table
