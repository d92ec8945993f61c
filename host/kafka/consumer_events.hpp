// What librdkafka says beside data and rebalances, in our words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/kafka/consumer.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// Commits that are done, errors, lines for the log. The same error is told once in five seconds, because a broker that
// is away says so at each attempt. [reader-thread]
class ConsumerEvents {
 public:
  // `client` and `names` outlive this.
  ConsumerEvents(rd_kafka_t* client, TopicNames& names, Logger log)
      : client_(client), names_(names), log_(std::move(log)) {}

  // Nothing: there is no more to it than a line in the log. Rebalances are not for here.
  [[nodiscard]] std::optional<ConsumerEvent> translate(rd_kafka_event_t& event, Instant now);

 private:
  struct Said {
    std::string what;
    Instant when;
  };

  [[nodiscard]] ConsumerEvent committed(rd_kafka_event_t& event);
  [[nodiscard]] std::optional<ConsumerEvent> failure(rd_kafka_event_t& event, Instant now);
  void log_line(rd_kafka_event_t& event);
  bool said_lately(const std::string& what, Instant now);

  rd_kafka_t* client_;
  TopicNames& names_;
  Logger log_;
  std::vector<Said> said_;
};

}  // namespace sinkway::kafka
