#include "plugins/table/rows/byte_text.hpp"

#include "plugins/table/rows/number_text.hpp"

namespace sinkway::table {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void put_hex(std::string_view bytes, ByteBuffer& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const char digits[] = {kHex[byte >> 4], kHex[byte & 0xf]};
    out.put({digits, sizeof digits});
  }
}

// Two digits at a time, blanks between the pairs.
Fault parse_hex(std::string_view text, ByteBuffer& out) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r')) {
      ++at;
      continue;
    }
    const int high = hex_value(text[at]), low = at + 1 < text.size() ? hex_value(text[at + 1]) : -1;
    if (high < 0 || low < 0) return Fault::bad_format;
    out.put8(static_cast<std::uint8_t>(high << 4 | low));
    at += 2;
  }
  return Fault::none;
}

bool is_octal(std::string_view text) {
  const auto is_digit = [&](std::size_t at, char last) { return text[at] >= '0' && text[at] <= last; };
  return text.size() >= 3 && is_digit(0, '3') && is_digit(1, '7') && is_digit(2, '7');
}

// \\ is a backslash, \ooo a byte, everything else is itself.
Fault parse_escaped(std::string_view text, ByteBuffer& out) {
  while (!text.empty()) {
    if (text[0] != '\\') {
      const std::string_view plain = text.substr(0, text.find('\\'));
      out.put(plain);
      text.remove_prefix(plain.size());
    } else if (text.starts_with("\\\\")) {
      out.put8('\\');
      text.remove_prefix(2);
    } else if (is_octal(text.substr(1))) {
      out.put8(static_cast<std::uint8_t>((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0')));
      text.remove_prefix(4);
    } else {
      return Fault::bad_format;
    }
  }
  return Fault::none;
}

}  // namespace

Fault parse_bytea(std::string_view text, ByteBuffer& out) {
  return text.starts_with("\\x") ? parse_hex(text.substr(2), out) : parse_escaped(text, out);
}

Fault parse_hex_text(std::string_view text, ByteBuffer& out) {
  text = without_blanks(text);
  if (text.starts_with("\\x") || text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return parse_hex(text, out);
}

Fault parse_base64(std::string_view text, ByteBuffer& out) {
  text = without_blanks(text);
  while (text.ends_with('=')) text.remove_suffix(1);
  std::uint32_t group = 0;
  int digits = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    const std::size_t digit = kBase64.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (digit == std::string_view::npos) return Fault::bad_format;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (++digits % 4 != 0) continue;
    for (const int shift : {16, 8, 0}) out.put8(static_cast<std::uint8_t>(group >> shift));
    group = 0;
  }
  // Two digits left over are one byte, three are two; one is nothing whole.
  if (digits % 4 == 1) return Fault::bad_format;
  if (digits % 4 == 2) out.put8(static_cast<std::uint8_t>(group >> 4));
  if (digits % 4 == 3) {
    out.put8(static_cast<std::uint8_t>(group >> 10));
    out.put8(static_cast<std::uint8_t>(group >> 2));
  }
  return Fault::none;
}

Fault parse_uuid(std::string_view text, ByteBuffer& out) {
  text = without_blanks(text);
  if (text.starts_with('{')) {
    if (!text.ends_with('}')) return Fault::bad_format;
    text = text.substr(1, text.size() - 2);
  }
  for (std::size_t byte = 0; byte < kUuidBytes; ++byte) {
    if (byte > 0 && byte % 2 == 0 && text.starts_with('-')) text.remove_prefix(1);
    if (text.size() < 2) return Fault::bad_format;
    const int high = hex_value(text[0]), low = hex_value(text[1]);
    if (high < 0 || low < 0) return Fault::bad_format;
    out.put8(static_cast<std::uint8_t>(high << 4 | low));
    text.remove_prefix(2);
  }
  return text.empty() ? Fault::none : Fault::bad_format;
}

void print_bytea(std::string_view bytes, ByteBuffer& out) {
  out.put("\\x");
  put_hex(bytes, out);
}

void print_uuid(std::string_view bytes, ByteBuffer& out) {
  constexpr std::size_t kGroups[] = {4, 2, 2, 2, 6};
  std::size_t at = 0;
  for (const std::size_t group : kGroups) {
    if (at > 0) out.put("-");
    put_hex(bytes.substr(at, group), out);
    at += group;
  }
}

void print_base64(std::span<const std::uint8_t> bytes, ByteBuffer& out) {
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    const unsigned second = left > 1 ? bytes[at + 1] : 0, third = left > 2 ? bytes[at + 2] : 0;
    const unsigned three = static_cast<unsigned>(bytes[at]) << 16 | second << 8 | third;
    const char four[] = {kBase64[three >> 18], kBase64[three >> 12 & 63], left > 1 ? kBase64[three >> 6 & 63] : '=',
                         left > 2 ? kBase64[three & 63] : '='};
    out.put({four, sizeof four});
  }
}

}  // namespace sinkway::table
