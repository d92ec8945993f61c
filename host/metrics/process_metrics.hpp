// What the operating system says of this process, in Prometheus' usual names.
#pragma once

#include <string_view>
#include <vector>

#include "host/metrics/metrics.hpp"

namespace sinkway::metrics {

// process_cpu_seconds_total, process_resident_memory_bytes, process_virtual_memory_bytes, process_start_time_seconds,
// process_threads and process_open_fds, read from /proc; what cannot be read is left out. [any-thread]
[[nodiscard]] std::vector<Sample> process_samples();

// The same from the texts of /proc/self/stat and /proc/stat. Pure.
[[nodiscard]] std::vector<Sample> parse_process(std::string_view stat, std::string_view system_stat,
                                                double ticks_per_second,
                                                double page_bytes);

}  // namespace sinkway::metrics
