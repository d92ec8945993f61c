#include "rest-api/message.hpp"

#include <algorithm>
#include <array>

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

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[n] != '%') {
      out += text[n];
    } else {
      if (n + 2 >= text.size() || hex(text[n + 1]) < 0 || hex(text[n + 2]) < 0) return std::nullopt;
      out += static_cast<char>(hex(text[n + 1]) * 16 + hex(text[n + 2]));
      n += 2;
    }
  }
  return out;
}

std::optional<std::string> decoded_segment(std::string_view raw) {
  raw = raw.substr(0, raw.find(';'));
  auto name = decoded(raw, false);
  if (!name || !is_text(*name)) return std::nullopt;
  if (*name == "." || *name == "..") return std::nullopt;
  // An escaped separator or escape character is ambiguous: Jetty 12 refuses it, and so do we.
  if (raw.find('%') != raw.npos && name->find_first_of("/%\\") != name->npos) return std::nullopt;
  return name;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same(key, name)) return value;
  return std::nullopt;
}

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (auto at = query.rbegin(); at != query.rend(); ++at)
    if (at->first == name) return at->second;
  return std::nullopt;
}

bool Target::flag(std::string_view name, bool otherwise) const {
  const auto value = parameter(name);
  if (!value || value->empty()) return otherwise;
  return same(*value, "true");
}

std::optional<Target> parse_target(std::string_view target) {
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
    auto key = decoded(pair.substr(0, equals), true);
    auto value = decoded(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!key || !value) return std::nullopt;
    if (!key->empty()) parsed.query.emplace_back(std::move(*key), std::move(*value));
  }
  return parsed;
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

bool is_json(std::string_view content_type) {
  return same(trimmed(content_type.substr(0, content_type.find(';'))), "application/json");
}

bool accepts_json(std::optional<std::string_view> accept) {
  if (!accept || trimmed(*accept).empty()) return true;
  std::string_view rest = *accept;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view range = trimmed(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
    const std::string_view type = trimmed(range.substr(0, range.find(';')));
    const bool refused = range.find("q=0") != range.npos && range.find("q=0.") == range.npos;
    if (!refused && (same(type, "*/*") || same(type, "application/*") || same(type, "application/json"))) return true;
  }
  return false;
}

}  // namespace sinkway::rest
