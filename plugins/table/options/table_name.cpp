#include "plugins/table/options/table_name.hpp"

#include <algorithm>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

// Takes one part of a dotted name off the front of `rest`; false: malformed.
bool take_part(std::string_view& rest, std::string& part) {
  part.clear();
  if (!rest.starts_with('"')) {
    const std::size_t dot = rest.find('.');
    part = rest.substr(0, dot);
    rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot);
    return !part.empty() && part.find('"') == std::string::npos;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"' && !rest.starts_with('"')) return !part.empty() && (rest.empty() || rest.starts_with('.'));
    if (c == '"') rest.remove_prefix(1);
    part += c;
  }
  return false;
}

bool split_name(std::string_view text, std::vector<std::string>& parts) {
  if (text.find('\0') != std::string_view::npos) return false;  // the server would read no further
  while (true) {
    std::string part;
    if (!take_part(text, part)) return false;
    parts.push_back(std::move(part));
    if (text.empty()) return parts.size() <= 3;
    text.remove_prefix(1);  // the dot
  }
}

TableName named(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? TableName{"", parts.back()} : TableName{parts[parts.size() - 2], parts.back()};
}

}  // namespace

TableName parse_table_name(std::string_view key, std::string_view text) {
  std::vector<std::string> parts;
  if (!split_name(text, parts)) {
    throw OptionError(std::string(key),
                      "not a table name: expected name or schema.name, with double quotes around odd parts");
  }
  TableName name = named(parts);
  if (std::max(name.schema.size(), name.name.size()) > kIdentifierBytes)
    throw OptionError(std::string(key), "holds a name longer than 63 bytes, which the server would cut: another one could become the same");
  return name;
}

std::vector<TableName> table_candidates(std::string_view text) {
  std::vector<TableName> candidates;
  if (!text.empty() && text.find_first_of(std::string_view("\"\0", 2)) == std::string_view::npos) candidates.push_back({"", std::string(text)});
  std::vector<std::string> parts;
  if (split_name(text, parts) && (parts.size() > 1 || candidates.empty())) candidates.push_back(named(parts));
  return candidates;
}

}  // namespace sinkway::table
