#include "host/errors/dead_letter.hpp"

#include <gtest/gtest.h>

#include <array>

#include "host/errors/stage.hpp"

namespace sinkway::errors {
namespace {

using Headers = std::vector<std::pair<std::string, std::optional<std::string>>>;

class DeadLetterTest : public testing::Test {
 protected:
  const std::array<sinkway_raw_header, 3> own_{raw_header("trace", "007"), raw_header("trace", std::nullopt),
                                               raw_header("__connect.errors.topic", "older")};
  RawMessage raw_{{lend_raw("k"), lend_raw("cut \xff")}, own_.data(), own_.size()};
  Errant errant_{"weather",
                 0,
                 17,
                 1'700'000'000'123,
                 1,
                 name_of(Stage::value_converter),
                 "org.apache.kafka.connect.json.JsonConverter",
                 "json.cut",
                 "byte 3: cut",
                 {},
                 false,
                 &raw_};
  const Sender sender_{"weather-sink", 2};
};

TEST_F(DeadLetterTest, IsTheRecordAsItWas) {
  const DeadLetter letter = make_dead_letter(errant_, sender_, false);
  EXPECT_EQ(letter.key, "k");
  EXPECT_EQ(letter.value, "cut \xff");
  EXPECT_EQ(letter.timestamp, 1'700'000'000'123);
  EXPECT_EQ(letter.headers, (Headers{{"trace", "007"}, {"trace", std::nullopt}, {"__connect.errors.topic", "older"}}));
}

TEST_F(DeadLetterTest, TellsNullFromEmpty) {
  raw_.bytes = {lend_raw(std::nullopt), lend_raw(std::string_view())};
  const DeadLetter letter = make_dead_letter(errant_, sender_, false);
  EXPECT_EQ(letter.key, std::nullopt);
  EXPECT_EQ(letter.value, "");
}

TEST_F(DeadLetterTest, HasNoTimeWhenTheRecordHadNone) {
  errant_.timestamp_type = 0;
  EXPECT_EQ(make_dead_letter(errant_, sender_, false).timestamp, -1);
}

// Names, order and values are those that Kafka Connect 4.3.1 was seen to write for such a record, save the texts of the
// exception.
TEST_F(DeadLetterTest, CarriesTheContextHeadersOfKafkaConnectBehindItsOwn) {
  const Headers expected{{"trace", "007"},
                         {"trace", std::nullopt},
                         {"__connect.errors.topic", "older"},
                         {"__connect.errors.topic", "weather"},
                         {"__connect.errors.partition", "0"},
                         {"__connect.errors.offset", "17"},
                         {"__connect.errors.connector.name", "weather-sink"},
                         {"__connect.errors.task.id", "2"},
                         {"__connect.errors.stage", "VALUE_CONVERTER"},
                         {"__connect.errors.class.name", "org.apache.kafka.connect.json.JsonConverter"},
                         {"__connect.errors.exception.class.name", "org.apache.kafka.connect.errors.DataException"},
                         {"__connect.errors.exception.message", "byte 3: cut"},
                         {"__connect.errors.exception.stacktrace",
                          "org.apache.kafka.connect.errors.DataException: byte 3: cut\n\tat "
                          "org.apache.kafka.connect.json.JsonConverter (VALUE_CONVERTER) [json.cut]\n"}};
  EXPECT_EQ(make_dead_letter(errant_, sender_, true).headers, expected);
}

TEST_F(DeadLetterTest, NamesTheFieldAndWhetherItWasTriedAgain) {
  errant_.field = "TM";
  errant_.retriable = true;
  const Headers headers = make_dead_letter(errant_, sender_, true).headers;
  EXPECT_EQ(headers.at(10).second, "org.apache.kafka.connect.errors.RetriableException");
  EXPECT_EQ(headers.at(11).second, "field TM: byte 3: cut");
}

}  // namespace
}  // namespace sinkway::errors
