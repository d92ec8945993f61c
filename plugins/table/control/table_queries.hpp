// Tables for people: what is there, made, emptied, the newest rows. The answers of /sinkway/v1/connectors/{name}/...
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// Questions, `argument` a JSON object:
//   table          {"topic": t}                    existence, kind, columns, primary key, row estimate, size
//   rows           {"topic": t, "limit": "10"}     the newest rows, at most 1,000
//   plan           {"topic": t, "value": v, "key": k, "headers": {}}  the DDL that this record would lead to, told by the
//                  same code that a task does it by, and not done; without key and value: what is known before a record
//   create         {"topic": t, "columns": [{"name": n, "type": pg, "not_null": b}], "primary_key": [n]}  changes
//   truncate       {"topic": t}                    changes
// `topic` may be left out where the connector reads one topic. Nothing: there is no such question. Throws SinkError:
// DataError for a wrong argument, FatalError for what stands in the way, RetriableError when the server is away.
// [connector-thread]
[[nodiscard]] std::optional<std::string> answer_question(const TableOptions& options, const std::vector<std::string>& topics,
                                                         std::string_view question, bool changes,
                                                         std::string_view argument);

}  // namespace sinkway::table
