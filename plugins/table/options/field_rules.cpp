#include "plugins/table/options/field_rules.hpp"

#include <algorithm>

namespace sinkway::table {
namespace {

bool fits(const std::vector<std::regex>& patterns, std::string_view topic, std::string_view field) {
  const std::string whole = std::string(topic) + ":" + std::string(field);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::regex& pattern) {
    return std::regex_match(whole, pattern) || std::regex_match(field.begin(), field.end(), pattern);
  });
}

std::string cased(NameCase name_case, std::string_view name) {
  std::string text;
  for (std::size_t n = 0; n < name.size(); ++n) {
    const char c = name[n];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool begins_word = upper && n > 0 && !(name[n - 1] >= 'A' && name[n - 1] <= 'Z') && name[n - 1] != '_';
    if (name_case == NameCase::snake && begins_word) text += '_';
    text += upper && name_case != NameCase::keep ? static_cast<char>(c + 32) : c;
  }
  return text;
}

}  // namespace

std::string FieldRules::spelt(std::string_view name) const { return cased(name_case, name); }

std::optional<std::string> FieldRules::column_of(std::string_view topic, std::string_view field) const {
  const auto has = [&](const std::vector<std::string>& names) { return std::find(names.begin(), names.end(), field) != names.end(); };
  if (!has(keys)) {
    if (!included.empty() && !has(included)) return std::nullopt;
    if (!include.empty() && !fits(include, topic, field)) return std::nullopt;
    if (fits(exclude, topic, field)) return std::nullopt;
  }
  const auto found = renamed.find(field);
  return found == renamed.end() ? spelt(field) : found->second;
}

}  // namespace sinkway::table
