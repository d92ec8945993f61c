// A dead letter queue in memory: the test says what becomes of each letter.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/errors/dead_letter_queue.hpp"

namespace sinkway::test {

// Letters wait for settle() unless `acknowledges` is set. Not for several threads.
class ScriptedLetters final : public errors::DeadLetterQueue {
 public:
  struct Sent {
    errors::DeadLetter letter;
    Heard heard;
  };

  [[nodiscard]] const std::string& topic() const override { return name; }
  [[nodiscard]] Result<void> prepare() override {
    ++prepared;
    if (on_prepare.empty()) return {};
    Error error = std::move(on_prepare.back());
    on_prepare.pop_back();
    return error;
  }
  void send(errors::DeadLetter letter, Heard heard) override {
    sent.push_back({std::move(letter), std::move(heard)});
    if (acknowledges) sent.back().heard(std::nullopt);
  }
  // Kafka's answer for the letter at this index; nothing: acknowledged.
  void settle(std::size_t index, const std::optional<Error>& error = {}) { sent.at(index).heard(error); }

  std::string name = "dlq";
  bool acknowledges = false;
  std::vector<Error> on_prepare;  // the answers of the next calls, the last one first
  int prepared = 0;
  std::vector<Sent> sent;
};

}  // namespace sinkway::test
