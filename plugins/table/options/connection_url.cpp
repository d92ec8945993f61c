#include "plugins/table/options/connection_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "plugins/table/options/jdbc_parameters.hpp"

namespace sinkway::table {
namespace {

constexpr std::string_view kKey = "connection.url";
constexpr std::string_view kForms =
    "expected jdbc:postgresql://host:port/database or postgresql://user@host:port/database";

[[noreturn]] void refuse(const std::string& why) { throw OptionError(std::string(kKey), why); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decoding; "+" means a space only in the query part of a JDBC URL (pgjdbc decodes it as a form).
std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0 || (high == 0 &&
                                  low == 0)) refuse("a % of the URL is not followed by two hexadecimal digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// A password that was not encoded may reach into what messages name: the database, and the names of parameters.
void refuse_rest_of_login(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    refuse("an @ of the URL comes behind a / or ?: those of a password are written %40, %2F and %3F");
}

// Calls `use(name, value)` for each part of "a=b&c=d".
template <typename Use>
void each_parameter(std::string_view query, bool jdbc, Use use) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    refuse_rest_of_login(part.substr(0, equals));
    if (equals == std::string_view::npos && !jdbc) refuse("a parameter of the URL has no =: a & of a password is written %26");
    use(decoded(part.substr(0, equals), jdbc), decoded(value, jdbc));
  }
}

// One "host:port" of a list. IPv6 addresses stand in brackets.
std::pair<std::string, std::string> host_and_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) refuse("the URL has a [ without its ]");
    host = text.substr(1, bracket - 1);
    const std::string_view rest = text.substr(bracket + 1);
    if (!rest.empty() && !rest.starts_with(':')) refuse("after ] of the URL a port or a comma is expected");
    port = rest.empty() ? rest : rest.substr(1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (!port.empty() && (error != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535)) {
    refuse("a port of the URL is not a number from 1 to 65535");
  }
  return {decoded(host, false), std::string(port)};
}

void apply_hosts(ConnectionUrl& url, std::string_view list, bool jdbc) {
  if (list.empty()) {
    if (jdbc) url.set("host", "localhost");
    return;
  }
  std::string hosts;
  std::string ports;
  for (bool first = true; first || !list.empty(); first = false) {
    const std::size_t comma = list.find(',');
    const auto [host, port] = host_and_port(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    hosts += (first ? "" : ",") + (host.empty() && jdbc ? "localhost" : host);
    ports += (first ? "" : ",") + port;
  }
  if (std::ranges::any_of(hosts, [](char c) { return c != ','; })) url.set("host", hosts);
  if (std::ranges::any_of(ports, [](char c) { return c != ','; })) url.set("port", ports);
}

std::string place_of(const ConnectionUrl& url) {
  const std::string port = url.get("port");
  return (url.get("host").empty() ? "local socket" : url.get("host")) + (port.empty() ? "" : ":" + port) + "/" +
      url.get("dbname");
}

// libpq refuses every other word, but at each attempt to connect, and then it looks as if the server were away.
void check_words(const ConnectionUrl& url) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"sslmode", "disable, allow, prefer, require, verify-ca, verify-full"},
      {"gssencmode", "disable, prefer, require"},
      {"channel_binding", "disable, prefer, require"},
      {"target_session_attrs", "any, read-write, read-only, primary, standby, prefer-standby"}};
  for (const auto& [keyword, words] : kWords) {
    const std::string value = url.get(keyword), list = ", " + std::string(words) + ",";
    const bool is_known = value.find(',') == std::string::npos && list.find(", " + value + ",") != std::string::npos;
    if (!value.empty() && !is_known) refuse("parameter " + std::string(keyword) + " of the URL must be one of: " + std::string(words));
  }
}

// The part after "//": authority, "/database", "?parameters".
struct Parts {
  std::string_view authority, database, query;
};

Parts split(std::string_view rest) {
  Parts parts;
  if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
    parts.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  const std::size_t slash = rest.find('/');
  parts.authority = rest.substr(0, slash);
  if (slash != std::string_view::npos) parts.database = rest.substr(slash + 1);
  refuse_rest_of_login(parts.database);
  return parts;
}

ConnectionUrl parse_jdbc(std::string_view rest) {
  const bool with_hosts = rest.starts_with("//");
  Parts parts = with_hosts ? split(rest.substr(2)) : split(rest);
  if (parts.authority.find('@') != std::string_view::npos) {
    refuse("a JDBC URL has no user@host: use connection.user and connection.password");
  }
  if (!with_hosts && parts.database.empty()) std::swap(parts.authority, parts.database);
  ConnectionUrl url;
  apply_hosts(url, parts.authority, true);  // pgjdbc's own default is localhost, never a socket
  if (!parts.database.empty()) url.set("dbname", decoded(parts.database, true));
  bool ssl = false;
  each_parameter(parts.query, true,
                 [&](const std::string& name, std::string value) {
                   apply_jdbc_parameter(url, name, std::move(value), ssl);
                 });
  if (ssl && url.get("sslmode").empty()) url.set("sslmode", "verify-full");  // as pgjdbc since 42.2.5
  return url;
}

ConnectionUrl parse_libpq(std::string_view rest) {
  Parts parts = split(rest);
  ConnectionUrl url;
  if (const std::size_t at = parts.authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = parts.authority.substr(0, at);
    const std::size_t colon = login.find(':');
    if (colon != 0) url.set("user", decoded(login.substr(0, colon), false));
    if (colon != std::string_view::npos) url.set("password", decoded(login.substr(colon + 1), false));
    parts.authority = parts.authority.substr(at + 1);
  }
  apply_hosts(url, parts.authority, false);
  if (!parts.database.empty()) url.set("dbname", decoded(parts.database, false));
  each_parameter(parts.query, false, [&](const std::string& name, std::string value) {
    if (name == "ssl" && value == "true") {
      url.set("sslmode", "require");  // as libpq reads it, for JDBC's sake
    } else {
      url.set(name, std::move(value));
    }
  });
  return url;
}

}  // namespace

void ConnectionUrl::set(std::string_view keyword, std::string value) {
  const auto found = std::ranges::find(keywords, keyword, &Keyword::first);
  if (found == keywords.end()) {
    keywords.emplace_back(std::string(keyword), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

std::string ConnectionUrl::get(std::string_view keyword) const {
  const auto found = std::ranges::find(keywords, keyword, &Keyword::first);
  return found == keywords.end() ? std::string() : found->second;
}

std::string ConnectionUrl::conninfo() const {
  std::string text;
  for (const auto& [keyword, value] : keywords) {
    text += (text.empty() ? "" : " ") + keyword + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text;
}

ConnectionUrl parse_connection_url(std::string_view url) {
  constexpr std::string_view kJdbc = "jdbc:postgresql:";
  ConnectionUrl result;
  if (url.starts_with(kJdbc)) {
    result = parse_jdbc(url.substr(kJdbc.size()));
  } else if (url.starts_with("postgresql://")) {
    result = parse_libpq(url.substr(std::string_view("postgresql://").size()));
  } else if (url.starts_with("postgres://")) {
    result = parse_libpq(url.substr(std::string_view("postgres://").size()));
  } else if (url.starts_with("jdbc:")) {
    refuse("only PostgreSQL is supported: " + std::string(kForms));
  } else {
    refuse("not the address of a PostgreSQL database: " + std::string(kForms));
  }
  check_words(result);
  result.place = place_of(result);
  return result;
}

}  // namespace sinkway::table
