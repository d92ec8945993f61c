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

}  // namespace

std::optional<std::string> FieldRules::column_of(std::string_view topic, std::string_view field) const {
  if (!included.empty() && std::find(included.begin(), included.end(), field) == included.end()) return std::nullopt;
  if (!include.empty() && !fits(include, topic, field)) return std::nullopt;
  if (fits(exclude, topic, field)) return std::nullopt;
  const auto found = renamed.find(field);
  return found == renamed.end() ? std::string(field) : found->second;
}

}  // namespace sinkway::table
