// The text of a cell as the type that a column wants.
#pragma once

#include <optional>
#include <string_view>

#include "host/data/value.hpp"

namespace sinkway::convert {

// Booleans (the words that PostgreSQL takes, manual 8.6), whole numbers and floats are converted, spaces around them do
// not count; every other type stays text, which the sink understands better than a converter can. So stays a
// number beyond its type, of which the sink's policy says what becomes. Nothing: the text is no such value. A STRING lends from
// `text`. [any-thread]
[[nodiscard]] std::optional<Value> cell_value(std::string_view text, Tag tag);

// Whether two names are the same but for the case of ASCII letters.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right);

}  // namespace sinkway::convert
