// Short texts compared where they stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sinkway::convert {

template <typename Word>
[[nodiscard]] inline bool begins_with_words(const char* at, std::string_view text) {
  const auto same = [&](std::size_t n) {
    Word left{};
    Word right{};
    std::memcpy(&left, at + n, sizeof left);
    std::memcpy(&right, text.data() + n, sizeof right);
    return left == right;
  };
  const std::size_t last = text.size() - sizeof(Word);
  for (std::size_t n = 0; n < last; n += sizeof(Word))
    if (!same(n)) return false;
  return same(last);
}

// Whether the bytes at `at`, at least as many as the text has, are the text. In words, of which the last may overlap the one
// before; nothing is read outside of the two. Not memcmp: glibc's for AVX-512 loads 32 bytes under a mask, and where they
// reach into a page that was never written, each call takes over a hundred nanoseconds. As the heap happened to lie, that
// was half of the reader's time in one run of eight (tests/bench/json_converter_bench.cpp, name_before_an_untouched_page).
[[nodiscard]] inline bool begins_with(const char* at, std::string_view text) {
  if (text.size() >= sizeof(std::uint64_t)) return begins_with_words<std::uint64_t>(at, text);
  if (text.size() >= sizeof(std::uint16_t)) return begins_with_words<std::uint16_t>(at, text);
  return text.empty() || *at == text.front();
}

}  // namespace sinkway::convert
