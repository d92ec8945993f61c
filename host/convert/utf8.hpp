// Whether bytes are UTF-8: plugins may rely on it, so every text is checked before it leaves a converter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinkway::convert {

// Programs that write files put it at their beginning; it is no part of the text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The length of the longest valid beginning: text.size() when all of it is UTF-8. Overlong forms, surrogates and code
// points beyond U+10FFFF are not valid (Unicode standard, table 3-7). [any-thread]
[[nodiscard]] std::size_t valid_utf8_length(std::string_view text);

[[nodiscard]] inline bool is_utf8(std::string_view text) { return valid_utf8_length(text) == text.size(); }

// Each maximal bad piece becomes one U+FFFD, as Java's decoders do it.
[[nodiscard]] std::string with_replacements(std::string_view text);

}  // namespace sinkway::convert
