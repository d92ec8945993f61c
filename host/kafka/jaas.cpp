#include "host/kafka/jaas.hpp"

#include <optional>

namespace sinkway::kafka {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The value of `name="..."` or `name=word`; backslashes quote.
std::optional<std::string> option(std::string_view line, std::string_view name) {
  for (std::size_t at = line.find(name); at != line.npos; at = line.find(name, at + 1)) {
    const bool whole = at > 0 && is_space(line[at - 1]);
    std::size_t next = at + name.size();
    while (next < line.size() && is_space(line[next])) ++next;
    if (!whole || next >= line.size() || line[next] != '=') continue;
    ++next;
    while (next < line.size() && is_space(line[next])) ++next;
    const char quote = next < line.size() && (line[next] == '"' || line[next] == '\'') ? line[next] : '\0';
    if (quote) ++next;
    std::string value;
    for (; next < line.size(); ++next) {
      if (quote ? line[next] == quote : (is_space(line[next]) || line[next] == ';')) return value;
      if (line[next] == '\\' && next + 1 < line.size()) ++next;
      value += line[next];
    }
    return quote ? std::nullopt : std::optional(value);
  }
  return std::nullopt;
}

}  // namespace

Result<JaasLogin> parse_jaas(std::string_view line) {
  const bool known = line.find("PlainLoginModule") != line.npos || line.find("ScramLoginModule") != line.npos;
  if (!known)
    return Error("Invalid value [hidden] for configuration sasl.jaas.config: only PlainLoginModule and ScramLoginModule are known");
  auto username = option(line, "username");
  auto password = option(line, "password");
  if (!username || !password)
    return Error("Invalid value [hidden] for configuration sasl.jaas.config: username=\"...\" and password=\"...\" are needed");
  return JaasLogin{*std::move(username), Secret(*std::move(password))};
}

}  // namespace sinkway::kafka
