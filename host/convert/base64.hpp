// Bytes that travel in JSON as base64.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "host/data/arena.hpp"

namespace sinkway::convert {

// The bytes of standard base64 (RFC 4648 section 4: `+` and `/`, padded with `=`, no line ends), in the arena. Nothing:
// not such a text. [any-thread]
[[nodiscard]] std::optional<std::span<const std::uint8_t>> decode_base64(std::string_view text, Arena& arena);

}  // namespace sinkway::convert
