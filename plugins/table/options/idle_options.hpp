// Options that are written down but mean nothing beside the others.
#pragma once

#include <string>
#include <vector>

#include "plugins/sdk/cpp/config.hpp"
#include "plugins/table/options/foreign_keys.hpp"
#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// A warning for each option that the user wrote and that has no effect with the rest, in the order of the options. Pure. [any-thread]
[[nodiscard]] std::vector<ForeignNote> idle_option_notes(const sdk::Config& config, const TableOptions& options);

// Throws OptionError for an option that is written under two of its names with different values.
void check_aliases(const sdk::Config& config);

}  // namespace sinkway::table
