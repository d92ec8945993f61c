// Exact numbers without doubles: decimal text to unscaled two's complement bytes with a scale, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/data/arena.hpp"
#include "host/data/value.hpp"

namespace sinkway::decimal {

// Digits that a number may have, and the largest distance of its point: what a NUMERIC of PostgreSQL can hold is within
// (manual, 8.1.2), and a hostile text costs nothing.
inline constexpr std::size_t kMostDigits = 150'000;
inline constexpr int kLargestScale = 32'767;

// The number in `[+-]digits[.digits][e[+-]digits]` (a digit on at least one side of the point) as a DECIMAL value whose
// bytes lie in the arena. The scale is that of Java's BigDecimal: "1.50" has 2, "1e3" has -3. Nothing: not such a text,
// or beyond the limits above. [any-thread]
[[nodiscard]] std::optional<Value> parse(std::string_view text, Arena& arena);

// Plain notation, as many digits after the point as the scale says: "-12.50", "0.001", "1000". Never an exponent.
[[nodiscard]] std::string print(std::span<const std::uint8_t> unscaled, int scale);
[[nodiscard]] std::string print(const Value& value);

// The shortest two's complement big-endian bytes of a 64-bit integer, in the arena.
[[nodiscard]] std::span<const std::uint8_t> bytes_of(std::int64_t number, Arena& arena);

}  // namespace sinkway::decimal
