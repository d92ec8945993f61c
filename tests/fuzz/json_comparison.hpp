// The ways to read JSON held against each other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/convert/json_converter.hpp"
#include "host/convert/json_fault.hpp"
#include "tests/support/conversion.hpp"

namespace sinkway::test {

// Reads each text the fast way with the thorough one behind it, the thorough way alone, and with the finder of faults.
// The converters keep what they have learned from one text to the next, as those of a task do.
class JsonComparison {
 public:
  // What differs; nothing: all three agree.
  [[nodiscard]] std::optional<std::string> difference(std::string_view text) {
    if (++texts_ % 1000 == 0) renew();
    const std::string fast = fast_->outcome(text);
    const std::string thorough = thorough_->outcome(text);
    if (fast != thorough) return "fast " + fast + ", thorough " + thorough;
    if (text.empty() || text.starts_with("\xEF\xBB\xBF")) return std::nullopt;
    const auto fault = convert::find_json_fault(text, convert::kUsualDepth);
    const bool refused = thorough.starts_with("! ");
    // An exponent out of bounds and too many names are no faults of the text.
    if (refused && !fault) {
      if (thorough == "! json.fields" || thorough == "! json.number") return std::nullopt;
      return "refused without a fault: " + thorough;
    }
    if (!refused && fault) return "taken with a fault: " + fault->message();
    return std::nullopt;
  }

 private:
  static std::unique_ptr<Conversion> conversion(bool fast_way) {
    return std::make_unique<Conversion>(std::make_unique<convert::JsonConverter>(
        convert::JsonConverter::Options{.schemas = false, .fast_way = fast_way}));
  }
  void renew() {
    fast_ = conversion(true);
    thorough_ = conversion(false);
  }

  std::unique_ptr<Conversion> fast_ = conversion(true);
  std::unique_ptr<Conversion> thorough_ = conversion(false);
  std::size_t texts_ = 0;
};

}  // namespace sinkway::test
