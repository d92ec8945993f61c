// JSON numbers to values without losing a digit.
#pragma once

#include <cstddef>
#include <string_view>

#include "host/data/arena.hpp"
#include "host/data/value.hpp"

namespace sinkway::convert {

enum class NumberFault {
  none,
  syntax,    // not a number by RFC 8259, section 6 (leading zeros, a plus sign, a bare point ...)
  length,    // more than kLongestNumber characters
  exponent,  // further from the point than a decimal can say
};

// The limit that Jackson puts on numbers; more digits cost time that grows with their square.
inline constexpr std::size_t kLongestNumber = 1000;

// A schemaless number: an integer becomes INT64, beyond 64 bits DECIMAL with scale 0. A number with a point or an
// exponent becomes FLOAT64 when the shortest decimal form of that double names the same number (so up to 15 significant
// digits always), else DECIMAL: nothing is rounded. Bytes of a DECIMAL lie in the arena. [any-thread]
[[nodiscard]] NumberFault read_number(std::string_view text, Arena& arena, Value& value);

// How long the number is that `text` begins with, by the grammar alone; 0: it begins with none.
[[nodiscard]] std::size_t number_length(std::string_view text);

}  // namespace sinkway::convert
