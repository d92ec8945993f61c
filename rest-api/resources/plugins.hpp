// List, describe and validate plugins (rest-contract 1e).
#pragma once

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

void add_plugins(Router& router, herder::Herder& herder);

}  // namespace sinkway::rest
