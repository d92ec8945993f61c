// GET /metrics, in Prometheus' text format.
#pragma once

#include <functional>
#include <string>

#include "rest-api/router.hpp"

namespace sinkway::rest {

// `scrape` prints all metrics; called on a thread of the server.
void add_scrape(Router& router, std::function<std::string()> scrape);

}  // namespace sinkway::rest
