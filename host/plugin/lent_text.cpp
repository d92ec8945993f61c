#include "host/plugin/lent_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sinkway::plugin {
namespace {

// Bytes of the character that begins here; 0: none does (RFC 3629: no surrogates, nothing above U+10FFFF, no longer form).
std::size_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : std::uint8_t{0}; };
  const auto follows = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
    const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string copied(const sinkway_string& lent) {
  if (lent.data == nullptr) return {};
  const std::string_view text(lent.data, lent.size);
  std::string copy;
  copy.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_at(text, at);
    if (length == 0) {
      copy += '?';
      ++at;
    } else {
      copy.append(text, at, length);
      at += length;
    }
  }
  return copy;
}

}  // namespace sinkway::plugin
