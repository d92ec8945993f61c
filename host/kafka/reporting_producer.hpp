// A producer that tells of each record what became of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"
#include "host/kafka/producer.hpp"

namespace sinkway::kafka {

// produce and serve on one thread and never waiting, the rest [any-thread].
class ReportingProducer {
 public:
  // Hears the tag of a record, and why it was not taken; nothing: it is acknowledged. A retriable error: the record may
  // be produced again, and may be there twice then.
  using Heard = std::function<void(void* tag, const std::optional<Error>& error)>;

  // `properties` in librdkafka's spelling; acks=all and the partitioner of Java clients unless they say otherwise.
  // Reports write to `event_descriptor` when they go from none to some.
  [[nodiscard]] static Result<std::unique_ptr<ReportingProducer>> make(const ConfigMap& properties,
                                                                       int event_descriptor);
  // What is still on its way is given up without a report.
  ~ReportingProducer();

  // Asks where a topic lives: without that its first record waits a second for the answer (librdkafka before 2.10.1).
  // Does no harm when there is none. Waits.
  void learn(const std::string& topic, Milliseconds timeout);
  // Copies the record into the send queue; false: it has no room now. Error: the record was not taken, retriable when it may be later.
  [[nodiscard]] Result<bool> produce(const OutgoingRecord& record, void* tag);
  // Hands every report that waits to `heard`.
  void serve(const Heard& heard);
  // Nothing can be produced with it any more: make another one.
  [[nodiscard]] bool is_dead() const;

 private:
  struct State;
  explicit ReportingProducer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sinkway::kafka
