// Sinkway's own part of the API: questions to the plugin of a connector, and what its tasks do at present.
#pragma once

#include "host/herder/herder.hpp"
#include "rest-api/router.hpp"

namespace sinkway::rest {

// GET /sinkway/v1/connectors/{connector}/plan: the reports of the tasks of this worker.
// POST /sinkway/v1/connectors/{connector}/plan: the plugin's question `plan`, whose argument is the body; changes nothing.
// POST /sinkway/v1/connectors/{connector}/dead-letters/redrive: letters of dlq.table put into the sink once more, also while
// the connector is RUNNING; which ones, how many and whether only to count is in the body (host/herder/redrive.hpp). One at a
// time in a worker: another one is refused (409).
// GET and POST /sinkway/v1/connectors/{connector}/{question}: answered by the plugin; the parameters of a GET and the body
// of a POST are its argument. A POST may change something and is refused (409) while the connector is RUNNING. Questions that
// begin with _ are none for clients (404).
void add_questions(Router& router, herder::Herder& herder);

}  // namespace sinkway::rest
