// UTF-8 by characters: where it is broken, where it may be cut, and what PostgreSQL cannot store of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sinkway::table {

// No overlong forms, no surrogates, nothing beyond U+10FFFF (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view bytes);
// U+FFFD for each longest part that begins a character and does not end it (Unicode 3.9, table 3-8).
[[nodiscard]] std::string with_replacements(std::string_view bytes);

// How many bytes the first `characters` characters take; all of them if there are fewer.
[[nodiscard]] std::size_t bytes_of_characters(std::string_view text, std::int32_t characters);

// U+FFFD for U+0000.
[[nodiscard]] std::string without_nul(std::string_view text);
// The same for JSON text, where it is spelled \u0000: jsonb refuses that (PostgreSQL manual 8.14).
[[nodiscard]] std::string without_json_nul(std::string_view json);
[[nodiscard]] bool has_json_nul(std::string_view json);

}  // namespace sinkway::table
