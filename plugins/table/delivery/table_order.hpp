// Tables that refer to one another, in an order in which their rows can be written.
#pragma once

#include <map>
#include <span>

#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// A number for each table: greater than that of every table it refers to. Where tables refer to one another in a circle
// the one met first goes first. Pure.
[[nodiscard]] std::map<const Table*, int> reference_ranks(std::span<const Table* const> tables);

}  // namespace sinkway::table
