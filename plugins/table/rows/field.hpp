// A field as COPY BINARY and arrays have it: its length, then the payload. The forms that rows are full of come first.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "plugins/table/rows/value_encoder.hpp"

namespace sinkway::table {

// Copies a word from one place to another. Its high bits tell where it has zero bytes: zero when nowhere.
template <typename Word>
[[nodiscard]] inline Word copy_word(char* to, const char* from) {
  constexpr Word kOnes = static_cast<Word>(0x0101010101010101), kHighBits = static_cast<Word>(0x8080808080808080);
  Word word;
  std::memcpy(&word, from, sizeof word);
  std::memcpy(to, &word, sizeof word);
  return (word - kOnes) & ~word & kHighBits;
}

// Copies `size` bytes, by words that overlap at the end. True: none of them is zero.
[[nodiscard]] inline bool copy_without_nul(char* to, const char* from, std::size_t size) {
  constexpr std::size_t kLong = sizeof(std::uint64_t), kShort = sizeof(std::uint32_t);
  if (size >= kLong) {
    std::uint64_t zeros = 0;
    for (std::size_t at = 0; at + kLong <= size; at += kLong) zeros |= copy_word<std::uint64_t>(to + at, from + at);
    return (zeros | copy_word<std::uint64_t>(to + size - kLong, from + size - kLong)) == 0;
  }
  if (size >= kShort)
    return (copy_word<std::uint32_t>(to, from) |
            copy_word<std::uint32_t>(to + size - kShort, from + size - kShort)) == 0;
  bool none = true;
  for (std::size_t at = 0; at < size; ++at) {
    to[at] = from[at];
    none &= from[at] != '\0';
  }
  return none;
}

inline void put_float8_field(double number, ByteBuffer& out) {
  char* const at = out.room(sizeof(std::uint32_t) + sizeof number);
  const std::uint32_t length = __builtin_bswap32(sizeof number);
  const std::uint64_t bits = __builtin_bswap64(std::bit_cast<std::uint64_t>(number));
  std::memcpy(at, &length, sizeof length);
  std::memcpy(at + sizeof length, &bits, sizeof bits);
  out.advance(sizeof length + sizeof bits);
}

[[nodiscard]] inline Fault put_text_field(const sinkway_value& value, std::int32_t max_characters, ByteBuffer& out) {
  char* const at = out.room(sizeof(std::uint32_t) + value.length);
  const std::uint32_t length = __builtin_bswap32(value.length);
  std::memcpy(at, &length, sizeof length);
  if (!copy_without_nul(at + sizeof length, value.as.text, value.length)) [[unlikely]] return Fault::nul;
  out.advance(sizeof length + value.length);
  // No limit is the greatest number.
  if (value.length <= static_cast<std::uint32_t>(max_characters)) return Fault::none;
  const std::size_t start = out.size() - value.length;
  const Fault fault = cut_blanks(start, max_characters, out);
  out.set32(start - sizeof length, static_cast<std::uint32_t>(out.size() - start));
  return fault;
}

constexpr std::uint32_t kNullLength = 0xffffffff;

// What a policy makes of a field that put_field is about to give up: `at` is where it starts in `out`. The other one
// is for what put_text_field has left there.
[[nodiscard, gnu::cold]] Fault mend_field(const sinkway_value& value, const ColumnType& type, Fault fault,
                                          std::size_t at, ByteBuffer& out);
[[nodiscard, gnu::cold]] Fault mend_text_field(const sinkway_value& value, const ColumnType& type, Fault fault,
                                               ByteBuffer& out);

// A fault leaves what was appended undefined: truncate.
[[nodiscard]] inline Fault put_field(const sinkway_value& value, const ColumnType& type, ByteBuffer& out) {
  if (is_null(value)) return out.put32(kNullLength), Fault::none;
  if (type.fast == FastPath::text && value.tag == SINKWAY_STRING) {
    const Fault fault = put_text_field(value, type.max_characters, out);
    if (fault == Fault::none) [[likely]] return fault;
    return mend_text_field(value, type, fault, out);
  }
  if (type.fast == FastPath::float8 && value.tag == SINKWAY_FLOAT64)
    return put_float8_field(value.as.number, out), Fault::none;
  const std::size_t at = out.size();
  out.put32(0);
  const Fault fault = encode_exactly(value, type, out);
  out.set32(at, static_cast<std::uint32_t>(out.size() - at - sizeof(std::uint32_t)));
  if (fault == Fault::none) [[likely]] return fault;
  return mend_field(value, type, fault, at, out);
}

// Of a field that starts there in what put_field has appended.
[[nodiscard]] inline bool is_null_field(std::string_view field) {
  std::uint32_t length = 0;
  std::memcpy(&length, field.data(), sizeof length);
  return length == kNullLength;
}

}  // namespace sinkway::table
