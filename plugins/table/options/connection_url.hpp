// The address of a database as users write it, turned into libpq's keywords.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway::table {

// An option that cannot be used. `key` is the option's name; the message never holds a user name, a password or a whole
// URL.
class OptionError : public std::runtime_error {
 public:
  OptionError(std::string key, const std::string& message) : std::runtime_error(message), key_(std::move(key)) {}
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  std::string key_;
};

// What a URL says. May hold a password: never print `keywords`; `place` is what messages name.
struct ConnectionUrl {
  using Keyword = std::pair<std::string, std::string>;
  std::vector<Keyword> keywords;           // of libpq (PostgreSQL manual 34.1.2); a later one replaces an earlier one
  std::string search_path;                 // pgjdbc's currentSchema; empty: the server's
  std::chrono::seconds socket_timeout{0};  // longest silence of the server inside a statement; 0: no limit
  // pgjdbc's prepareThreshold=0: a pooler in transaction mode may be in between
  bool pooled = false;
  std::string place;                       // "host:port/database", hosts joined by ","
  std::vector<std::string> warnings;       // parameters that mean nothing here

  // Replaces the value of a keyword, or adds it.
  void set(std::string_view keyword, std::string value);
  // The value of a keyword, or "".
  [[nodiscard]] std::string get(std::string_view keyword) const;
  // All keywords as libpq reads them. Holds the password: never print it.
  [[nodiscard]] std::string conninfo() const;
};

// Understands
//   jdbc:postgresql://host[:port][,host[:port]...]/[database][?parameter=value&...]   and   jdbc:postgresql:database
//   postgresql://[user[:password]@][host][:port][,...][/database][?keyword=value&...]  (also postgres://)
// pgjdbc's parameters are translated; those that steer only the Java driver are accepted silently, unknown ones give a
// warning. Throws OptionError for `connection.url`.
[[nodiscard]] ConnectionUrl parse_connection_url(std::string_view url);

}  // namespace sinkway::table
