#include "rest-api/message.hpp"

#include <algorithm>
#include <charconv>

namespace sinkway::rest {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

// Continuation bytes that follow a lead byte; -1: no lead byte of UTF-8.
int continuation_bytes(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xc2 && lead <= 0xdf) return 1;
  if (lead >= 0xe0 && lead <= 0xef) return 2;
  if (lead >= 0xf0 && lead <= 0xf4) return 3;
  return -1;
}

bool is_text(std::string_view bytes) {
  for (std::size_t n = 0; n < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[n++]);
    if (lead < 0x20 || lead == 0x7f) return false;
    int more = continuation_bytes(lead);
    if (more < 0) return false;
    const auto second = n < bytes.size() ? static_cast<unsigned char>(bytes[n]) : 0U;
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
      return false;
    for (; more > 0; --more, ++n)
      if (n >= bytes.size() || (static_cast<unsigned char>(bytes[n]) & 0xc0) != 0x80) return false;
  }
  return true;
}

// The text with its escapes resolved, those that are none left alone; `bad` tells whether there were such.
std::string decoded(std::string_view text, bool& bad) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const bool escape = text[n] == '%';
    if (escape && n + 2 < text.size() && hex(text[n + 1]) >= 0 && hex(text[n + 2]) >= 0) {
      out += static_cast<char>(hex(text[n + 1]) * 16 + hex(text[n + 2]));
      n += 2;
    } else {
      bad = bad || escape;
      out += text[n];
    }
  }
  return out;
}

std::string decoded_parameter(std::string_view raw) {
  std::string text(raw);
  std::replace(text.begin(), text.end(), '+', ' ');
  bool ignored = false;
  return decoded(text, ignored);
}

std::optional<std::string> decoded_segment(std::string_view raw) {
  raw = raw.substr(0, raw.find(';'));
  bool bad = false;
  std::string name = decoded(raw, bad);
  if (bad || !is_text(name)) return std::nullopt;
  // An escaped separator, escape character or dot segment is ambiguous: Jetty 12 refuses it, and so do we.
  const bool escaped = raw.find('%') != raw.npos;
  if (escaped && (name == "." || name == ".." || name.find_first_of("/%\\") != name.npos)) return std::nullopt;
  return name;
}

// http://host:8083/connectors?x is /connectors?x of whichever host: there is one.
std::string_view without_authority(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!same(target.substr(0, kScheme.size()), kScheme)) return target;
  const std::size_t path = target.find_first_of("/?", kScheme.size());
  if (path == target.npos) return "/";
  return target[path] == '/' ? target.substr(path) : std::string_view();
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same(key, name)) return value;
  return std::nullopt;
}

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

bool Target::flag(std::string_view name, bool otherwise) const {
  const auto value = parameter(name);
  if (!value || value->empty()) return otherwise;
  return same(*value, "true");
}

std::optional<Target> parse_target(std::string_view target) {
  target = without_authority(target.substr(0, target.find('#')));
  if (target.empty() || target.front() != '/') return std::nullopt;
  Target parsed;
  const std::size_t mark = target.find('?');
  std::string_view path = target.substr(1, mark == target.npos ? target.npos : mark - 1);
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    auto segment = decoded_segment(path.substr(0, slash));
    if (!segment || segment->empty()) return std::nullopt;
    parsed.segments.push_back(std::move(*segment));
    path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
  }
  std::string_view query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    const std::size_t equals = pair.find('=');
    std::string key = decoded_parameter(pair.substr(0, equals));
    if (!key.empty())
      parsed.query.emplace_back(std::move(key), equals == pair.npos ? std::string() : decoded_parameter(pair.substr(equals + 1)));
  }
  return parsed;
}

std::optional<int> parse_int(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string encode_segment(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kBare = "-._~!$&'()*+,;=:@/";
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kBare.find(c) != kBare.npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

bool is_media_type(std::string_view text) {
  const std::string_view type = trimmed(text.substr(0, text.find(';')));
  const std::size_t slash = type.find('/');
  const auto is_token = [](std::string_view part) {
    return !part.empty() && part.find_first_of(" \t\"(),/:;<=>?@[\\]{}") == part.npos;
  };
  return slash != type.npos && is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1));
}

bool is_json(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  return same(type, "application/json") || same(type, "application/*") || same(type, "*/*");
}

bool accepts_json(std::optional<std::string_view> accept) {
  if (!accept || trimmed(*accept).empty()) return true;
  std::string_view rest = *accept;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (is_json(rest.substr(0, comma))) return true;
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

}  // namespace sinkway::rest
