#include "plugins/table/server/connection_parameters.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>
#include <vector>

#include "plugins/table/server/identifiers.hpp"

namespace sinkway::table {
namespace {

constexpr std::chrono::seconds kConnectTimeout{10};
// The server ends a statement by itself after statement_timeout; only a server that does not answer at all takes
// longer.
constexpr std::chrono::seconds kSilenceBeyondStatement{30};

void set_if_missing(ConnectionUrl& url, std::string_view keyword, std::string value) {
  if (url.get(keyword).empty()) url.set(keyword, std::move(value));
}

ConnectionUrl with_defaults(const TableOptions& options) {
  ConnectionUrl url = options.connection;
  url.set("client_encoding", "UTF8");
  set_if_missing(url, "keepalives_idle", "15");
  set_if_missing(url, "keepalives_interval", "5");
  set_if_missing(url, "keepalives_count", "3");
  set_if_missing(url, "tcp_user_timeout", "15000");
  return url;
}

std::size_t hosts_of(const ConnectionUrl& url) { return 1 + static_cast<std::size_t>(std::ranges::count(url.get("host"), ',')); }

// Its hosts in turn, beginning with each of them once.
std::vector<std::string> conninfos_of(ConnectionUrl url) {
  std::vector<std::string> conninfos{url.conninfo()};
  while (conninfos.size() < hosts_of(url)) {
    for (const std::string_view list : {"host", "hostaddr", "port"}) {
      const std::string items = url.get(list);
      if (const std::size_t comma = items.find(','); comma != std::string::npos)
        url.set(list, items.substr(comma + 1) + "," + items.substr(0, comma));
    }
    conninfos.push_back(url.conninfo());
  }
  return conninfos;
}

std::chrono::milliseconds connect_timeout(const ConnectionUrl& url) {
  const std::string text = url.get("connect_timeout");
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(seconds > 0 ? seconds : kConnectTimeout.count()) * hosts_of(url);
}

}  // namespace

WireSettings data_wire(const TableOptions& options, int cancel_descriptor) {
  const ConnectionUrl url = with_defaults(options);
  WireSettings settings;
  settings.conninfos = conninfos_of(url);
  settings.connect_timeout = connect_timeout(url);
  if (url.socket_timeout.count() > 0) {
    settings.silence_limit = url.socket_timeout;
  } else if (options.statement_timeout.count() > 0) {
    settings.silence_limit = options.statement_timeout + kSilenceBeyondStatement;
  }
  settings.cancel_descriptor = cancel_descriptor;
  return settings;
}

std::string control_conninfo(const TableOptions& options) {
  ConnectionUrl url = with_defaults(options);
  url.set("connect_timeout", "5");
  return url.conninfo();
}

std::string session_settings(const TableOptions& options, bool local) {
  const std::string set = local ? "SET LOCAL " : "SET ";
  const auto milliseconds = [](std::chrono::milliseconds time) { return std::to_string(time.count()); };
  std::string text = set + "lock_timeout=" + milliseconds(options.lock_timeout) +                    //
                     ";" + set + "statement_timeout=" + milliseconds(options.statement_timeout) +  //
                     ";" + set + "idle_in_transaction_session_timeout=" +
                         milliseconds(options.idle_transaction_timeout) +
                     ";" + set + "datestyle='ISO, YMD';" + set + "intervalstyle='postgres';" + set + "lc_monetary='C';" + set + "timezone='UTC';" +
                         set +
                     "standard_conforming_strings=on";
  for (const auto& [name, value] : options.session_settings)
    text += ";SELECT pg_catalog.set_config(" + quote_literal(name) + "," + quote_literal(value) + (local ? ",true)" : ",false)");
  if (!options.connection.search_path.empty()) {
    // A list of names as the user wrote it: set_config reads it as SET would, and it cannot become another statement.
    text += ";SELECT pg_catalog.set_config('search_path'," + quote_literal(options.connection.search_path) +
        (local ? ",true)" : ",false)");
  }
  return text;
}

std::optional<std::string> unknown_keyword(const ConnectionUrl& url) {
  struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  const std::unique_ptr<PQconninfoOption, Free> known(PQconndefaults());
  if (known == nullptr) return std::nullopt;
  for (const auto& [keyword, value] : url.keywords) {
    const PQconninfoOption* option = known.get();
    while (option->keyword != nullptr && keyword != option->keyword) ++option;
    if (option->keyword == nullptr) return keyword;
  }
  return std::nullopt;
}

}  // namespace sinkway::table
