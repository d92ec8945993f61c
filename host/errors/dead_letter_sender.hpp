// The one thread of a worker that produces dead letters and hears what becomes of them.
#pragma once

#include <memory>
#include <string>

#include "host/base/log.hpp"
#include "host/config/config_map.hpp"
#include "host/errors/dead_letter_queue.hpp"

namespace sinkway::errors {

// Makes queues. Tasks whose clients have the same properties share one producer: usually all of a worker. The thread
// begins with the first letter. [any-thread]
class DeadLetterSender {
 public:
  explicit DeadLetterSender(const Logger& log);
  // Lets what is on its way arrive for a moment. Queues that are still there take no letters any more.
  ~DeadLetterSender();
  DeadLetterSender(const DeadLetterSender&) = delete;
  DeadLetterSender& operator=(const DeadLetterSender&) = delete;

  struct Address {
    std::string topic;
    int replication_factor = 3;  // of the topic, when it is made
    ConfigMap producer;          // in librdkafka's spelling
    ConfigMap admin;
  };
  [[nodiscard]] std::unique_ptr<DeadLetterQueue> queue(Address address);

 private:
  struct State;
  class Queue;
  std::shared_ptr<State> state_;
};

}  // namespace sinkway::errors
