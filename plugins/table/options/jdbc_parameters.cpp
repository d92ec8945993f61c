#include "plugins/table/options/jdbc_parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "plugins/table/options/letter_case.hpp"

namespace sinkway::table {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw OptionError("connection.url", why); }

bool is_true(std::string_view value) { return value.empty() || is_same_word(value, "true"); }

// pgjdbc takes them in any case, libpq in lower case alone.
bool is_word(std::string_view keyword) { return keyword == "sslmode" || keyword == "gssencmode" || keyword == "channel_binding"; }

int seconds_of(std::string_view parameter, std::string_view value) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size() || seconds < 0) {
    refuse("parameter " + std::string(parameter) + " of the URL must be a number of seconds, 0 or more");
  }
  return seconds;
}

std::string session_attributes(std::string_view server_type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
      {"any", "any"},
      {"primary", "read-write"},
      {"master", "read-write"},
      {"secondary", "standby"},
      {"slave", "standby"},
      {"preferPrimary", "any"},
      {"preferSecondary", "prefer-standby"},
      {"preferSlave", "prefer-standby"},
  }};
  for (const auto& [name, attributes] : kTypes) {
    if (is_same_word(name, server_type)) return std::string(attributes);
  }
  refuse("parameter targetServerType of the URL must be any, primary, secondary, preferPrimary or preferSecondary");
}

// pgjdbc's name -> libpq's keyword, where the value stays the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kSame{{
    {"user", "user"},
    {"password", "password"},
    {"sslmode", "sslmode"},
    {"sslrootcert", "sslrootcert"},
    {"sslcert", "sslcert"},
    {"sslkey", "sslkey"},
    {"sslpassword", "sslpassword"},
    {"ApplicationName", "application_name"},
    {"options", "options"},
    {"gssEncMode", "gssencmode"},
    {"kerberosServerName", "krbsrvname"},
    {"channelBinding", "channel_binding"},
    {"gsslib", "gsslib"},
    {"service", "service"},
    {"PGHOST", "host"},
    {"PGPORT", "port"},
    {"PGDBNAME", "dbname"},
    {"connectTimeout", "connect_timeout"},
    {"loginTimeout", "connect_timeout"},
    {"requireAuth", "require_auth"},
}};

// They steer the Java driver and change nothing that reaches the server from here.
constexpr std::array<std::string_view, 29> kJavaOnly{
    "reWriteBatchedInserts", "stringtype", "binaryTransfer", "binaryTransferEnable", "binaryTransferDisable",
    "preparedStatementCacheQueries", "preparedStatementCacheSizeMiB", "databaseMetadataCacheFields",
    "databaseMetadataCacheFieldsMiB", "defaultRowFetchSize", "adaptiveFetch", "adaptiveFetchMinimum",
    "adaptiveFetchMaximum", "preferQueryMode", "autosave", "cleanupSavepoints", "assumeMinServerVersion",
    "logUnclosedConnections", "loggerLevel", "loggerFile", "logServerErrorDetail", "escapeSyntaxCallMode",
    "disableColumnSanitiser", "hostRecheckSeconds", "maxResultBuffer", "receiveBufferSize", "sendBufferSize",
    "tcpNoDelay", "allowEncodingChanges",
};

}  // namespace

void apply_jdbc_parameter(ConnectionUrl& url, const std::string& name, std::string value, bool& ssl) {
  if (name == "ssl") {
    ssl = is_true(value);
  } else if (name == "currentSchema") {
    url.search_path = std::move(value);
  } else if (name == "targetServerType") {
    url.set("target_session_attrs", session_attributes(value));
  } else if (name == "socketTimeout") {
    url.socket_timeout = std::chrono::seconds(seconds_of(name, value));
  } else if (name == "tcpKeepAlive") {
    url.set("keepalives", is_true(value) ? "1" : "0");
  } else if (name == "prepareThreshold") {
    url.pooled = value == "0";
  } else if (const auto* same = std::ranges::find(kSame, std::string_view(name), &decltype(kSame)::value_type::first);
             same != kSame.end()) {
    if (same->second == "connect_timeout") value = std::to_string(seconds_of(name, value));
    if (is_word(same->second)) value = lower(std::move(value));
    url.set(same->second, std::move(value));
  } else if (std::ranges::find(kJavaOnly, std::string_view(name)) == kJavaOnly.end()) {
    // Without a value it may be the rest of a password that holds a &.
    url.warnings.push_back((value.empty() ? "a parameter without a value" : "parameter " + name) + " of connection.url is unknown and ignored");
  }
}

}  // namespace sinkway::table
