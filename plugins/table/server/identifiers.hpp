// Names as PostgreSQL has them: quoting, folding, 63 bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/table_name.hpp"

namespace sinkway::table {

// "name", quotes inside doubled.
[[nodiscard]] std::string quote_identifier(std::string_view name);
// Whether a column of a table can have this name as it is; the server has columns of its own (PostgreSQL manual 5.5).
[[nodiscard]] bool is_column_name(std::string_view name);
// "schema"."name"; the schema may be empty.
[[nodiscard]] std::string quote_name(std::string_view schema, std::string_view name);
// 'text', quotes doubled, with E'' when there is a backslash.
[[nodiscard]] std::string quote_literal(std::string_view text);

// The position of a name among others: exact, else the only one that is the same without regard to (ASCII) case;
// nothing when there is none, or more than one.
[[nodiscard]] std::optional<std::size_t> find_name(std::span<const std::string_view> names, std::string_view wanted);
// All that are the same without regard to (ASCII) case.
[[nodiscard]] std::vector<std::string_view> names_but_case(std::span<const std::string_view> names, std::string_view wanted);

}  // namespace sinkway::table
