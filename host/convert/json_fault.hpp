// What is wrong with a JSON text, and where.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "host/base/error.hpp"

namespace sinkway::convert {

// Objects and arrays in each other before a text is refused, unless the configuration says otherwise.
inline constexpr std::size_t kUsualDepth = 64;

// Reads a text slowly by RFC 8259 and tells its first fault; nothing: it has none. Only for texts that were refused, so
// that the reason and the place do not depend on which way refused it. Ids: json.empty, json.utf8, json.syntax,
// json.truncated, json.trailing, json.depth, json.control, json.escape, json.surrogate, json.number,
// json.number_length. [any-thread]
[[nodiscard]] std::optional<Error> find_json_fault(std::string_view text, std::size_t max_depth);

// The error of a fault at a place, e.g. "JSON is wrong at byte 17 of 118: ...".
[[nodiscard]] Error json_error(std::string_view id, std::size_t at, std::size_t size, std::string_view reason);

}  // namespace sinkway::convert
