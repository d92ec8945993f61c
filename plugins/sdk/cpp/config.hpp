// Options as a table, and the configuration of a connector or task read through it.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "plugins/sdk/abi/sinkway_host.h"
#include "plugins/sdk/abi/sinkway_sink.h"
#include "plugins/sdk/cpp/sink_error.hpp"

namespace sinkway::sdk {

[[nodiscard]] constexpr sinkway_string lend(std::string_view text) { return {text.data(), text.size()}; }
[[nodiscard]] constexpr std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

// One line of the table. Name the members: Option{.name = "file", .documentation = "Where to write."}. All texts and lists must
// have static storage.
struct Option {
  std::string_view name{};
  int type = SINKWAY_TYPE_STRING;
  std::optional<std::string_view> default_value{};  // nothing: null
  bool required = false;
  int importance = SINKWAY_IMPORTANCE_MEDIUM;
  int width = SINKWAY_WIDTH_MEDIUM;
  std::string_view group{};
  std::string_view display_name{};
  std::string_view documentation{};
  int check = SINKWAY_CHECK_NONE;
  double minimum = 0;  // with SINKWAY_CHECK_RANGE
  double maximum = 0;
  std::span<const sinkway_string> allowed{};  // with SINKWAY_CHECK_ONE_OF and SINKWAY_CHECK_ONE_OF_ANY_CASE
  std::span<const sinkway_string> dependents{};
  std::span<const sinkway_string> aliases{};
};

// Turns the table into what the host reads; the order inside a group is the order of the lines, from 1 (-1 without a group).
template <std::size_t N>
[[nodiscard]] constexpr std::array<sinkway_option, N> option_table(const Option (&table)[N]) {
  std::array<sinkway_option, N> made{};
  for (std::size_t i = 0; i < N; ++i) {
    const Option& from = table[i];
    int order = from.group.empty() ? -1 : 1;
    for (std::size_t before = 0; order > 0 && before < i; ++before) order += table[before].group == from.group ? 1 : 0;
    made[i] = {sizeof(sinkway_option), from.type, from.importance, from.width, order, from.check, lend(from.name),
               from.default_value ? lend(*from.default_value) : sinkway_string{nullptr, 0}, from.required ? 1 : 0, 0,
               lend(from.group), lend(from.display_name), lend(from.documentation), from.minimum, from.maximum,
               from.allowed.data(), from.allowed.size(), from.dependents.data(), from.dependents.size(), from.aliases.data(),
               from.aliases.size()};
  }
  return made;
}

// The configuration as the user wrote it, placeholders replaced, read with the rules of Kafka Connect: surrounding blanks do not
// count, true and false in any case, lists are split at commas, a key that is missing (or null) has its default. The readers
// throw FatalError when a value is missing or wrong; the message names the key, never the value of a password. Immutable after it is
// built [any-thread].
class Config {
 public:
  using Entries = std::vector<std::pair<std::string, std::string>>;
  Config() = default;
  Config(std::span<const sinkway_option> options, Entries entries) : options_(options), entries_(std::move(entries)) {}
  Config(std::span<const sinkway_option> options, const sinkway_host& host) : options_(options) {
    for (std::size_t i = 0, count = host.config_count(&host); i < count; ++i) {
      const sinkway_pair pair = host.config_at(&host, i);
      if (pair.value.data != nullptr) entries_.emplace_back(view(pair.key), view(pair.value));
    }
  }

  [[nodiscard]] const Entries& entries() const { return entries_; }
  [[nodiscard]] std::span<const sinkway_option> options() const { return options_; }

  // What the user wrote for exactly this key, untouched; nothing when the key is missing.
  [[nodiscard]] std::optional<std::string> written(std::string_view key) const {
    for (const auto& [name, value] : entries_)
      if (name == key) return value;
    return std::nullopt;
  }

  // The value of an option: its own key, else one of its aliases, else its default; trimmed unless it is a password.
  [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
    const sinkway_option* option = definition(key);
    auto value = written(key);
    if (option == nullptr) return value;
    for (std::size_t i = 0; !value && i < option->alias_count; ++i) value = written(view(option->aliases[i]));
    if (!value && option->default_value.data != nullptr) value = std::string(view(option->default_value));
    if (value && option->type != SINKWAY_TYPE_PASSWORD) value = std::string(trimmed(*value));
    return value;
  }

  [[nodiscard]] std::string text(std::string_view key) const {
    auto value = find(key);
    if (!value) throw FatalError("Missing required configuration \"" + std::string(key) + "\" which has no default value.");
    return *std::move(value);
  }

  [[nodiscard]] bool boolean(std::string_view key) const {
    std::string value = text(key);
    for (char& c : value) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    if (value == "true") return true;
    if (value == "false") return false;
    throw invalid(key, value, "Expected value to be either true or false");
  }

  [[nodiscard]] std::int64_t integer(std::string_view key) const { return parsed<std::int64_t>(key, "Not a whole number"); }
  [[nodiscard]] double number(std::string_view key) const { return parsed<double>(key, "Not a number"); }

  // The elements of a comma list without blanks around them; an empty text is an empty list.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    const std::string value = text(key);
    std::vector<std::string> elements;
    for (std::size_t begin = 0; !value.empty() && begin <= value.size();) {
      const std::size_t end = std::min(value.find(',', begin), value.size());
      elements.emplace_back(trimmed(std::string_view(value).substr(begin, end - begin)));
      begin = end + 1;
    }
    return elements;
  }

 private:
  [[nodiscard]] static std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
  }

  [[nodiscard]] const sinkway_option* definition(std::string_view key) const {
    for (const sinkway_option& option : options_)
      if (view(option.name) == key) return &option;
    return nullptr;
  }

  [[nodiscard]] FatalError invalid(std::string_view key, std::string_view value, std::string_view reason) const {
    const sinkway_option* option = definition(key);
    const bool hidden = option != nullptr && option->type == SINKWAY_TYPE_PASSWORD;
    return FatalError("Invalid value " + std::string(hidden ? "[hidden]" : value) + " for configuration " + std::string(key) + ": " +
                      std::string(reason));
  }

  template <typename Number>
  [[nodiscard]] Number parsed(std::string_view key, std::string_view reason) const {
    const std::string value = text(key);
    Number number{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (value.empty() || error != std::errc() || end != value.data() + value.size()) throw invalid(key, value, reason);
    return number;
  }

  std::span<const sinkway_option> options_;
  Entries entries_;
};

}  // namespace sinkway::sdk
