// The DDL that records would lead to, for people: told, and not done.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// `argument`: {"topic": t, "value": v, "key": k, "headers": {}}, the DDL for this record; without key and value what is known before any
// record of `topics`. Throws DataError for a wrong argument, and ControlError. [connector-thread]
[[nodiscard]] std::string answer_plan(const TableOptions& options, std::vector<std::string> topics, std::string_view argument);

}  // namespace sinkway::table
