#include "host/kafka/jaas.hpp"

#include <gtest/gtest.h>

namespace sinkway::kafka {
namespace {

TEST(Jaas, IsReadAsJavaWritesIt) {
  struct Case {
    const char* line;
    ConfigMap properties;
  };
  const Case cases[] = {
      {R"(org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="s3cret";)",
       {{"sasl.username", "alice"}, {"sasl.password", "s3cret"}}},
      {R"(org.apache.kafka.common.security.scram.ScramLoginModule required password="a=b; c" username='bob' ;)",
       {{"sasl.username", "bob"}, {"sasl.password", "a=b; c"}}},
      {"org.apache.kafka.common.security.plain.PlainLoginModule required\n  username = \"u\"\n  password = \"say \\\"hi\\\" \\\\\";",
       {{"sasl.username", "u"}, {"sasl.password", "say \"hi\" \\"}}},
      {R"(PlainLoginModule required username=bare password=word;)",
       {{"sasl.username", "bare"}, {"sasl.password", "word"}}},
      {R"(PlainLoginModule required username="u" password="";)", {{"sasl.username", "u"}, {"sasl.password", ""}}},
      {R"(PlainLoginModule required username="password=\"no\"" password="yes";)",
       {{"sasl.username", "password=\"no\""}, {"sasl.password", "yes"}}},
      {R"(org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="c" clientSecret="x" scope="s";)",
       {{"sasl.oauthbearer.method", "oidc"},
        {"sasl.oauthbearer.client.id", "c"},
        {"sasl.oauthbearer.client.secret", "x"},
        {"sasl.oauthbearer.scope", "s"}}},
      {R"(com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab="/k" principal="p@R";)",
       {{"sasl.kerberos.keytab", "/k"}, {"sasl.kerberos.principal", "p@R"}}},
  };
  for (const auto& [line, properties] : cases) {
    const auto read = translate_jaas(line);
    ASSERT_TRUE(read.ok()) << line << ": " << read.error().text();
    EXPECT_EQ(*read, properties) << line;
  }
}

TEST(Jaas, ErrorsNeverQuoteTheLine) {
  for (const auto* line : {"s3cret", "PlainLoginModule required username=\"s3cret\";",
                           "PlainLoginModule required password=\"s3cret\";",
                           "PlainLoginModule required username=\"u\" password=\"s3cret", "",
                           "LdapLoginModule required password=s3cret;"}) {
    const auto read = translate_jaas(line);
    ASSERT_FALSE(read.ok()) << line;
    EXPECT_EQ(read.error().text().find("s3cret"), std::string::npos) << read.error().text();
    EXPECT_NE(read.error().text().find("sasl.jaas.config"), std::string::npos);
  }
}

}  // namespace
}  // namespace sinkway::kafka
