#include "plugins/table/options/routing_rules.hpp"

#include <algorithm>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

NamePart placeholder(std::string_view key, std::string_view inside) {
  const auto behind = [&](std::string_view prefix) { return std::string(inside.substr(prefix.size())); };
  if (inside == "topic") return {NamePart::Kind::topic};
  if (inside.starts_with("field:") && inside.size() > 6) return {NamePart::Kind::field, behind("field:")};
  if (inside.starts_with("source.") && inside.size() > 7) return {NamePart::Kind::source, behind("source.")};
  if (inside.starts_with("header:") && inside.size() > 7) return {NamePart::Kind::header, behind("header:")};
  if (inside.starts_with("timestamp:") && inside.size() > 10) return {NamePart::Kind::timestamp, behind("timestamp:")};
  throw OptionError(std::string(key),
                    "the placeholders are ${topic}, ${field:name}, ${source.name}, ${header:name} and "
                    "${timestamp:yyyyMMdd}");
}

}  // namespace

std::vector<NamePart> parse_name_format(std::string_view key, std::string_view format) {
  std::vector<NamePart> parts;
  while (!format.empty()) {
    const std::size_t begin = format.find("${");
    if (begin > 0) parts.push_back({NamePart::Kind::literal, std::string(format.substr(0, begin))});
    if (begin == std::string_view::npos) break;
    const std::size_t end = format.find('}', begin);
    if (end == std::string_view::npos) throw OptionError(std::string(key), "a placeholder is not closed with }");
    parts.push_back(placeholder(key, format.substr(begin + 2, end - begin - 2)));
    format.remove_prefix(end + 1);
  }
  return parts;
}

bool RoutingRules::by_record() const {
  return std::any_of(format.begin(), format.end(), [](const NamePart& part) {
    return part.kind != NamePart::Kind::literal && part.kind != NamePart::Kind::topic;
  });
}

}  // namespace sinkway::table
