// Record to table: the text of its name. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/table/options/routing_rules.hpp"
#include "plugins/table/rows/row.hpp"
#include "plugins/table/rows/row_fault.hpp"

namespace sinkway::table {

// The name for a topic, where the rules go by nothing else; placeholders of records stay empty.
[[nodiscard]] std::string table_text(const RoutingRules& rules, std::string_view topic);
// The name for a row. Nothing with a `fault`: a field or header that the name needs is missing, or is no plain value.
[[nodiscard]] std::optional<std::string> table_text(const RoutingRules& rules, const Row& row, RowFault& fault);

}  // namespace sinkway::table
