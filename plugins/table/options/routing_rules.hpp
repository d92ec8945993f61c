// Record to table, as the options say it: a template, a map of topics, a pattern.
#pragma once

#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway::table {

// A piece of table.name.format.
struct NamePart {
  enum class Kind { literal, topic, field, source, header, timestamp } kind = Kind::literal;
  std::string text{};  // the literal; the name of field or header; the pattern of a timestamp
};

// Reads ${topic}, ${field:name}, ${source.name} (a change event's source), ${header:name} and ${timestamp:pattern} with
// yyyy MM dd HH mm ss. Throws OptionError for `key`.
[[nodiscard]] std::vector<NamePart> parse_name_format(std::string_view key, std::string_view format);

struct RoutingRules {
  std::vector<NamePart> format{{NamePart::Kind::topic}};
  std::map<std::string, std::string, std::less<>> topics;        // topics.to.tables.mapping
  std::optional<std::pair<std::regex, std::string>> rewriting;   // table.name.regex, table.name.replacement
  bool normalize = false;                                        // table.name.normalize
  bool underscores = false;  // dots of a topic become _, as in Debezium's sink
  bool lower = false;        // what is not in double quotes becomes lower case, as PostgreSQL reads names without quotes

  // Whether two records of one topic may go to different tables.
  [[nodiscard]] bool by_record() const;
};

}  // namespace sinkway::table
