// What went wrong, whether trying again can help, and what to change.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sinkway {

// An error that answers questions. A value; cheap to move. The message says what failed and where, the hint what to
// change. Neither ever holds a value of a record or a secret: whoever builds one redacts first.
class [[nodiscard]] Error {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}

  // Trying the same thing again later can help (a server is away, a lock is held).
  [[nodiscard]] static Error transient(std::string message) {
    Error error(std::move(message));
    error.retriable_ = true;
    return error;
  }

  Error&& with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
  }
  // A stable id for documentation and metrics, e.g. "json.depth".
  Error&& with_id(std::string id) && {
    id_ = std::move(id);
    return std::move(*this);
  }
  // Puts the place in front: "worker.properties:3: ..." .
  Error&& at(std::string_view place) && {
    message_.insert(0, ": ").insert(0, place);
    return std::move(*this);
  }

  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] bool retriable() const { return retriable_; }
  // Message and hint as one line for a person.
  [[nodiscard]] std::string text() const { return hint_.empty() ? message_ : message_ + " (" + hint_ + ")"; }

 private:
  std::string message_;
  std::string hint_;
  std::string id_;
  bool retriable_ = false;
};

}  // namespace sinkway
