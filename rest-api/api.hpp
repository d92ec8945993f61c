// Every route of the worker, put together.
#pragma once

#include <functional>
#include <string>

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

// What `listeners` serve: rest-contract 1a to 1c and 1e, and /metrics. `herder` outlives the router; `scrape` prints all metrics.
[[nodiscard]] Router worker_routes(herder::Herder& herder, std::function<std::string()> scrape);
// What `sinkway.metrics.listeners` serve: /metrics and nothing else.
[[nodiscard]] Router metrics_routes(std::function<std::string()> scrape);

}  // namespace sinkway::rest
