#include "host/kafka/client_config.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "host/kafka/client_conf.hpp"

namespace sinkway::kafka {
namespace {

ConfigMap translated(const ConfigMap& java, ClientKind kind = ClientKind::consumer) {
  auto done = translate(kind, java);
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().text());
  return done.ok() ? *done : ConfigMap{};
}

SinkConsumerConfig sink(ConfigMap worker = {}, ConfigMap overrides = {}, bool exactly_once = true) {
  return {.connector = "weather", .task = 3, .bootstrap_servers = "kafka:9092", .exactly_once = exactly_once,
          .worker = std::move(worker), .overrides = std::move(overrides)};
}

// Held against librdkafka itself: each property, and the rules between them that it looks at when a client is made.
void expect_makes_a_client(const ConfigMap& properties) {
  auto conf = make_conf(properties);
  ASSERT_TRUE(conf.ok()) << conf.error().text();
  const auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
  EXPECT_TRUE(client.ok()) << client.error().text();
}

TEST(ClientConfig, JavaPropertiesBecomeLibrdkafkas) {
  struct Case {
    ConfigMap java;
    ConfigMap ours;
  };
  const Case cases[] = {
      {{{"fetch.max.wait.ms", "500"}}, {{"fetch.wait.max.ms", "500"}}},
      {{{"metadata.max.age.ms", "180000"}}, {{"topic.metadata.refresh.interval.ms", "180000"}}},
      {{{"request.timeout.ms", "40000"}}, {{"socket.timeout.ms", "40000"}}},
      {{{"auto.offset.reset", "none"}}, {{"auto.offset.reset", "error"}}},
      {{{"auto.offset.reset", "latest"}}, {{"auto.offset.reset", "latest"}}},
      {{{"security.protocol", "SASL_SSL"}}, {{"security.protocol", "sasl_ssl"}}},
      {{{"sasl.mechanism", "SCRAM-SHA-512"}}, {{"sasl.mechanism", "SCRAM-SHA-512"}}},
      {{{"ssl.endpoint.identification.algorithm", ""}}, {{"ssl.endpoint.identification.algorithm", "none"}}},
      {{{"max.partition.fetch.bytes", " 2097152 "}}, {{"fetch.message.max.bytes", "2097152"}}},
      {{{"partition.assignment.strategy",
         "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor"}},
       {{"partition.assignment.strategy", "range"}}},
      {{{"partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"}},
       {{"partition.assignment.strategy", "cooperative-sticky"}}},
      {{{"partition.assignment.strategy", "RoundRobinAssignor, range"}},
       {{"partition.assignment.strategy", "roundrobin,range"}}},
      {{{"sasl.jaas.config", "x.PlainLoginModule required username=\"u\" password=\"p\";"}},
       {{"sasl.username", "u"}, {"sasl.password", "p"}}},
      {{{"ssl.truststore.type", "PEM"}, {"ssl.truststore.location", "/ca.pem"}}, {{"ssl.ca.location", "/ca.pem"}}},
      {{{"ssl.keystore.type", "PKCS12"}, {"ssl.keystore.location", "/k.p12"}, {"ssl.keystore.password", "p"}},
       {{"ssl.keystore.location", "/k.p12"}, {"ssl.keystore.password", "p"}}},
      {{{"ssl.keystore.type", "PEM"}, {"ssl.keystore.location", "/k.pem"}, {"ssl.key.password", "p"}},
       {{"ssl.certificate.location", "/k.pem"}, {"ssl.key.location", "/k.pem"}, {"ssl.key.password", "p"}}},
      {{{"queued.min.messages", "5"}}, {{"queued.min.messages", "5"}}},
  };
  for (const auto& [java, ours] : cases) {
    EXPECT_EQ(translated(java), ours) << java.begin()->first;
    EXPECT_TRUE(make_conf(ours).ok()) << java.begin()->first;
  }
}

TEST(ClientConfig, ProducersKeepTheirOwnMeaning) {
  EXPECT_EQ(translated({{"request.timeout.ms", "40000"}, {"buffer.memory", "33554432"}, {"max.request.size", "2000000"},
                        {"acks", "all"}, {"delivery.timeout.ms", "2147483647"},
                        {"max.block.ms", "9223372036854775807"}},
                       ClientKind::producer),
            (ConfigMap{{"request.timeout.ms", "40000"}, {"queue.buffering.max.kbytes", "32768"},
                       {"message.max.bytes", "2000000"},
                       {"acks", "all"}, {"delivery.timeout.ms", "2147483647"}}));
}

TEST(ClientConfig, NumbersThatOnlyJavaTakesBecomeTheNearest) {
  EXPECT_EQ(translated({{"max.poll.interval.ms", "2147483647"}, {"receive.buffer.bytes", "-1"},
                        {"request.timeout.ms", "600000"},
                        {"connections.max.idle.ms", "-1"}}),
            (ConfigMap{{"max.poll.interval.ms", "86400000"}, {"socket.receive.buffer.bytes", "0"},
                       {"socket.timeout.ms", "300000"},
                       {"connections.max.idle.ms", "0"}}));
}

TEST(ClientConfig, WhatOnlyJavaKnowsIsLeftOut) {
  EXPECT_TRUE(translated({{"key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer"},
                          {"max.poll.records", "500"},
                          {"interceptor.classes", ""}, {"default.api.timeout.ms", "60000"}, {"no.such.property", "1"}})
                  .empty());
}

TEST(ClientConfig, ErrorsNameTheKeyAsItWasWritten) {
  struct Case {
    ConfigMap java;
    const char* key;
  };
  const Case cases[] = {
      {{{"fetch.max.wait.ms", "soon"}}, "fetch.max.wait.ms"},
      {{{"isolation.level", "serializable"}}, "isolation.level"},
      {{{"security.protocol", "TLS"}}, "security.protocol"},
      {{{"ssl.truststore.location", "/ca.jks"}}, "ssl.truststore.location"},
      {{{"ssl.truststore.location", "/ca.p12"}, {"ssl.truststore.type", "PKCS12"}}, "ssl.truststore.location"},
      {{{"ssl.keystore.location", "/k.jks"}}, "ssl.keystore.location"},
      {{{"sasl.jaas.config", "nonsense"}}, "sasl.jaas.config"},
      {{{"partition.assignment.strategy", "com.example.MyAssignor"}}, "partition.assignment.strategy"},
  };
  for (const auto& [java, key] : cases) {
    auto done = translate_consumer(java);
    if (done.ok() && std::string_view(key) == "partition.assignment.strategy") {
      // librdkafka looks at it when a client is made.
      auto properties = sink_consumer_properties(sink({}, java));
      ASSERT_TRUE(properties.ok());
      auto conf = make_conf(*properties);
      ASSERT_TRUE(conf.ok());
      const auto client = make_client(RD_KAFKA_CONSUMER, std::move(*conf));
      ASSERT_FALSE(client.ok());
      EXPECT_NE(client.error().text().find(key), std::string::npos) << client.error().text();
      continue;
    }
    ASSERT_FALSE(done.ok()) << key;
    EXPECT_NE(done.error().text().find(key), std::string::npos) << done.error().text();
  }
}

TEST(ClientConfig, SecretsAreNeverInErrors) {
  for (const auto* key : {"sasl.jaas.config", "ssl.keystore.key", "ssl.key.password",
                          "sasl.oauthbearer.client.secret"}) {
    EXPECT_TRUE(is_secret_property(key)) << key;
    const auto done = translate_consumer({{key, "s3cret"}});
    EXPECT_EQ((done.ok() ? "" : done.error().text()).find("s3cret"), std::string::npos) << key;
  }
  const ConfHandle conf(rd_kafka_conf_new());
  const auto refused = set_property(*conf, "ssl.key.pem", "s3cret");
  EXPECT_EQ((refused.ok() ? "" : refused.error().text()).find("s3cret"), std::string::npos);
  for (const auto* key : {"bootstrap.servers", "group.id", "ssl.ca.location", "sasl.username",
                          "sasl.oauthbearer.token.endpoint.url"})
    EXPECT_FALSE(is_secret_property(key)) << key;
}

TEST(ClientConfig, ASinkReadsAsConnectDoes) {
  const auto properties = sink_consumer_properties(sink());
  ASSERT_TRUE(properties.ok()) << properties.error().text();
  EXPECT_EQ(properties->get_or("group.id", ""), "connect-weather");
  EXPECT_EQ(properties->get_or("client.id", ""), "connector-consumer-weather-3");
  EXPECT_EQ(properties->get_or("bootstrap.servers", ""), "kafka:9092");
  EXPECT_EQ(properties->get_or("auto.offset.reset", ""), "earliest");
  EXPECT_EQ(properties->get_or("enable.auto.commit", ""), "false");
  EXPECT_EQ(properties->get_or("isolation.level", ""), "read_committed");
  EXPECT_EQ(properties->get_or("partition.assignment.strategy", ""), "roundrobin,range");
  EXPECT_EQ(properties->has("fetch.queue.backoff.ms"), rd_kafka_version() >= 0x02020000);
  EXPECT_EQ(sink_consumer_properties(sink({}, {}, false))->get_or("isolation.level", ""), "read_uncommitted");
  expect_makes_a_client(*properties);
}

TEST(ClientConfig, TheConnectorWinsOverTheWorkerAndBothOverTheDefaults) {
  const auto properties = sink_consumer_properties(
      sink({{"fetch.max.wait.ms", "10"}, {"client.rack", "a"}, {"isolation.level", "read_uncommitted"},
            {"enable.auto.commit", "true"}},
           {{"fetch.max.wait.ms", "20"}, {"group.id", "mine"}}));
  ASSERT_TRUE(properties.ok()) << properties.error().text();
  EXPECT_EQ(properties->get_or("fetch.wait.max.ms", ""), "20");
  EXPECT_EQ(properties->get_or("client.rack", ""), "a");
  EXPECT_EQ(properties->get_or("group.id", ""), "mine");
  EXPECT_EQ(properties->get_or("isolation.level", ""), "read_uncommitted");
  EXPECT_EQ(properties->get_or("enable.auto.commit", ""), "false") << "offsets are the task's own business";
}

TEST(ClientConfig, WhatJavaTakesTogetherMakesAClient) {
  const ConfigMap overrides[] = {
      {{"max.poll.interval.ms", "10000"}},
      {{"fetch.max.bytes", "500000"}},
      {{"fetch.max.bytes", "2147483647"}},
      {{"max.partition.fetch.bytes", "52428800"}},
      {{"session.timeout.ms", "10000"}, {"heartbeat.interval.ms", "3000"}},
      {{"partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"}},
  };
  for (const auto& one : overrides) {
    const auto properties = sink_consumer_properties(sink({}, one));
    ASSERT_TRUE(properties.ok()) << properties.error().text();
    SCOPED_TRACE(one.begin()->first);
    expect_makes_a_client(*properties);
  }
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{4} << 20, std::size_t{3} << 30}) {
    auto config = sink();
    config.queue_bytes = bytes;
    expect_makes_a_client(*sink_consumer_properties(config));
  }
}

}  // namespace
}  // namespace sinkway::kafka
