// What would happen, without writing: the database of a configuration looked at before a connector starts.
#pragma once

#include <string>
#include <vector>

#include "plugins/sdk/cpp/sink_connector.hpp"
#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

struct Preflight {
  std::vector<sdk::Finding> findings;  // certain errors only, each with the option at fault
  std::vector<std::string> warnings;   // for the log: a server that cannot be reached now may be there later
  std::vector<sdk::Finding> notes;     // what would be done to tables, beside the option that asks for it
};

// Logs in and looks for the tables of these topics (none: topics are not known, or transformations may rename them).
// Takes at most some 15 s when the server does not answer. Never throws for what a person can change.
// [connector-thread]
[[nodiscard]] Preflight preflight(const TableOptions& options, const std::vector<std::string>& topics);

}  // namespace sinkway::table
