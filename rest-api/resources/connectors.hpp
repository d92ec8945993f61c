// Create, read, change and delete connectors (rest-contract 1b, and the tasks of 1c).
#pragma once

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

void add_connectors(Router& router, herder::Herder& herder);

}  // namespace sinkway::rest
