#include "plugins/table/server/identifiers.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sinkway::table {
namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_but_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return folded(x) == folded(y); });
}

std::string between_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

}  // namespace

std::string quote_identifier(std::string_view name) { return between_quotes(name, '"'); }

bool is_column_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOfTheServer = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};
  return !name.empty() && name.size() <= kIdentifierBytes && name.find('\0') == std::string_view::npos &&
         std::ranges::find(kOfTheServer, name) == kOfTheServer.end();
}

std::string quote_name(std::string_view schema, std::string_view name) {
  return schema.empty() ? quote_identifier(name) : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(std::string_view text) {
  if (text.find('\\') == text.npos) return between_quotes(text, '\'');
  std::string doubled;
  for (const char c : text) doubled.append(c == '\\' ? 2 : 1, c);
  return "E" + between_quotes(doubled, '\'');
}

std::optional<std::size_t> find_name(std::span<const std::string_view> names, std::string_view wanted) {
  std::optional<std::size_t> found;
  bool several = false;
  for (std::size_t n = 0; n < names.size(); ++n) {
    if (names[n] == wanted) return n;
    if (!same_but_case(names[n], wanted)) continue;
    several = found.has_value();
    found = n;
  }
  return several ? std::nullopt : found;
}

std::vector<std::string_view> names_but_case(std::span<const std::string_view> names, std::string_view wanted) {
  std::vector<std::string_view> found;
  std::ranges::copy_if(names, std::back_inserter(found), [&](std::string_view name) { return same_but_case(name, wanted); });
  return found;
}

}  // namespace sinkway::table
