#include "host/kafka/jaas.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

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

struct Option {
  std::string_view jaas;
  std::string_view ours;
  bool needed;
};

struct LoginModule {
  std::string_view name;
  std::array<Option, 3> options;
};

constexpr std::array kModules = {
    LoginModule{"PlainLoginModule", {{{"username", "sasl.username", true}, {"password", "sasl.password", true}, {}}}},
    LoginModule{"ScramLoginModule", {{{"username", "sasl.username", true}, {"password", "sasl.password", true}, {}}}},
    LoginModule{"OAuthBearerLoginModule",
                {{{"clientId", "sasl.oauthbearer.client.id", true},
                  {"clientSecret", "sasl.oauthbearer.client.secret", true},
                  {"scope", "sasl.oauthbearer.scope", false}}}},
    LoginModule{"Krb5LoginModule",
                {{{"keyTab", "sasl.kerberos.keytab", true},
                  {"principal", "sasl.kerberos.principal", true},
                  {"serviceName", "sasl.kerberos.service.name", false}}}}};

Error invalid(const std::string& why) {
  return Error("Invalid value [hidden] for configuration sasl.jaas.config: " + why);
}

}  // namespace

Result<ConfigMap> translate_jaas(std::string_view line) {
  const auto module = std::find_if(kModules.begin(), kModules.end(),
                                   [&](const LoginModule& one) { return line.find(one.name) != line.npos; });
  if (module == kModules.end())
    return invalid("PlainLoginModule, ScramLoginModule, OAuthBearerLoginModule and Krb5LoginModule are known");
  ConfigMap out;
  if (module->name == "OAuthBearerLoginModule") out.set("sasl.oauthbearer.method", "oidc");
  for (const Option& wanted : module->options) {
    if (wanted.jaas.empty()) continue;
    auto value = option(line, wanted.jaas);
    if (!value && wanted.needed)
      return invalid(std::string(module->name) + " needs " + std::string(wanted.jaas) + "=\"...\"");
    if (value) out.set(wanted.ours, std::move(value));
  }
  return out;
}

}  // namespace sinkway::kafka
