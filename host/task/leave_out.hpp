// Takes records out of a batch: those of partitions that left, or single ones that were reported.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "host/data/batch.hpp"

namespace sinkway::task {

// Removes the positions for which `is_over` holds and the records of their partitions; the rest keeps its order (rule D2). True:
// something was removed. A batch never holds two generations of one partition.
bool leave_out_partitions(Batch& batch, const std::function<bool(const Position&)>& is_over);

// Removes the records at these indexes, in any order, doubles allowed; positions stay, they still cover the records.
void leave_out_records(Batch& batch, std::vector<std::size_t> indexes);

}  // namespace sinkway::task
