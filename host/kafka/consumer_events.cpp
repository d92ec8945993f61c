#include "host/kafka/consumer_events.hpp"

#include <algorithm>
#include <array>

namespace sinkway::kafka {
namespace {

constexpr Milliseconds kTroubleInterval{5'000};
constexpr int kWarning = 4;  // syslog's, which librdkafka counts in

}  // namespace

std::optional<ConsumerEvent> ConsumerEvents::translate(rd_kafka_event_t& event, Instant now) {
  switch (rd_kafka_event_type(&event)) {
    case RD_KAFKA_EVENT_OFFSET_COMMIT: return committed(event);
    case RD_KAFKA_EVENT_ERROR: return failure(event, now);
    case RD_KAFKA_EVENT_LOG: log_line(event); return std::nullopt;
    case RD_KAFKA_EVENT_FETCH:
      return ClientTrouble{Error("records arrived on the event queue of the consumer; they would be lost"), true,
                           false};
    default: return std::nullopt;
  }
}

ConsumerEvent ConsumerEvents::committed(rd_kafka_event_t& event) {
  CommitDone done;
  if (const auto* list = rd_kafka_event_topic_partition_list(&event))
    for (int n = 0; n < list->cnt; ++n) {
      const auto& one = list->elems[n];
      done.offsets.push_back({{names_.intern(one.topic), one.partition}, one.offset});
      const std::string place = std::string(one.topic) + ", partition " + std::to_string(one.partition);
      if (one.err && !done.error) done.error = client_error("commit of topic " + place, one.err);
    }
  const auto code = rd_kafka_event_error(&event);
  if (code && code != RD_KAFKA_RESP_ERR__NO_OFFSET && !done.error) done.error = client_error("commit", code);
  return done;
}

std::optional<ConsumerEvent> ConsumerEvents::failure(rd_kafka_event_t& event, Instant now) {
  const auto code = rd_kafka_event_error(&event);
  if (rd_kafka_event_error_is_fatal(&event) || code == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> why{};
    rd_kafka_fatal_error(client_, why.data(), why.size());
    return ClientTrouble{Error("the Kafka client gave up: " + std::string(why.data())), true, false};
  }
  const char* const said = rd_kafka_event_error_string(&event);
  const std::string text = said ? said : rd_kafka_err2str(code);
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    return ClientTrouble{Error("Kafka: " +
                               text).with_hint("let the user of the consumer read the topics and the group"),
                         false, true};
  // What the client says of itself (codes below 0) carries addresses and durations: every text is new.
  if (said_lately(code > 0 ? text : std::to_string(code), now)) return std::nullopt;
  return ClientTrouble{Error::transient("Kafka: " + text), false, false};
}

void ConsumerEvents::log_line(rd_kafka_event_t& event) {
  const char *facility = nullptr, *text = nullptr;
  int level = kWarning;
  if (rd_kafka_event_log(&event, &facility, &text, &level) != 0) return;
  const std::string line = std::string(facility ? facility : "") + ": " + (text ? text : "");
  log_.line(level <= kWarning ? LogLevel::warn : LogLevel::debug, line);
}

bool ConsumerEvents::said_lately(const std::string& what, Instant now) {
  std::erase_if(said_, [&](const Said& one) { return now - one.when >= kTroubleInterval; });
  if (std::any_of(said_.begin(), said_.end(), [&](const Said& one) { return one.what == what; })) return true;
  said_.push_back({what, now});
  return false;
}

}  // namespace sinkway::kafka
