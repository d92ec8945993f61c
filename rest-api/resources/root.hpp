// GET / and GET /health.
#pragma once

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

void add_root(Router& router, herder::Herder& herder);

}  // namespace sinkway::rest
