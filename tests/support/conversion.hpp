// A converter at work in a test: where its values live, and what came out as text.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "host/convert/converter_set.hpp"
#include "tests/support/value_text.hpp"

namespace sinkway::test {

// One batch and one table of shapes. Outcomes are the text of the value, or "! " and the id of the error.
class Conversion {
 public:
  Conversion() = default;
  explicit Conversion(std::unique_ptr<convert::Converter> converter) : converter_(std::move(converter)) {}

  std::string outcome(std::optional<std::string_view> bytes) { return outcome(*converter_, bytes); }
  std::string outcome(convert::Converter& converter, std::optional<std::string_view> bytes) {
    last_ = converter.convert("topic", bytes, target());
    return last_->ok() ? text_of_value((*last_)->value) : "! " + last_->error().id();
  }
  [[nodiscard]] const Result<convert::Converted>& last() const { return *last_; }
  [[nodiscard]] convert::Converter& converter() { return *converter_; }
  [[nodiscard]] convert::Target target() { return {arena_, shapes_}; }
  [[nodiscard]] ShapeTable& shapes() { return shapes_; }

 private:
  Arena arena_;
  ShapeTable shapes_;
  std::unique_ptr<convert::Converter> converter_;
  std::optional<Result<convert::Converted>> last_;
};

}  // namespace sinkway::test
