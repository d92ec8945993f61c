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
  [[nodiscard]] bool is_confluent() const;
  [[nodiscard]] bool is_debezium() const;
  // Of a flag whose default is not the same for all: what is written, else `otherwise`.
  [[nodiscard]] bool flag(std::string_view key, bool otherwise) const { return is_written(key) ? flag(key) : otherwise; }
  // A key that is no option of ours, as it is written; "": it is not.
  [[nodiscard]] std::string foreign(std::string_view key) const { return config_.written(key).value_or(""); }

 private:
  [[nodiscard]] std::string class_name() const;

  const sdk::Config& config_;
};

}  // namespace sinkway::table
