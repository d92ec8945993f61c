#include "plugins/table/rows/utf8_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kJsonNul = "\\u0000", kJsonReplacement = "\\ufffd";

// What stands at the front: the length of a whole character, or of the longest part that could have begun one.
struct Piece {
  std::size_t size;
  bool whole;
};

Piece piece_at(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xc2 || lead > 0xf4) return {1, false};
  const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte tells overlong forms, surrogates and what is beyond U+10FFFF.
  unsigned char least = 0x80, most = 0xbf;
  if (lead == 0xe0) least = 0xa0;
  if (lead == 0xed) most = 0x9f;
  if (lead == 0xf0) least = 0x90;
  if (lead == 0xf4) most = 0x8f;
  for (std::size_t at = 1; at < size; ++at) {
    if (at == bytes.size() || byte(at) < least || byte(at) > most) return {at, false};
    least = 0x80;
    most = 0xbf;
  }
  return {size, true};
}

// The next \u0000 from `from` on whose backslash is not itself behind a backslash.
std::size_t find_json_nul(std::string_view json, std::size_t from) {
  for (std::size_t at = json.find(kJsonNul, from); at != std::string_view::npos; at = json.find(kJsonNul, at + 1)) {
    std::size_t before = 0;
    while (before < at && json[at - 1 - before] == '\\') ++before;
    if (before % 2 == 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Piece piece = piece_at(bytes);
    if (!piece.whole) return false;
    bytes.remove_prefix(piece.size);
  }
  return true;
}

std::string with_replacements(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Piece piece = piece_at(bytes);
    text += piece.whole ? bytes.substr(0, piece.size) : kReplacement;
    bytes.remove_prefix(piece.size);
  }
  return text;
}

std::size_t bytes_of_characters(std::string_view text, std::int32_t characters) {
  std::size_t at = 0;
  for (std::int32_t seen = 0; at < text.size(); ++at) {
    const bool begins_character = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins_character && seen++ == characters) break;
  }
  return at;
}

std::string without_nul(std::string_view text) {
  std::string made;
  for (const char c : text) made += c == '\0' ? kReplacement : std::string_view(&c, 1);
  return made;
}

std::string without_json_nul(std::string_view json) {
  std::string made = without_nul(json);
  for (std::size_t at = find_json_nul(made, 0); at != std::string::npos; at = find_json_nul(made, at))
    made.replace(at, kJsonNul.size(), kJsonReplacement);
  return made;
}

bool has_json_nul(std::string_view json) { return find_json_nul(json, 0) != std::string_view::npos; }

}  // namespace sinkway::table
