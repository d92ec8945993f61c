// Single options out of a configuration, checked by their definitions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"

namespace sinkway::table {

// Values checked by their definitions, with the key beside each complaint. Keys are those of option_definitions.hpp, never
// aliases. Throws OptionError. Lends the configuration.
class OptionReader {
 public:
  explicit OptionReader(const sdk::Config& config) : config_(config) {}

  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] long long number(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view key) const;
  // Elements without the empty ones that stray commas make.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;

  [[nodiscard]] bool is_written(std::string_view key) const { return config_.written(key).has_value(); }
  // The class name tells whose defaults are meant.
  [[nodiscard]] bool is_debezium() const;

 private:
  const sdk::Config& config_;
};

}  // namespace sinkway::table
