// A string that cannot be printed.
#pragma once

#include <string>
#include <utility>

namespace sinkway {

// No stream operator, no formatter, no conversion: reveal() is the one way out, and easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace sinkway
