// Tables that refer to one another, in an order in which their rows can be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "plugins/table/server/catalog.hpp"

namespace sinkway::table {

// A number for each table: greater than that of every table it refers to. Where tables refer to one another in a circle
// the one met first goes first. Pure.
[[nodiscard]] std::map<const Table*, int> reference_ranks(std::span<const Table* const> tables);

// What the order of a group depends on.
struct GroupPlace {
  const Table* table = nullptr;
  std::uint32_t wave = 0;  // groups of one table go in the order of their waves, in each of them removes first
  bool puts = true;
};

// The order in which groups are to be written, as their numbers. Inside a table it is fixed. Between tables a put waits for the puts
// that are left of the tables it may refer to, and comes before removes; a remove waits for those of the tables that may refer to
// its own. Where all wait for one another the earliest wave goes first. Pure.
[[nodiscard]] std::vector<std::size_t> writing_order(std::span<const GroupPlace> groups);

}  // namespace sinkway::table
