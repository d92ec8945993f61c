// Java .properties, exactly: what java.util.Properties reads, with the line of each key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config_map.hpp"

namespace sinkway {

// The keys of one file. A key that is written twice has its last value and the line of it.
struct Properties {
  ConfigMap values;
  std::map<std::string, int, std::less<>> lines;  // from 1; of a value over several lines the first
};

// Comments (# and !), the separators = : and blank, lines that end in a backslash, \t \n \r \f \uXXXX, and \x for x
// itself, as the class java.util.Properties documents them. The text is UTF-8; where it is not valid UTF-8 every byte
// is a Latin-1 character, which is how Java reads such files. Error: "line 3: ...", for a \u that is no character.
// [any-thread]
[[nodiscard]] Result<Properties> parse_properties(std::string_view text);

// The whole of a file; the error names it. Files above 16 MB are refused: they are not what was meant.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

// Errors begin with "path:line" or "path".
[[nodiscard]] Result<Properties> read_properties_file(const std::string& path);

}  // namespace sinkway
