// Everything is built here, by hand, once.
#pragma once

#include "host/app/options.hpp"

namespace sinkway::app {

// Runs a worker until a signal ends it; the exit code. What goes wrong at the start is on stderr.
[[nodiscard]] int run_worker(const WorkerOptions& options);

}  // namespace sinkway::app
