// Where the dead letters of one task go.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "host/base/result.hpp"
#include "host/errors/dead_letter.hpp"

namespace sinkway::errors {

// An abstract class so that the task engine is tested with a scripted one.
class DeadLetterQueue {
 public:
  // Hears each thing that becomes of a letter, on any thread, also after the queue is gone. Nothing: acknowledged, the
  // last thing heard. A retriable error: it is tried again. Any other error: refused for good, the last thing heard.
  using Heard = std::function<void(const std::optional<Error>& error)>;

  virtual ~DeadLetterQueue() = default;
  // For people.
  [[nodiscard]] virtual const std::string& topic() const = 0;
  // Finds or makes the topic; waits for some seconds at most. Before the first letter. [writer-thread]
  [[nodiscard]] virtual Result<void> prepare() = 0;
  // Never waits. [any-thread]
  virtual void send(DeadLetter letter, Heard heard) = 0;
};

// The dead letter queue of a connector, errors.deadletterqueue.*
struct DeadLetters {
  std::shared_ptr<DeadLetterQueue> queue;  // null: there is none
  bool context_headers = false;
};

}  // namespace sinkway::errors
