#include "host/convert/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace sinkway::convert {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

// Of one sequence that begins with a byte >= 0x80.
struct Sequence {
  std::size_t length = 1;  // bytes that belong together
  bool valid = false;
};

// What may follow a first byte: how many bytes, and the range of the first of them.
struct Rule {
  std::uint8_t first, last;
  std::uint8_t more;
  std::uint8_t low, high;
};
constexpr Rule kRules[] = {{0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF}, {0xE1, 0xEC, 2, 0x80, 0xBF},
                           {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x90, 0xBF},
                           {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F}};

Sequence sequence_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<std::uint8_t>(text[at]);
  for (const Rule& rule : kRules) {
    if (first < rule.first || first > rule.last) continue;
    for (std::size_t i = 1; i <= rule.more; ++i) {
      if (at + i >= text.size()) return {i, false};
      const auto byte = static_cast<std::uint8_t>(text[at + i]);
      if (byte < (i == 1 ? rule.low : 0x80) || byte > (i == 1 ? rule.high : 0xBF)) return {i, false};
    }
    return {std::size_t{1} + rule.more, true};
  }
  return {};
}

// The position of the next byte >= 0x80.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<std::uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

std::size_t valid_utf8_length(std::string_view text) {
  std::size_t at = skip_ascii(text, 0);
  while (at < text.size()) {
    const Sequence sequence = sequence_at(text, at);
    if (!sequence.valid) return at;
    at = skip_ascii(text, at + sequence.length);
  }
  return at;
}

std::string with_replacements(std::string_view text) {
  std::string whole;
  while (true) {
    const std::size_t good = valid_utf8_length(text);
    whole += text.substr(0, good);
    if (good == text.size()) return whole;
    whole += "\xEF\xBF\xBD";
    text.remove_prefix(good + sequence_at(text, good).length);
  }
}

}  // namespace sinkway::convert
