// Consumers that nobody owns any more and that still leave their group.
#pragma once

#include <cstddef>

#include "host/base/clock.hpp"
#include "host/kafka/handles.hpp"

namespace sinkway::kafka {

// Ends a consumer whose close has begun, with the queue that its events come to; nothing else of it may be alive, and
// no rebalance that was taken from the queue may be left unanswered. Waits for at most `patience`. While its
// coordinator is away librdkafka keeps an offset commit for the session timeout (45 s) and longer, and whoever destroys
// a client meanwhile waits, busily, for as long: such a client is kept, asleep, and destroyed by a later call of either
// function. What is left when the process ends, ends with it. [any-thread]
void part_with(ClientHandle client, QueueHandle events, Milliseconds patience);

// Destroys those that have left meanwhile; how many still wait. [any-thread]
std::size_t sweep_parting();

}  // namespace sinkway::kafka
