#include "host/config/properties_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "host/base/handle.hpp"

namespace sinkway {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr std::string_view kBlanks = " \t\f";

// By its first byte; 0: no character begins so.
std::size_t length_of_utf8(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = length_of_utf8(lead);
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += length;
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string from_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

// One natural line, without its end (\n, \r or \r\n).
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  if (end == rest.npos)
    rest = {};
  else
    rest.remove_prefix(end + (rest.substr(end, 2) == "\r\n" ? 2 : 1));
  return line;
}

std::string_view without_leading_blanks(std::string_view line) {
  const std::size_t from = line.find_first_not_of(kBlanks);
  return from == line.npos ? std::string_view() : line.substr(from);
}

// An odd number of backslashes at the end: the line goes on.
bool goes_on(std::string_view line) {
  std::size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

// The four digits behind \u.
std::optional<std::uint32_t> code_unit(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  for (const char c : digits.substr(0, 4)) {
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
    const std::size_t at = kDigits.find(c);
    if (at == kDigits.npos) return std::nullopt;
    unit = unit << 4 | static_cast<std::uint32_t>(at < 16 ? at : at - 6);
  }
  return unit;
}

// A character written as \uXXXX, or as two of them; `at` stands behind the first \u and is moved behind all of it.
std::optional<std::uint32_t> unicode_escape(std::string_view text, std::size_t& at) {
  auto unit = code_unit(text.substr(at));
  if (!unit) return std::nullopt;
  at += 4;
  if (*unit < 0xD800 || *unit > 0xDFFF) return unit;
  if (*unit > 0xDBFF || text.substr(at, 2) != "\\u") return std::nullopt;
  const auto low = code_unit(text.substr(at + 2));
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  at += 6;
  return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
}

Result<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    char c = text[i++];
    if (c != '\\' || i == text.size()) {
      if (c != '\\') out += c;
      continue;
    }
    c = text[i++];
    if (c == 'u') {
      const auto character = unicode_escape(text, i);
      if (!character) return Error("\\u is not followed by the four hexadecimal digits of a character");
      append_utf8(out, *character);
    } else {
      out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
    }
  }
  return out;
}

// "key = value" taken apart: the key ends at the first =, : or blank that no backslash hides.
std::pair<std::string_view, std::string_view> split(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && std::string_view("=: \t\f").find(line[end]) == std::string_view::npos)
    end += line[end] == '\\' ? 2 : 1;
  end = std::min(end, line.size());
  std::string_view value = without_leading_blanks(line.substr(end));
  if (!value.empty() && (value[0] == '=' || value[0] == ':')) value = without_leading_blanks(value.substr(1));
  return {line.substr(0, end), value};
}

Result<void> add_line(Properties& properties, std::string_view logical, int number) {
  const auto [raw_key, raw_value] = split(logical);
  auto key = unescaped(raw_key);
  auto value = key ? unescaped(raw_value) : Result<std::string>(std::string());
  if (!key || !value) return Error((key ? value : key).error().message()).at(fmt::format("line {}", number));
  properties.values.set(*key, std::move(*value));
  properties.lines[*key] = number;
  return {};
}

}  // namespace

Result<Properties> parse_properties(std::string_view text) {
  std::string converted;
  if (!is_utf8(text)) text = converted = from_latin1(text);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Properties properties;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = without_leading_blanks(next_line(text));
    if (line.empty() || line[0] == '#' || line[0] == '!') continue;
    const int first = number;
    std::string logical(line);
    while (goes_on(logical)) {
      logical.pop_back();
      if (text.empty()) break;
      logical += without_leading_blanks(next_line(text));
      ++number;
    }
    if (auto added = add_line(properties, logical, first); !added) return std::move(added).error();
  }
  return properties;
}

Result<std::string> read_text_file(const std::string& path) {
  const Handle<std::FILE, &std::fclose> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return Error(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::string text;
  std::array<char, 65536> part;
  errno = 0;
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), file.get())) {
    text.append(part.data(), count);
    if (text.size() > kMostBytes) return Error(fmt::format("{}: is larger than 16 MB", path));
  }
  if (std::ferror(file.get())) return Error(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  return text;
}

Result<Properties> read_properties_file(const std::string& path) {
  auto text = read_text_file(path);
  if (!text) return std::move(text).error();
  auto properties = parse_properties(*text);
  if (properties) return properties;
  // "line 3: ..." becomes "path:3: ...", which editors understand.
  return Error(path + ":" + properties.error().message().substr(std::strlen("line ")));
}

}  // namespace sinkway
