// A request and a response without sockets: what routing and resources work with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinkway::rest {

// Plain data. Header names compare without regard to case.
struct Request {
  std::string method;
  std::string target;  // as sent, e.g. /connectors/a%20b/status?x=1
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type;  // empty: no such header
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Called exactly once, on any thread.
using Send = std::function<void(Response)>;

// A target taken apart (rest-contract 0): segments percent-decoded once, matrix parameters cut off, no empty last segment.
struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;

  // The first value of a query parameter, as JAX-RS takes it.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
  // "true" in any case is true, an empty value or none is `otherwise`, any other text is false.
  [[nodiscard]] bool flag(std::string_view name, bool otherwise) const;
};

// Takes the forms /path and http://host/path (RFC 9112, 3.2). Nothing: a target that an HTTP container refuses (empty segment,
// %2F, %25, %5C, escaped dots, control characters, bad escapes). A query is never refused: bad escapes in it stay as they are.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

// As Java's Integer.valueOf: an optional sign, then digits. Nothing: not an int.
[[nodiscard]] std::optional<int> parse_int(std::string_view text);

// A name as a path segment: only characters that a path cannot hold are escaped.
[[nodiscard]] std::string encode_segment(std::string_view name);

// Does `accept` (the header's value, nothing: absent) admit application/json? Weights do not matter, not even q=0: as Jersey.
[[nodiscard]] bool accepts_json(std::optional<std::string_view> accept);
// Has this the form type/subtype, with or without parameters?
[[nodiscard]] bool is_media_type(std::string_view text);
// Is this application/json or a pattern that it matches, whatever the parameters?
[[nodiscard]] bool is_json(std::string_view content_type);

}  // namespace sinkway::rest
