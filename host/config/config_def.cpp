#include "host/config/config_def.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace sinkway {
namespace {

constexpr std::array<std::string_view, 9> kTypeNames = {"BOOLEAN", "STRING", "INT",   "SHORT",   "LONG",
                                                        "DOUBLE",  "LIST",   "CLASS", "PASSWORD"};
constexpr std::array<std::string_view, 3> kImportanceNames = {"HIGH", "MEDIUM", "LOW"};
constexpr std::array<std::string_view, 4> kWidthNames = {"NONE", "SHORT", "MEDIUM", "LONG"};

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

// A leading plus sign is a number's to Java and not to from_chars.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  text = without_plus(text);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <typename Number>
std::optional<std::string> normal_integer(std::string_view text) {
  const auto number = number_in<Number>(text);
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

// 1 reads 1.0, as Java prints a double.
std::optional<std::string> normal_double(std::string_view text) {
  const auto number = number_in<double>(text);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  std::string printed = fmt::format("{}", *number);
  if (printed.find_first_of(".e") == printed.npos) printed += ".0";
  return printed;
}

std::string normal_list(std::string_view text) {
  return fmt::format("{}", fmt::join(list_items(text), ","));
}

std::string number_text(double number) {
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? std::to_string(whole) : fmt::format("{}", number);
}

}  // namespace

std::string_view name_of(ConfigType type) { return kTypeNames[static_cast<std::size_t>(type)]; }
std::string_view name_of(Importance importance) { return kImportanceNames[static_cast<std::size_t>(importance)]; }
std::string_view name_of(Width width) { return kWidthNames[static_cast<std::size_t>(width)]; }

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> list_items(std::string_view text) {
  std::vector<std::string> items;
  text = trimmed(text);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    items.emplace_back(trimmed(text.substr(0, comma)));
    text = comma == text.npos ? "" : text.substr(comma + 1);
  }
  return items;
}

std::string invalid_value(const ConfigKey& key, const std::optional<std::string>& value, std::string_view reason) {
  const std::string shown = !value ? "null" : key.type == ConfigType::password ? "[hidden]" : *value;
  return fmt::format("Invalid value {} for configuration {}: {}", shown, key.name, reason);
}

Result<std::string> parse_value(const ConfigKey& key, std::string_view text) {
  const std::string_view value = trimmed(text);
  const auto refused = [&](std::string_view reason) { return Error(invalid_value(key, std::string(text), reason)); };
  std::optional<std::string> number;
  switch (key.type) {
    case ConfigType::boolean:
      if (equals_ignoring_case(value, "true")) return std::string("true");
      if (equals_ignoring_case(value, "false")) return std::string("false");
      return refused("Expected value to be either true or false");
    case ConfigType::integer: number = normal_integer<std::int32_t>(value); break;
    case ConfigType::short_integer: number = normal_integer<std::int16_t>(value); break;
    case ConfigType::long_integer: number = normal_integer<std::int64_t>(value); break;
    case ConfigType::floating: number = normal_double(value); break;
    case ConfigType::list: return normal_list(value);
    case ConfigType::string:
    case ConfigType::class_name:
    case ConfigType::password: return std::string(value);
  }
  if (!number) return refused(fmt::format("Not a number of type {}", name_of(key.type)));
  return *number;
}

void ConfigDef::add(ConfigKey key) {
  for (auto& known : keys_)
    if (known.name == key.name) {
      known = std::move(key);
      return;
    }
  keys_.push_back(std::move(key));
}

void ConfigDef::add_all(const ConfigDef& other) {
  for (const auto& key : other.keys())
    if (std::none_of(keys_.begin(), keys_.end(), [&](const ConfigKey& known) { return known.name == key.name; }))
      keys_.push_back(key);
}

const ConfigKey* ConfigDef::find(std::string_view name) const {
  for (const auto& key : keys_)
    if (key.name == name) return &key;
  for (const auto& key : keys_)
    if (std::find(key.aliases.begin(), key.aliases.end(), name) != key.aliases.end()) return &key;
  return nullptr;
}

namespace check {

Check at_least(double minimum) { return between(minimum, std::numeric_limits<double>::infinity()); }

Check between(double minimum, double maximum) {
  return [minimum, maximum](const std::optional<std::string>& value) -> std::optional<std::string> {
    const auto number = value ? number_in<double>(*value) : std::nullopt;
    if (!number) return "Value must be non-null";
    if (*number < minimum) return "Value must be at least " + number_text(minimum);
    if (*number > maximum) return "Value must be no more than " + number_text(maximum);
    return std::nullopt;
  };
}

Check one_of(std::vector<std::string> allowed) {
  return [allowed = std::move(allowed)](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value || std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) return std::nullopt;
    return fmt::format("String must be one of: {}", fmt::join(allowed, ", "));
  };
}

Check one_of_any_case(std::vector<std::string> allowed) {
  return [allowed = std::move(allowed)](const std::optional<std::string>& value) -> std::optional<std::string> {
    const auto is_value = [&](const std::string& one) { return strcasecmp(one.c_str(), value->c_str()) == 0; };
    if (!value || std::any_of(allowed.begin(), allowed.end(), is_value)) return std::nullopt;
    return fmt::format("String must be one of (case insensitive): {}", fmt::join(allowed, ", "));
  };
}

Check non_empty() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (value && value->empty()) return "String may not be empty";
    return std::nullopt;
  };
}

Check non_empty_without_control_chars() {
  return [](const std::optional<std::string>& value) -> std::optional<std::string> {
    if (!value) return std::nullopt;  // a missing name has its own error
    if (value->empty()) return "String may not be empty";
    std::string found;
    for (std::size_t i = 0; i < value->size(); ++i) {
      const auto byte = static_cast<unsigned char>((*value)[i]);
      // U+0080..U+009F are C2 80..C2 9F in UTF-8.
      const bool c1 = byte == 0xC2 && i + 1 < value->size() && static_cast<unsigned char>((*value)[i + 1]) < 0xA0;
      if (byte >= 0x20 && byte != 0x7F && !c1) continue;
      found += fmt::format("{}{}", found.empty() ? "" : ", ", c1 ? static_cast<unsigned char>((*value)[i + 1]) : byte);
    }
    if (found.empty()) return std::nullopt;
    return "String may not contain control sequences but had the following ASCII chars: " + found;
  };
}

}  // namespace check
}  // namespace sinkway
