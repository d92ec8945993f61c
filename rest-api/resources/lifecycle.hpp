// Status, pause, resume, stop and restart (rest-contract 1c).
#pragma once

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

void add_lifecycle(Router& router, herder::Herder& herder);

}  // namespace sinkway::rest
